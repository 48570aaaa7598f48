"""``make fire-kill``: SIGKILL at random moments; afterwards all is as before, or as it should be.

What is killed: a build, a build into a folder, an import, the switch between releases, the server,
its workers. Half of the builds and imports are killed at a moment that is drawn evenly from the
time that the command takes; the other half before the n-th change that it makes to the disk.
Afterwards the release opens, equals its manifest bit for bit and is the old or the new one; an
import's folder is the old or the new one; leftovers do not pile up; no process stays behind.
"""

import argparse
import contextlib
import hashlib
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil
import pyoxigraph as ox

from benchmarks.fire import page, results, server
from benchmarks.fire.server import COMMAND
from benchmarks.fire.small_checkout import SmallCheckout, write_records
from mla_graph.release import directory

_WEIGHTS: Final = {
    "build": 6, "build --out": 5, "import facts": 6, "release switch": 3, "server": 6, "worker": 5,
}  # fmt: skip
_SETTLE: Final = 15.0
"""Seconds in which the workers of a killed server have to end: the deadline and more."""

_INJECTED: Final = """
import os, signal, sys
watched, last = sys.argv[1], int(sys.argv[2])
changes = 0

def count(event, arguments):
    global changes
    paths = [str(one) for one in arguments[:2] if isinstance(one, (str, bytes, os.PathLike))]
    write = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
    change = event in ("os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir") or write
    if change and any(path.startswith(watched) for path in paths):
        changes += 1
        if changes == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
from mla_graph.cli.main import main
try:
    main(sys.argv[3:], prog_name="mla-graph")
finally:
    print(changes)
"""

_SWITCHING: Final = """
import sys
from pathlib import Path
from mla_graph.release.directory import read, releases_folder, switch
home = Path(sys.argv[1])
both = [read(path) for path in sorted(releases_folder(home).iterdir()) if read(path)]
print("go", flush=True)
while True:
    for release in both:
        switch(home, release)
"""


@dataclass
class Row:
    """What came of the kills of one kind."""

    times: int = 0
    killed: int = 0
    old: int = 0
    new: int = 0
    faults: int = 0


@dataclass(frozen=True)
class Outcome:
    """Of one kill: whether the command still ran, whether the new state is there."""

    killed: bool
    new: bool = False


class Fault(Exception):
    """Something that must not be after a kill."""


