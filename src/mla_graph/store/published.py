"""The release that an endpoint serves, where one was published to it."""

import pyoxigraph as ox

from mla_graph.model.published import CURRENT, RELEASES, merged_iri
from mla_graph.store.interface import Store
from mla_graph.store.remote import RemoteStore


def current_release(store: Store) -> str | None:
    """The id of the release that is current there; None if none was ever published.

    Raises:
        StoreUnavailable: the endpoint does not answer.
    """
    answer = store.query(CURRENT)
    assert isinstance(answer, ox.QuerySolutions)
    releases = [row["release"].value for row in answer]
    return releases[0].removeprefix(f"{RELEASES}/") if releases else None


def open_endpoint(url: str, timeout: float = 60.0) -> RemoteStore:
    """The current release at the endpoint, or its own default graph if none was published.

    Raises:
        InvalidValue: not an http(s) address.
        StoreUnavailable: the endpoint does not answer.
    """
    endpoint = RemoteStore(url, timeout=timeout)
    release = current_release(endpoint)
    return release_at(url, release, timeout) if release else endpoint


def release_at(url: str, release: str, timeout: float = 60.0) -> RemoteStore:
    """One release at the endpoint, current or not; nothing is sent yet."""
    store = RemoteStore(url, merged_iri(release), timeout, release_id=release)
    store.description = f"release {release[:12]} at {url}"
    return store
