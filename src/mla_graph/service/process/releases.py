"""New releases, opened while the old one goes on answering."""

import logging
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from mla_graph.model.errors import MlaGraphError, StoreUnavailable
from mla_graph.model.settings import Settings
from mla_graph.release import directory
from mla_graph.release.directory import Release
from mla_graph.service.context import Opened, Served
from mla_graph.store.interface import COUNT
from mla_graph.store.releases import current_release, open_endpoint, release_at
from mla_graph.store.remote import RemoteStore

_log = logging.getLogger(__name__)


class Following:
    """The release that a link such as ``MLA_HOME/current`` leads to."""

    def __init__(self, link: Path, open: Callable[[Release], Opened]) -> None:
        """Follow the link; ``open`` opens a release, with or without its memory copy."""
        self._link = link
        self._open = open
        self._broken: Path | None = None

    def newer(self, served: Served) -> Opened | None:
        """Open and try the release that the link leads to; None if it is the one served.

        A release that cannot be opened is logged once and skipped.
        """
        try:
            target = self._link.resolve(strict=True)
        except (OSError, RuntimeError):  # the latter for links in a circle, before Python 3.13
            return None
        if served.release is None or target in (served.release.path.resolve(), self._broken):
            return None
        try:
            opened = self._tried(target)
        except MlaGraphError as error:
            self._broken = target
            _log.error("The new release is not served: %s", error.detail)
            return None
        self._broken = None
        return opened

    def _tried(self, target: Path) -> Opened:
        """Open the release in the folder, in memory if it will be served from there.

        Raises:
            StoreUnavailable, UnreadableInput: it is damaged.
        """
        release = directory.read(target)
        if release is None:
            raise StoreUnavailable(f"{target} holds no finished release.")
        opened = self._open(release)
        if opened.memory_copy is not None:
            opened.store.close()
            opened = Opened(opened.memory_copy(), release, opened.adhoc)
        (row,) = opened.store.select(COUNT)
        expected = release.manifest.merged.triples
        if row["count"] != ox.Literal(expected):
            raise StoreUnavailable(f"{target} does not hold the {expected} triples that it should.")
        return opened


class FollowingEndpoint:
    """The current release at an endpoint to which releases are published.

    ``opened`` is what to serve first. The endpoint is not asked again if nothing was published
    there or the settings name a graph; it is asked again while it does not answer.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        """Ask the endpoint once.

        Raises:
            InvalidValue: the address or a setting is wrong.
        """
        self._url, self._settings = url, settings
        self._endpoint = RemoteStore.from_settings(url, settings, settings.query_timeout)
        self._follows = settings.remote_graph is None
        self.opened = self._endpoint
        try:
            self.opened = open_endpoint(url, settings, settings.query_timeout)
            self._follows &= self.opened.release_id is not None
        except StoreUnavailable as error:
            _log.warning("Not ready yet: %s", error.detail)

    def newer(self, served: Served) -> Opened | None:
        """Open the new current release; None if it is the one served, or nobody answers."""
        if not self._follows:
            return None
        try:
            release = current_release(self._endpoint)
        except MlaGraphError:  # /health/ready reports it
            return None
        if release is None or release == served.store.release_id:
            return None
        return Opened(release_at(self._url, release, self._settings, self._settings.query_timeout))
