"""The files of a release that people can take away."""

from dataclasses import dataclass
from typing import Final

from mla_graph.release.directory import Release
from mla_graph.release.dumps import COMPRESSED, ENDINGS, STEM
from mla_graph.release.manifest import FileSummary
from mla_graph.store.formats import DUMPS

_EVERY_GRAPH: Final = ("nquads", "trig")


@dataclass(frozen=True)
class File:
    """One file of a release; ``format`` is one of ``formats.DUMPS``."""

    name: str
    format: str
    compressed: bool
    summary: FileSummary

    @property
    def media_type(self) -> str:
        """The media type of the graph, packed or not."""
        return DUMPS[self.format].media_type

    @property
    def content(self) -> str:
        """What the file holds, in words."""
        every = self.format in _EVERY_GRAPH
        return "the merged graph and every named graph" if every else "the merged graph"


def files(release: Release) -> list[File]:
    """List the files of a release, each as it is and compressed."""
    return [
        File(name, format, bool(suffix), release.manifest.dumps[name])
        for ending, format in ENDINGS.items()
        for suffix in ("", COMPRESSED)
        if (name := f"{STEM}.{ending}{suffix}") in release.manifest.dumps
    ]
