"""Server processes end when the process that started them is gone, even by SIGKILL."""

import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import time
from mla_graph.service.parent import end_with_parent
end_with_parent()
print("up", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
with subprocess.Popen([sys.executable, "-c", sys.argv[1]]) as child:
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_a_server_process_ends_after_its_parent_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True
    ) as parent:
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
