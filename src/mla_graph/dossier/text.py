"""A dossier for a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from mla_graph.dossier import memo
from mla_graph.dossier.memo import Section
from mla_graph.dossier.model import Dossier, Reference
from mla_graph.dossier.rows import Line

NARROWEST = 40


def text(dossier: Dossier, width: int) -> str:
    """Write the memo in lines of up to this width."""
    return "\n".join(_lines(dossier, max(width, NARROWEST))) + "\n"


def _lines(dossier: Dossier, width: int) -> Iterator[str]:
    heading = memo.title(dossier)
    yield from textwrap.wrap(heading, width)
    yield f"Request received on {dossier.question.on}"
    yield "=" * min(width, len(heading))
    yield ""
    yield "ESSENTIALS"
    for group in memo.essentials(dossier):
        yield from _wrapped(group.heading, width, "  ")
        for line in group.lines:
            yield from _item(line, width, "    ")
    yield from _warnings("BEWARE", memo.beware(dossier), width, "! ")
    for number, section in enumerate(memo.sections(dossier), 1):
        yield from _section(section, f"{number}. {section.title}", width)
    if others := memo.other_paths(dossier):
        yield from ("", "OTHER PATHS")
        yield from textwrap.wrap("What belongs to bases that do not govern here.", width)
        for section in others:
            yield from _section(section, section.title, width)
    yield from _warnings("ON THIS DOSSIER", memo.notes(dossier), width, "  ")
    yield from ("", "REFERENCES")
    for reference in dossier.references:
        yield from _reference(reference, width)
    yield from ("", *textwrap.wrap(dossier.disclaimer, width))


def _warnings(heading: str, lines: Sequence[Line], width: int, indent: str) -> Iterator[str]:
    if lines:
        yield from ("", heading)
    for line in lines:
        yield from _item(line, width, indent)


def _section(section: Section, heading: str, width: int) -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(heading.upper(), width)
    if not section.groups:
        yield from _wrapped(section.empty, width, "  ")
    for group in section.groups:
        if group.heading:
            yield from _wrapped(group.heading, width, "  ")
        for line in group.lines:
            yield from _item(line, width, "    " if group.heading else "  ")


def _item(line: Line, width: int, indent: str) -> Iterator[str]:
    yield from _wrapped(f"{line.text} {marks(line.references)}".rstrip(), width, indent)
    if line.note:
        yield from _wrapped(line.note, width, " " * len(indent) + "    ")


def _reference(reference: Reference, width: int) -> Iterator[str]:
    mark = f"[{reference.number}] "
    shown = ", ".join(
        part
        for part in (
            reference.publisher,
            reference.title,
            reference.section,
            f"reviewed {reference.reviewedDate}" if reference.reviewedDate else "",
            memo.source_class(reference),
        )
        if part
    )
    yield from _wrapped(shown, width, mark)
    if reference.page:
        yield " " * len(mark) + reference.page


def _wrapped(paragraph: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        paragraph,
        width,
        initial_indent=indent,
        subsequent_indent=" " * len(indent) + ("" if indent.startswith("[") else "  "),
        break_long_words=False,
        break_on_hyphens=False,
    )


def marks(numbers: Sequence[int]) -> str:
    """Write the numbers of references after a fact."""
    return f"[{', '.join(map(str, numbers))}]" if numbers else ""
