"""Many saved pages read against one graph, which is loaded once."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mla_graph.ingest.draft.writer import triples
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node
from mla_graph.ingest.saved_page import run
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.record import facts_of
from mla_graph.ingest.saved_page.sections import SECTIONS, divide
from mla_graph.ingest.saved_page.text import read
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources

_NAMED = re.compile(r"(?P<state>[A-Za-z]{2})[-_ ](?P<measure>[A-Za-z]\.\d{1,2})(?!\d)")
"""The name of a file that says state and measure, such as ``LU-A.30.txt``."""

OWN: Final = (".decisions.json", ".ttl")
"""The ends of names of files that are written beside pages."""


@dataclass(frozen=True)
class PageDraft:
    """A page with the record that was read from it, the nodes of the record, and their file."""

    reading: Reading
    fields: dict[str, Any]
    nodes: list[Node]
    file: str

    @property
    def turtle(self) -> str:
        """Return the draft as canonical Turtle."""
        from mla_graph.model import turtle

        return turtle.format_text(triples(self.nodes), name=self.file)


class PageReader:
    """The graph with its names, to read pages against."""

    def __init__(self, sources: Sources) -> None:
        self.known = Known(sources.ontology, [sources.graph_data])
        self._names: dict[str, Names] = {}

    def draft(self, path: Path) -> PageDraft:
        """Read a page; where it names no state or measure, the name of its file may.

        Raises:
            UnreadableInput: the file is no such page, or not in English.
            InvalidValue: state or measure is unknown to the graph, or is not the one of the page.
        """
        page = divide(read(path))
        if not page.sections:
            raise UnreadableInput(
                f"{path} has none of the headings of such a page in English: {', '.join(SECTIONS)}."
            )
        named = _NAMED.match(path.name)
        iso, measure = named.group("state", "measure") if named else (None, None)
        reading = run._reading(page, self.known, iso, measure)
        reading.names = self._names.setdefault(reading.iso, reading.names)
        facts = facts_of(reading, path.name)
        merge = run._converted(facts, self.known.without(reading.key), path)
        (record,) = facts.of("fiches")
        file = f"implementations/{reading.iso}/{reading.measure}".lower()
        return PageDraft(reading, dict(record.fields), merge.finish(), file)


def pages_in(folder: Path) -> list[Path]:
    """List the files of a folder that may be pages, in the order of their names.

    Hidden files, what a browser saves beside a page (``…_files``) and what is written beside
    pages are none.

    Raises:
        UnreadableInput: there is no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise UnreadableInput(f"{folder} is no folder.")
    found = sorted(path for path in folder.rglob("*") if _may_be_page(path.relative_to(folder)))
    pages = [path for path in found if path.is_file()]
    if not pages:
        raise UnreadableInput(f"{folder} holds no file that could be a page.")
    return pages


def _may_be_page(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    beside = any(part.endswith("_files") for part in path.parts[:-1])
    return not (hidden or beside or path.name.endswith(OWN))
