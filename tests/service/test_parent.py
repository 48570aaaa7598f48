"""Server processes end when the process that started them is gone, even by SIGKILL."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = """
import sys, time
from mla_graph.service.process.parent import end_with_parent
print("up", flush=True)
time.sleep(float(sys.argv[2]))
end_with_parent(int(sys.argv[1]))
time.sleep(60)
"""
PARENT = """
import os, subprocess, sys, time
command = [sys.executable, "-c", sys.argv[1], str(os.getpid()), sys.argv[2]]
with subprocess.Popen(command) as child:
    print(child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("start", ["0", "1"], ids=["while it runs", "while it starts"])
def test_a_server_process_ends_after_its_parent_was_killed(start: str) -> None:
    command = [sys.executable, "-c", PARENT, CHILD, start]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        said = {parent.stdout.readline().strip() for _ in range(2)}
        (child,) = said - {"up"}
        assert _runs(child)
        parent.kill()
        until = time.monotonic() + 15
        while _runs(child) and time.monotonic() < until:
            time.sleep(0.05)
        assert not _runs(child)


def _runs(pid: str) -> bool:
    try:
        state = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
