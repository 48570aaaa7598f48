"""Whether there is a new release, and opening it while the old one goes on answering."""

import logging
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from mla_graph.model.errors import MlaGraphError, StoreUnavailable
from mla_graph.release import directory
from mla_graph.release.directory import Release
from mla_graph.service.context import Opened

_log = logging.getLogger(__name__)


class Following:
    """Looks where a link leads, such as ``MLA_HOME/current``."""

    def __init__(self, link: Path, open: Callable[[Release], Opened]) -> None:
        """Follow the link; ``open`` opens a release, its memory copy loaded or to be loaded."""
        self._link = link
        self._open = open
        self._broken: Path | None = None

    def newer(self, served: Release) -> Opened | None:
        """The release that the link leads to, opened and tried; None if it is the one served.

        One that cannot be opened is told in the log, once, and passed over.
        """
        try:
            target = self._link.resolve(strict=True)
        except OSError:
            return None
        if target in (served.path.resolve(), self._broken):
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
        """The release in the folder, in memory if that is where it will be served from.

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
        answer = opened.store.query("SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }")
        assert isinstance(answer, ox.QuerySolutions)
        (row,) = answer
        expected = release.manifest.merged.triples
        if row["count"] != ox.Literal(expected):
            raise StoreUnavailable(f"{target} does not hold the {expected} triples that it should.")
        return opened
