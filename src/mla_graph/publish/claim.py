"""A claim on the server, so that one publisher works at a time.

The claim is a graph of its own, to which a triple is added every few seconds. Who finds the claim
of another withdraws its own, so that of two at the same moment at most one goes on. A claim whose
process is gone, or that has not grown for a while, is that of a publisher that was killed; no
clocks are compared.
"""

import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import pyoxigraph as ox

from mla_graph.model.errors import MlaGraphError, PublishFailed
from mla_graph.model.statements import Statements, named, typed
from mla_graph.publish.content import Lines, triple_lines
from mla_graph.publish.reading import Claimed, claims
from mla_graph.publish.writers import Writer
from mla_graph.store.interface import Store
from mla_graph.store.releases import PUBLISHING

_MISSED: Final = 5
"""Signs that another may leave out before it counts as killed."""


class Claim:
    """Held while publishing: ``with Claim(…) as claim``."""

    def __init__(
        self, store: Store, writer: Writer, told: Callable[[str], None], every: float = 5.0
    ) -> None:
        """Claim the server; a sign is given every so many seconds.

        Nothing is sent yet. ``told`` hears of the claims of publishers that were killed.
        """
        self._store, self._writer, self._told, self._every = store, writer, told, every
        self._iri = f"{PUBLISHING}{uuid.uuid4().hex}"
        self._over = threading.Event()
        self._signs = threading.Thread(target=self._give_signs, name="claim", daemon=True)

    def __enter__(self) -> Self:
        """Take the claim.

        Raises:
            PublishFailed: another publisher is at work.
        """
        self._take()
        others = self._others()
        if others:
            self._withdraw()
            self._remove_dead(others)
            time.sleep(random.uniform(0, self._every))  # two at the same moment: not again
            self._take()
            if others := self._others():
                self._withdraw()
                who = ", ".join(other.label for other in others.values())
                raise PublishFailed(
                    f"Another publisher is at work on this server ({who}). Wait until it is done."
                )
        self._signs.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the claim back; if the server does not take it, the next publisher sees to it."""
        self._over.set()
        self._signs.join()
        try:
            self._withdraw()
        except MlaGraphError:
            if error is None:
                raise

    def check(self) -> None:
        """Make sure that no other publisher took over, as it does from one that gives no signs.

        Raises:
            PublishFailed: the claim is gone.
        """
        if self._iri not in claims(self._store):
            raise PublishFailed("Another publisher took over, as there was no sign of this one.")

    def _take(self) -> None:
        said = Statements()
        said.say(self._iri, "rdf:type", named("prov:Activity"))
        said.say(self._iri, "rdfs:label", ox.Literal(f"{socket.gethostname()} {os.getpid()}"))
        self._add(said)

    def _withdraw(self) -> None:
        self._writer.delete(self._iri)

    def _add(self, said: Statements) -> None:
        said.say(self._iri, "dcterms:modified", typed(datetime.now(UTC).isoformat(), "dateTime"))
        self._writer.add(self._iri, Lines.of(triple_lines(said.triples)), lambda count: None)

    def _give_signs(self) -> None:
        while not self._over.wait(self._every):
            try:
                self._add(Statements())
            except MlaGraphError as error:  # whoever publishes meets the same, and says so
                self._told(error.detail)
                return

    def _others(self) -> dict[str, Claimed]:
        return {iri: other for iri, other in claims(self._store).items() if iri != self._iri}

    def _remove_dead(self, others: dict[str, Claimed]) -> None:
        """Delete the claims of publishers that were killed; wait until that is certain."""
        waiting = {iri: other for iri, other in others.items() if not _is_gone(other)}
        if waiting:
            self._told("Another publisher claims this server; waiting for a sign of it.")
        for _ in range(_MISSED):
            if not waiting or self._over.wait(self._every):
                break
            now = self._others()
            waiting = {iri: other for iri, other in waiting.items() if now.get(iri) == other}
        for iri, other in others.items():
            if iri in waiting or _is_gone(other):
                self._told(f"The publisher {other.label} was killed; going on in its place.")
                self._writer.delete(iri)


def _is_gone(other: Claimed) -> bool:
    """Tell whether the other is a process of this machine that has ended."""
    host, _, number = other.label.partition(" ")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