class Kills:
    """The commands of one small checkout, each ready to be killed."""

    def __init__(self, scratch: Path, chance: random.Random) -> None:
        self._chance = chance
        self._scratch = scratch
        self.temporary = scratch / "tmp"
        self.temporary.mkdir()
        self._checkout = SmallCheckout.make(scratch / "checkout")
        self._home, self._switching = scratch / "home", scratch / "switching"
        self._out, self._draft = scratch / "out" / "release", scratch / "drafts" / "draft"
        self._number = 0
        self._environment = self._checkout.environment(self._home, self.temporary)
        self._took: dict[str, float] = {}
        self._changes: dict[str, int] = {}
        self._prepare()

    def kill(self, what: str) -> Outcome:
        """One kill with everything that is checked after.

        Raises:
            Fault: something is not as it must be.
        """
        acts: dict[str, Callable[[], Outcome]] = {
            "build": self._kill_build,
            "build --out": self._kill_build_out,
            "import facts": self._kill_import,
            "release switch": self._kill_switch,
            "server": self._kill_server,
            "worker": self._kill_worker,
        }
        return acts[what]()

    def finish(self) -> Iterator[str]:
        """One undisturbed run of every command, after which nothing may be left over."""
        self._checkout.say("at last")
        self._run("build")
        self._run("build", "--out", str(self._out))
        self._run("import", "facts", str(self._records(1)), "--out", str(self._draft))
        for folder, kept in (
            (self._home / "releases", 2),
            (self._out.parent, 1),
            (self._draft.parent, 1),
        ):
            names = sorted(path.name for path in folder.iterdir())
            if len(names) > kept:
                yield f"left in {folder.name} after an undisturbed run: {names}"
        left = sorted(path.name for path in self.temporary.iterdir())
        if len(left) > 1:
            yield f"{len(left)} entries left in the temporary folder: {left[:5]}"

    # Building, importing, switching.

    def _prepare(self) -> None:
        for year in (0, 1):
            write_records(self._records(year), 1959 + year)
        self._took["build"] = self._timed("build", self._home, "build")
        self._took["build --out"] = self._timed(
            "build --out", self._out.parent, "build", "--out", str(self._out)
        )
        trees = []
        for year in (1, 0):
            self._took["import facts"] = self._timed(
                "import facts", self._draft.parent, "import", "facts", str(self._records(year)),
                "--out", str(self._draft),
            )  # fmt: skip
            trees.append(tree_hash(self._draft))
        self._trees = {trees[1]: 0, trees[0]: 1}
        other = self._environment | {"MLA_HOME": str(self._switching)}
        for label in ("one", "another"):
            self._checkout.say(label)
            self._checkout.run(["build"], other)

    def _records(self, year: int) -> Path:
        return self._scratch / f"records-{year}"

    def _run(self, *arguments: str) -> None:
        self._checkout.run(arguments, self._environment)

    def _timed(self, what: str, watched: Path, *arguments: str) -> float:
        """Run once to the end and note how many changes to the disk that took."""
        watched.mkdir(parents=True, exist_ok=True)
        self._checkout.say(f"before {what}")
        since = time.monotonic()
        command = [sys.executable, "-c", _INJECTED, str(watched), "0", *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{arguments}: {done.stderr}")
        self._changes[what] = int(done.stdout.split()[-1])
        return time.monotonic() - since

    def _killed(self, what: str, watched: Path, *arguments: str) -> bool:
        """Run the command and kill it, at a moment or before a change; whether it still ran."""
        if self._chance.random() < 0.5:
            last = str(self._chance.randint(1, self._changes[what]))
            command = [sys.executable, "-c", _INJECTED, str(watched), last, *arguments]
            return (
                subprocess.run(command, env=self._environment, capture_output=True).returncode < 0
            )
        return kill_within([*COMMAND, *arguments], self._environment, self._moment(what))

    def _moment(self, what: str) -> float:
        return self._chance.uniform(0, 1.1 * self._took[what])

    def _kill_build(self) -> Outcome:
        before = release_in(self._home)
        self._number += 1
        wanted = self._checkout.say(f"number {self._number}")
        killed = self._killed("build", self._home, "build")
        after = release_in(self._home)
        verify(after)
        _at_most(self._home / "releases", 4)
        _at_most(self._home, 6)
        return Outcome(killed, _which(before, after, wanted))

    def _kill_build_out(self) -> Outcome:
        before = directory.read(self._out)
        assert before
        self._number += 1
        wanted = self._checkout.say(f"number {self._number}")
        killed = self._killed("build --out", self._out.parent, "build", "--out", str(self._out))
        after = directory.read(self._out)
        if after is None:
            raise Fault("the folder of --out holds no release")
        verify(after)
        _at_most(self._out.parent, 3)
        return Outcome(killed, _which(before, after, wanted))

    def _kill_import(self) -> Outcome:
        before = self._trees[tree_hash(self._draft)]
        killed = self._killed(
            "import facts", self._draft.parent, "import", "facts", str(self._records(1 - before)),
            "--out", str(self._draft),
        )  # fmt: skip
        after = self._trees.get(tree_hash(self._draft))
        if after is None:
            raise Fault("the draft is neither the old nor the new one")
        _at_most(self._draft.parent, 3)
        return Outcome(killed, after != before)

    def _kill_switch(self) -> Outcome:
        before = release_in(self._switching)
        command = [sys.executable, "-c", _SWITCHING, str(self._switching)]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(self._chance.uniform(0, 0.3))
            process.kill()
        after = release_in(self._switching)
        verify(after)
        _at_most(self._switching, 6)
        return Outcome(True, after.id != before.id)

    # The server and its workers.

    def _kill_server(self) -> Outcome:
        before = self._up_to_date()
        workers = self._chance.choice((1, 2))
        started = self._start(workers)
        since = time.monotonic()
        if self._chance.random() < 0.5:
            time.sleep(self._chance.uniform(0, self._took.get("server", 2.0)))
        else:
            started.wait()
            self._took.setdefault("server", time.monotonic() - since)
            with load(started.port):
                time.sleep(self._chance.uniform(0, 1))
        family = [*started.servers(), *started.workers()]
        started.process.kill()
        started.process.wait()
        _, alive = psutil.wait_procs(list(family[1:]), timeout=_SETTLE)
        for one in alive:
            one.kill()
        if alive:
            raise Fault(f"{len(alive)} processes outlived the server by {_SETTLE:g} s")
        after = release_in(self._home)
        verify(after)
        again = self._start(1)
        try:
            again.wait()
            ask_both(again.port)
        finally:
            again.process.terminate()
            again.process.wait(30)
        return Outcome(True, after.id != before.id)

    def _kill_worker(self) -> Outcome:
        self._up_to_date()
        started = self._start(1)
        try:
            started.wait()
            with load(started.port):
                for _ in range(5):
                    time.sleep(self._chance.uniform(0, 0.2))
                    started.kill_a_worker(self._chance)
            ask_both(started.port)
            if started.tracebacks():
                raise Fault(f"stack traces: {started.log.read_text()[-2000:]}")
        finally:
            started.process.terminate()
            started.process.wait(30)
        verify(release_in(self._home))
        return Outcome(True)

    def _up_to_date(self) -> directory.Release:
        """The release of the sources as they are, so that the server has nothing to build."""
        self._run("build")
        return release_in(self._home)

    def _start(self, workers: int) -> server.Server:
        log = self._scratch / "server.log"
        log.write_text("")
        return server.start(self._home, log, workers=workers, environment=self._environment)


def kill_within(command: Sequence[str], environment: dict[str, str], moment: float) -> bool:
    """Run a command and SIGKILL it after some seconds; False if it was done before."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


def release_in(home: Path) -> directory.Release:
    """The current release.

    Raises:
        Fault: there is none.
    """
    release = directory.current(home)
    if release is None:
        raise Fault("there is no current release")
    return release


def verify(release: directory.Release) -> None:
    """The release is what its manifest says, in its dump and in its store, bit for bit.

    Raises:
        Fault: it is not.
    """
    content = release.nquads.read_bytes()
    if hashlib.sha256(content).hexdigest() != release.id:
        raise Fault("release.nq is not what the manifest says")
    try:
        store = ox.Store.read_only(str(release.store_dir))
    except OSError as error:
        raise Fault(f"the store does not open: {error}") from error
    dumped: bytes | None = store.dump(format=ox.RdfFormat.N_QUADS)
    lines = sorted((dumped or b"").split(b"\n")[:-1])
    if hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest() != release.id:
        raise Fault("the store holds something else than release.nq")


def tree_hash(folder: Path) -> str:
    """A hash over names and bytes of all files; of no folder, of nothing."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def load(port: int) -> Iterator[None]:
    """Saved and ad-hoc queries in two threads, whatever becomes of them."""
    stop = threading.Event()

    def go_on(act: Callable[[int], None]) -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError, Fault, http.client.HTTPException):
                act(port)

    threads = [threading.Thread(target=go_on, args=[act]) for act in (ask_saved, ask_adhoc)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def ask_both(port: int) -> None:
    """One saved and one ad-hoc query.

    Raises:
        Fault: one is not answered rightly.
    """
    ask_saved(port)
    ask_adhoc(port)


def ask_saved(port: int) -> None:
    """The states, of which there are three."""
    body = _get(port, "/api/queries/states?format=csv")
    found = {line.split(b",")[1] for line in body.splitlines()[1:]}
    if not {b"BE", b"FR", b"LU"} <= found:
        raise Fault(f"states answered {body[:200]!r}")


def ask_adhoc(port: int) -> None:
    """The label that the sources say."""
    query = "ASK+%7B+?s+?p+%22LU%22+%7D"
    body = _get(port, f"/sparql?query={query}&format=json")
    if b"true" not in body:
        raise Fault(f"sparql answered {body[:200]!r}")


def _get(port: int, path: str) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return bytes(answer.read())
    except OSError as error:
        raise Fault(f"{path}: {error}") from error


def _which(before: directory.Release, after: directory.Release, wanted: str) -> bool:
    if after.manifest.source_hash == wanted:
        return True
    if after.id != before.id:
        raise Fault("the release is neither the old nor the new one")
    return False


def _at_most(folder: Path, number: int) -> None:
    names = sorted(path.name for path in folder.iterdir())
    if len(names) > number:
        raise Fault(f"{len(names)} entries in {folder.name}: {names}")


def main() -> int:
    """Kill, check, write results and page; 1 if anything did not hold."""
    parser = argparse.ArgumentParser(prog="make fire-kill")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--only", choices=list(_WEIGHTS))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    table = {what: Row() for what in _WEIGHTS if options.only in (None, what)}
    drawn = [what for what in table for _ in range(_WEIGHTS[what])]
    failed = []
    with tempfile.TemporaryDirectory(prefix="mla-graph-kill-") as scratch:
        kills = Kills(Path(scratch), chance)
        for number in range(options.times):
            what = list(table)[number] if number < len(table) else chance.choice(drawn)
            row = table[what]
            row.times += 1
            try:
                outcome = kills.kill(what)
            except (Fault, SystemExit) as fault:
                row.faults += 1
                failed.append(f"{what}: {fault}")
                print(f"{number + 1}: {what}: {fault}", flush=True)
                continue
            row.killed += outcome.killed
            row.new += outcome.new
            row.old += not outcome.new
            if (number + 1) % 10 == 0:
                print(f"{number + 1} kills, {len(failed)} faults", flush=True)
        failed += kills.finish()
    found = {
        "times": options.times,
        "seed": options.seed,
        "table": {what: asdict(row) for what, row in table.items()},
        "failed": failed,
    }
    found = results.write("kill", found)
    page.write()
    print(page.kill(found))
    for line in failed:
        print(f"DID NOT HOLD  {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
