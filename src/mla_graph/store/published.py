"""The release that an endpoint serves, where one was published to it."""

from dataclasses import replace

from mla_graph.model.published import CURRENT, RELEASES, merged_iri
from mla_graph.model.settings import Settings
from mla_graph.store.interface import Store
from mla_graph.store.remote import RemoteStore


def current_release(store: Store) -> str | None:
    """The id of the release that is current there; None if none was ever published.

    Raises:
        StoreUnavailable: the endpoint does not answer.
    """
    releases = [row["release"].value for row in store.select(CURRENT)]
    return releases[0].removeprefix(f"{RELEASES}/") if releases else None


def open_endpoint(url: str, settings: Settings, timeout: float | None = None) -> RemoteStore:
    """The graph of the settings; else the current release; else the endpoint's default graph.

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
    """One release at the endpoint, current or not; nothing is sent yet.

    Raises:
        InvalidValue: the address or a setting is wrong.
    """
    of_release = replace(settings, remote_graph=merged_iri(release))
    store = RemoteStore.from_settings(url, of_release, timeout)
    store.release_id = release
    store.description = f"release {release[:12]} at {url}"
    return store
