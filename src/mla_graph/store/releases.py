"""Releases on a server: the names of their graphs, and the one that is current.

A graph that has its name is never changed: a release has its merged graph under a name with the
release's id, a source graph has a name with the SHA-256 of its content, shared by all releases that
hold it. ``RELEASES`` is the one graph that grows, by a triple for each release that becomes
current; a single triple is added by every server in one step.
"""

from dataclasses import replace
from typing import Final

from mla_graph.model.namespaces import GRAPH, HOME
from mla_graph.model.settings import Settings
from mla_graph.store.interface import Store
from mla_graph.store.remote import RemoteStore

DATASET: Final = f"{HOME}.well-known/void#dataset"
"""What all releases are versions of."""

RELEASES: Final = f"{GRAPH}releases"
"""The graph that says from when which release is current, and the space of the releases' names."""

PUBLISHING: Final = f"{GRAPH}publishing/"
"""The space of the graphs by which a publisher says that it is at work."""

CURRENT: Final = f"""\
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?release
WHERE {{ GRAPH <{RELEASES}> {{ ?release dcterms:available ?from }} }}
ORDER BY DESC(?from)
LIMIT 1
"""
"""Which release is current: the one that was the last to become available."""


def release_iri(id: str) -> str:
    """Name the release, and the graph that describes it: its parts with their counts and hashes."""
    return f"{RELEASES}/{id}"


def merged_iri(id: str) -> str:
    """Name the merged graph of a release, the default graph of every query."""
    return f"{RELEASES}/{id}/merged"


def version_iri(graph: str, sha256: str) -> str:
    """Name a graph with the content that has this hash."""
    return f"{graph}/version/{sha256}"


def current_release(store: Store) -> str | None:
    """Read the id of the release that is current there; None if none was ever published.

    Raises:
        StoreUnavailable: the endpoint does not answer.
    """
    releases = [row["release"].value for row in store.select(CURRENT)]
    return releases[0].removeprefix(f"{RELEASES}/") if releases else None


def open_endpoint(url: str, settings: Settings, timeout: float | None = None) -> RemoteStore:
    """Open the graph of the settings, else the current release, else the default graph.

    ``timeout`` in seconds wins over that of the settings.

    Raises:
        InvalidValue: the address or a setting is wrong.
        StoreUnavailable: the endpoint does not answer.
    """
    endpoint = RemoteStore.from_settings(url, settings, timeout)
    release = None if settings.remote_graph else current_release(endpoint)
    return release_at(url, release, settings, timeout) if release else endpoint


def release_at(
    url: str, release: str, settings: Settings, timeout: float | None = None
) -> RemoteStore:
    """Name one release at the endpoint, current or not; nothing is sent yet.

    Raises:
        InvalidValue: the address or a setting is wrong.
    """
    of_release = replace(settings, remote_graph=merged_iri(release))
    store = RemoteStore.from_settings(url, of_release, timeout)
    store.release_id = release
    store.description = f"release {release[:12]} at {url}"
    return store
