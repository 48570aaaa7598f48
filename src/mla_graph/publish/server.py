"""The server to which a release is published."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from mla_graph.model.errors import PublishFailed, StoreUnavailable
from mla_graph.model.settings import Settings
from mla_graph.publish.addresses import checked, guessed_graph_store
from mla_graph.publish.run import Server
from mla_graph.publish.sending import Sender
from mla_graph.publish.writers import GraphStore, Updates, Writer
from mla_graph.store.access import Access
from mla_graph.store.interface import PROBE
from mla_graph.store.remote import RemoteStore

_SLOWEST: Final = 300.0
"""Seconds. Reading back some thousand triples, from a server that is busy."""


@contextmanager
def connect(
    to: str,
    settings: Settings,
    *,
    graph_store: str | None = None,
    update: str | None = None,
    told: Callable[[str], None],
) -> Iterator[Server]:
    """Connect to the server that answers queries at ``to``; ``told`` hears of each wait.

    Raises:
        InvalidValue: an address is not one.
        PublishFailed: the server does not answer, or it is unknown where it takes graphs.
    """
    whole = replace(settings, remote_graph=None)
    store = RemoteStore.from_settings(checked(to), whole, max(_SLOWEST, settings.remote_timeout))
    sender = Sender(Access.from_settings(settings), told=told)
    try:
        _reach(store)
        writer: Writer
        if update:
            writer = Updates(checked(update), sender)
        else:
            address = checked(graph_store) if graph_store else guessed_graph_store(to, sender)
            writer = GraphStore(address, sender)
        yield Server(store, writer)
    finally:
        sender.close()
        store.close()


def _reach(store: RemoteStore) -> None:
    """Fail soon if the address is wrong; later on, more patience is right.

    Raises:
        PublishFailed: there is no endpoint that answers.
    """
    try:
        store.ask(PROBE)
    except StoreUnavailable as error:
        raise PublishFailed(error.detail) from error
