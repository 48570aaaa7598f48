"""Cold start: a release that lies on disk, opened by a new process, until its first answer."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.suite.measured import once
from benchmarks.suite.worlds import World

TIMES: Final = 5
ASKED: Final = ("legal-bases", "state=LU", "measure=A.30")
NAMING_AN_INSTRUMENT: Final = ("parties", "instrument=eu-conv-2000-mla")
"""There are the more instruments to find it among, the larger the world is."""
_COMMAND: Final = (sys.executable, "-m", "mla_graph.cli.main")
_OPEN: Final = """
import sys, time
from pathlib import Path
from mla_graph.model.sources import Sources
from mla_graph.release.directory import open_release, read
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind, run
query = Catalogue.load(Sources.shipped().queries).get(sys.argv[2])
values = {name: [value] for name, _, value in (given.partition("=") for given in sys.argv[3:])}
since = time.perf_counter()
store = open_release(read(Path(sys.argv[1])), in_memory=False)
list(run(store, bind(query, store, values)))
print(time.perf_counter() - since)
"""


def starts(world: World) -> dict[str, float]:
    """The median seconds of each way to a first answer, files not in the page cache."""
    ways = {
        "open": partial(_open, asked=ASKED),
        "instrument": partial(_open, asked=NAMING_AN_INSTRUMENT),
        "command": _command,
        "serve": _serve,
    }
    release = world.release().path
    found = {}
    for name, way in ways.items():
        taken = []
        for _ in range(TIMES):
            forget(release)
            taken.append(way(release))
        found[name] = median(taken)
    return found


def forget(folder: Path) -> None:
    """Have the system drop the pages of every file below the folder from memory."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)  # a page that is not on disk yet stays
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def _open(release: Path, asked: Sequence[str]) -> float:
    """Open the store and answer, in a process that has started."""
    return float(subprocess.check_output([sys.executable, "-c", _OPEN, str(release), *asked]))


def _command(release: Path) -> float:
    """``mla-graph query``, the whole process."""
    command = [*_COMMAND, "query", *ASKED, "--store", str(release)]
    return once(lambda: subprocess.run(command, check=True, capture_output=True))


def _serve(release: Path) -> float:
    """``mla-graph serve``, from its start to a first answer over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = f"/api/queries/{ASKED[0]}?{'&'.join(ASKED[1:])}"
    command = [*_COMMAND, "serve", "--port", str(port), "--store", str(release)]
    with tempfile.TemporaryFile() as log:
        since = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while not _answers(port, path):
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(log.read().decode(errors="replace"))
                time.sleep(0.005)
            return time.perf_counter() - since
        finally:
            process.terminate()
            process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
