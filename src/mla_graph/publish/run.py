"""The way of a release to a server: sent and verified, then current.

Readers ask the release that is current, whose graphs never change; nobody asks one that is on its
way. Killed at any moment, the same command does what is left.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from mla_graph.model.errors import PublishFailed
from mla_graph.model.statements import Statements, typed
from mla_graph.publish import reading
from mla_graph.publish.claim import Claim
from mla_graph.publish.content import Content, Graph, Lines, triple_lines
from mla_graph.publish.writers import Writer
from mla_graph.store.interface import Store
from mla_graph.store.releases import RELEASES

_AT_ONCE: Final = 4
"""Source graphs that are on their way at the same time: most are small, and wait for the server."""

_TRIES: Final = 3


class Watcher(Protocol):
    """Receives progress."""

    def say(self, message: str) -> None:
        """Report a step that is done, or a remark."""

    def begin(self, what: str, triples: int) -> None:
        """Begin to send or read so many triples."""

    def advance(self, triples: int) -> None:
        """Count so many as done; a negative number if they have to be sent again."""


@dataclass(frozen=True)
class Server:
    """Where a release is published: how it is read, and how it is written."""

    store: Store
    writer: Writer


@dataclass(frozen=True)
class Plan:
    """What the server has of a release, and what it lacks.

    ``verified`` are graphs of a release that was current, with the right count; ``present`` those
    with the right count that a killed publisher may have left; ``missing`` all others.
    ``held`` are the counts of all graphs that are there. Of releases (IRIs) ``current`` is the one
    that is current, ``available`` says from when each is, ``kept`` stay and ``removed`` go.
    """

    verified: list[Graph]
    present: list[Graph]
    missing: list[Graph]
    held: dict[str, int]
    current: str | None
    available: dict[str, datetime]
    kept: list[str]
    removed: list[str]


@dataclass(frozen=True)
class Report:
    """What was done: graphs and triples that were sent, releases that were removed."""

    sent: list[Graph]
    removed: list[str]

    @property
    def triples(self) -> int:
        """The number of triples that were sent."""
        return sum(graph.triples for graph in self.sent)


def plan(content: Content, server: Server, *, keep: int, check_all: bool = False) -> Plan:
    """Look what there is to do; nothing is changed.

    ``keep`` is the number of earlier releases that stay, ``check_all`` trusts nothing that stands
    on the server.

    Raises:
        StoreUnavailable, LimitReached: the server does not answer.
    """
    store = server.store
    described, available = reading.described(store), reading.available(store)
    finished = sorted(described & available.keys(), key=lambda one: available[one], reverse=True)
    trusted: dict[str, int] = {}
    for release in finished:
        trusted |= reading.counts(store, release)
    held = dict(trusted)
    if content.iri in described and content.iri not in available:
        held |= reading.counts(store, content.iri)
    verified: list[Graph] = []
    present: list[Graph] = []
    missing: list[Graph] = []
    for graph in content.parts:
        if held.get(graph.iri) != graph.triples:
            missing.append(graph)
        elif check_all or graph.iri not in trusted:
            present.append(graph)
        else:
            verified.append(graph)
    kept = [content.iri, *[one for one in finished if one != content.iri][:keep]]
    return Plan(
        verified,
        present,
        missing,
        held,
        max(available, key=lambda one: available[one], default=None),
        available,
        kept,
        sorted(described - set(kept)),
    )


def publish(
    content: Content,
    server: Server,
    *,
    keep: int = 1,
    check_all: bool = False,
    watcher: Watcher,
    claim_every: float = 5.0,
) -> Report:
    """Make a release current on the server, and remove those before the last ``keep``.

    Raises:
        PublishFailed: another publisher is at work, or the server does not hold what it was sent.
        StoreUnavailable, LimitReached: the server does not answer. In each case the release that
            was current is so still, or the new one is.
    """
    with Claim(server.store, server.writer, watcher.say, claim_every) as claim:
        todo = plan(content, server, keep=keep, check_all=check_all)
        work = _Work(server, watcher, todo.held)
        work.describe(content.description)
        work.send_missing(content, todo)
        _check_counts(content, server)
        claim.check()
        _make_current(content, server, todo)
        watcher.say(f"Release {content.release[:12]} is current.")
        kept = {part for one in todo.kept for part in reading.parts(server.store, one)}
        for release in todo.removed:
            claim.check()
            _remove(release, server, kept)
            watcher.say(f"Removed release {release.rpartition('/')[2][:12]}.")
    return Report(work.sent, todo.removed)


class _Work:
    """Sends graphs and verifies each."""

    def __init__(self, server: Server, watcher: Watcher, held: dict[str, int]) -> None:
        self._store, self._writer, self._watcher = server.store, server.writer, watcher
        self._held = held
        self.sent: list[Graph] = []

    def describe(self, description: Graph) -> None:
        """Say what the release consists of before any of it comes: so nothing is ever lost sight
        of."""
        held = reading.count(self._store, description.iri)
        self._held |= {description.iri: held} if held else {}
        if held != description.triples or not self._is_right(description, description.lines()):
            self._send(description)

    def send_missing(self, content: Content, todo: Plan) -> None:
        """Source graphs first, the merged graph last."""
        missing = {graph.iri for graph in todo.missing}
        verified = {graph.iri for graph in todo.verified}
        wanted = [graph for graph in content.parts if graph.iri not in verified]
        if not wanted:
            return
        what = "Sending" if missing else "Checking"
        self._watcher.begin(what, sum(graph.triples for graph in wanted))

        def ensure(graph: Graph) -> None:
            if graph.iri not in missing and self._is_right(graph, graph.lines()):
                self._watcher.advance(graph.triples)
            else:
                self._send(graph)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            pending = [pool.submit(ensure, one) for one in wanted if one is not content.merged]
            try:
                for done in pending:
                    done.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        if content.merged.iri not in verified:
            ensure(content.merged)

    def _is_right(self, graph: Graph, lines: Lines) -> bool:
        return reading.found(self._store, graph.iri, lines) == (len(lines), lines.sha256)

    def _send(self, graph: Graph) -> None:
        """Send a graph until the server holds what it was sent.

        Raises:
            PublishFailed: it never does.
        """
        lines, expected = graph.lines(), graph.triples
        there = graph.iri in self._held
        for _ in range(_TRIES):
            if there:
                self._writer.delete(graph.iri)
            self._writer.add(graph.iri, lines, self._watcher.advance)
            there = True
            found = reading.found(self._store, graph.iri, lines)
            if found == (expected, lines.sha256):
                self.sent.append(graph)
                return
            self._watcher.advance(-expected)
        raise PublishFailed(
            f"The server does not hold what it was sent: {graph.iri} has {found.triples:,} triples "
            f"with the hash {found.sha256[:12]} instead of {expected:,} with {lines.sha256[:12]}. "
            f"If it cuts answers at fewer than {reading.AT_ONCE:,} triples, raise that limit."
        )


def _check_counts(content: Content, server: Server) -> None:
    """See a last time that everything is there."""
    held = reading.counts(server.store, content.iri)
    wrong = [part.iri for part in content.parts if held.get(part.iri) != part.triples]
    if wrong:
        raise PublishFailed(
            f"{len(wrong)} graphs of the release changed meanwhile, such as {wrong[0]}."
        )


def _make_current(content: Content, server: Server, todo: Plan) -> None:
    """Add the triple that makes the release the last to become available, if it is not."""
    if todo.current == content.iri:
        return
    last = max(todo.available.values(), default=datetime.min.replace(tzinfo=UTC))
    now = max(datetime.now(UTC).replace(microsecond=0), last + timedelta(seconds=1))
    said = Statements()
    said.say(content.iri, "dcterms:available", typed(now.isoformat(), "dateTime"))
    server.writer.add(RELEASES, Lines.of(triple_lines(said.triples)), lambda count: None)
    if reading.available(server.store).get(content.iri) != now:
        raise PublishFailed("The server did not keep the triple that makes the release current.")


def _remove(release: str, server: Server, kept: set[str]) -> None:
    """Delete the parts that no other release has, and last what tells of them."""
    for part in reading.parts(server.store, release):
        if part not in kept:
            server.writer.delete(part)
    server.writer.delete(release)
