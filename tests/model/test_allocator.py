"""A server process runs with mimalloc, the processes that it starts for strangers without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mla_graph.model.allocator import without_mimalloc

PROGRAM = """
import sys
from mla_graph.model.allocator import restart_with_mimalloc
restart_with_mimalloc()
print(sys.argv[1:], "mimalloc" in open("/proc/self/maps").read())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only the loader of Linux can do it")
@pytest.mark.parametrize(("preload", "expected"), [("", True), ("libc.so.6", False)])
def test_a_program_starts_anew_with_mimalloc_once(
    tmp_path: Path, preload: str, expected: bool
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    told = subprocess.run(
        [sys.executable, str(program), "a b", "c"],
        env=os.environ | {"LD_PRELOAD": preload},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"['a b', 'c'] {expected}\n"


def test_only_our_own_preloading_is_taken_back() -> None:
    assert without_mimalloc({"A": "1", "LD_PRELOAD": "/x/libmimalloc.so"}) == {"A": "1"}
    theirs = {"LD_PRELOAD": "/x/libfaketime.so"}
    assert without_mimalloc(theirs) == theirs
