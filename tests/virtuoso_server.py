"""A Virtuoso 7 of one's own: started in a folder on free loopback ports, filled, stopped, killed.

Used by tests (the ``virtuoso_server`` fixture) and benchmarks:
``with VirtuosoServer(folder) as server: server.load_file(dump, "urn:graph")``.
"""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

PROGRAM: Final = "virtuoso-t"
PACKAGE: Final = "virtuoso-opensource-7-bin"
"""The Debian package that has the server and ``isql-vt``."""

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty_buffers}
MaxSortedTopRows = {max_rows}
DirsAllowed = {allowed}
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
KeepAliveTimeout = 15
[SPARQL]
ResultSetMaxRows = {max_rows}
MaxQueryExecutionTime = {max_seconds}
"""


def missing() -> str | None:
    """Why there is no Virtuoso here, or nothing once there is one.

    As root on a Debian machine the package is installed now, which takes a while.
    """
    if shutil.which(PROGRAM) and shutil.which("isql-vt"):
        return None
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return f"{PROGRAM} is missing, and only root can install the Debian package {PACKAGE}"
    install = ["apt-get", "install", "--yes", "--no-install-recommends", PACKAGE]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        if shutil.which(PROGRAM) and shutil.which("isql-vt"):
            return None
    return f"{PACKAGE} cannot be installed: {done.stderr.decode(errors='replace').strip()[-300:]}"


class VirtuosoServer:
    """A Virtuoso with its database in ``folder``, which stays when it is stopped.

    ``allowed`` is a further folder from which ``load_file`` reads; ``buffers`` is memory in pages
    of 8 KiB; ``max_rows`` and ``max_seconds`` are the server's own limits on a query.
    """

    user: Final = "dba"
    password: Final = "dba"

    def __init__(
        self,
        folder: Path,
        *,
        allowed: Path | None = None,
        buffers: int = 20_000,
        max_rows: int = 1_000_000,
        max_seconds: int = 60,
    ) -> None:
        """Name the folder, which is made if need be; nothing is started yet."""
        self.folder = folder.absolute()
        self.sql_port, self.http_port = _free_ports()
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "virtuoso.ini").write_text(
            _INI.format(
                folder=self.folder,
                sql_port=self.sql_port,
                http_port=self.http_port,
                buffers=buffers,
                dirty_buffers=buffers * 3 // 4,
                allowed=", ".join(str(path) for path in (self.folder, allowed) if path),
                max_rows=max_rows,
                max_seconds=max_seconds,
            ),
            "utf-8",
        )

    @property
    def url(self) -> str:
        """The address of the web server."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def query_url(self) -> str:
        """Where SPARQL queries go, without a password."""
        return f"{self.url}/sparql"

    @property
    def auth_url(self) -> str:
        """Where SPARQL queries and updates go with ``user`` and ``password`` (digest)."""
        return f"{self.url}/sparql-auth"

    @property
    def update_url(self) -> str:
        """Where SPARQL updates go (digest)."""
        return self.auth_url

    @property
    def graph_store_url(self) -> str:
        """Graph Store HTTP Protocol, for reading."""
        return f"{self.url}/sparql-graph-crud"

    @property
    def graph_store_auth_url(self) -> str:
        """Graph Store HTTP Protocol, for writing (digest); the parameter is ``graph-uri``."""
        return f"{self.url}/sparql-graph-crud-auth"

    def start(self, timeout: float = 60.0) -> Self:
        """Start and wait until it answers queries; ``timeout`` in seconds.

        Raises:
            RuntimeError: it stopped or did not answer in time; with the end of its log.
        """
        command = [PROGRAM, "+foreground", "+configfile", str(self.folder / "virtuoso.ini")]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return self
            time.sleep(0.1)
        self.kill()
        log = self.folder / "virtuoso.log"
        tail = log.read_text("utf-8", "replace")[-800:] if log.exists() else "no log"
        raise RuntimeError(f"Virtuoso did not start: {tail}")

    def stop(self) -> None:
        """Stop in good order; nothing if it is not running."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
        self.process = None

    def kill(self) -> None:
        """Stop at once, as a loss of power would."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=60)
        self.process = None

    def restart(self) -> None:
        """Stop if running and start again on the same database and ports."""
        self.stop()
        self.start()

    def sql(self, statements: str) -> str:
        """What ``isql-vt`` prints for these statements.

        Raises:
            RuntimeError: Virtuoso refuses one of them.
        """
        done = subprocess.run(
            [
                "isql-vt",
                f"127.0.0.1:{self.sql_port}",
                self.user,
                self.password,
                f"exec={statements}",
            ],
            capture_output=True,
            check=False,
        )
        text = (done.stdout + done.stderr).decode(errors="replace")
        if done.returncode or "*** Error" in text:
            raise RuntimeError(text.strip())
        return text

    def load_file(self, path: Path, graph: str) -> None:
        """Add a Turtle or N-Triples file (.gz too) to a graph with the bulk loader; checkpoint.

        The file is linked or copied into the server's folder. A literal with an explicit
        ``^^xsd:string`` would be another term than the same text without.

        Raises:
            RuntimeError: Virtuoso cannot read the file.
        """
        here = self.folder / "load"
        here.mkdir(exist_ok=True)
        copy = here / f"{time.monotonic_ns()}-{path.name}"
        try:
            os.link(path, copy)
        except OSError:
            shutil.copyfile(path, copy)
        try:
            self.sql(f"ld_dir('{here}', '{copy.name}', '{graph}'); rdf_loader_run(); checkpoint;")
            found = self.sql(
                "SELECT ll_error FROM DB.DBA.LOAD_LIST "
                f"WHERE ll_file = '{copy}' AND ll_error IS NOT NULL;"
            )
        finally:
            copy.unlink()
        if "\n0 Rows." not in found:
            raise RuntimeError(found.strip())

    def load(self, data: bytes, media_type: str, graph: str) -> None:
        """Replace a named graph through the Graph Store HTTP Protocol.

        Raises:
            OSError: Virtuoso refuses the data.
        """
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.url, self.user, self.password)
        opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
        request = urllib.request.Request(
            f"{self.graph_store_auth_url}?graph-uri={quote(graph, safe='')}",
            data,
            {"Content-Type": media_type},
            method="PUT",
        )
        opener.open(request, timeout=120).close()

    def __enter__(self) -> Self:
        """Start, if it is not running."""
        return self if self.process else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.query_url}?query=ASK%7B%7D", timeout=5).close()
        except OSError:
            return False
        return True


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
