"""A saved query takes a short road from the server to the engine."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pyoxigraph as ox
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import mla_graph
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.app import create_app
from mla_graph.service.context import Opened, Pace, ServiceContext
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

MOST_FRAMES = 10
MOST_FILES = 12

OWN = str(Path(mla_graph.__file__).parent)


class Watched(EmbeddedStore):
    """A store that notes which frames are on the stack when it is asked."""

    stack: list[FrameType]

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        self.stack = list(_frames(sys._getframe()))
        return super().query(sparql, timeout=timeout)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None and frame.f_code is not _serve.__code__:
        yield frame
        frame = frame.f_back


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceContext:
    """A service with one query, which is answered in the event loop."""
    (tmp_path / "two.rq").write_text(
        "#+ summary: Two\n#+ parameters:\n"
        "#+   - {name: n, type: integer, required: true, example: 1, description: A number.}\n"
        "#+ columns:\n#+   - {name: m, type: integer, description: A number.}\n"
        "SELECT ?m WHERE { BIND($_n AS ?m) }",
        "utf-8",
    )
    monkeypatch.setattr(Pace, "short", lambda *_: True)
    return ServiceContext(
        settings=Settings(home=tmp_path),
        catalogue=Catalogue.load(tmp_path),
        sources=Sources.shipped(),
        opened=Opened(Watched(ox.Store(), "watched", release_id="r1", never_waits=True)),
    )


async def _serve(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Call the application as the server does."""
    await app(scope, receive, send)


def _request(app: ASGIApp, query: bytes) -> int:
    """The status of the answer to a request."""
    scope = {
        "type": "http", "method": "GET", "path": "/api/queries/two", "query_string": query,
        "headers": [(b"accept", b"application/json")], "scheme": "http", "root_path": "",
        "client": None, "server": ("localhost", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip
    status = 0

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    asyncio.run(_serve(app, scope, receive, send))
    return status


def test_few_frames_stand_between_the_server_and_the_engine(context: ServiceContext) -> None:
    assert _request(create_app(context), b"n=1") == 200
    store = context.served.store
    assert isinstance(store, Watched)
    names = [frame.f_code.co_qualname for frame in store.stack]
    assert len(names) <= MOST_FRAMES, names


def test_few_files_take_part_between_the_server_and_the_engine(context: ServiceContext) -> None:
    app = create_app(context)
    _request(app, b"n=1")  # what is read once is read
    files: list[str] = []
    reached: list[str] = []

    def entered(frame: FrameType, event: str, argument: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(OWN) and path not in files:
            files.append(path)
        if frame.f_code is Watched.query.__code__ and not reached:
            reached.extend(files)

    sys.setprofile(entered)
    try:
        assert _request(app, b"n=2") == 200
    finally:
        sys.setprofile(None)
    assert reached
    names = [str(Path(path).relative_to(OWN)) for path in reached]
    assert len(names) <= MOST_FILES, "\n".join(names)
