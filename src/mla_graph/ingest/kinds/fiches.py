"""Pages on one measure in one state: the implementation and its parts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, code, day, properties, ref, text, truth
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.identity.pages import PageVersion, is_current_catalogue
from mla_graph.ingest.kinds import fiche_parts
from mla_graph.ingest.kinds.shared.fiche import Fiche
from mla_graph.ingest.kinds.states import state_code, territory

AVAILABILITIES: Final = ("yes", "no", "conditional", "unknown")
LOCATOR: Final = "Page on the measure"

_NO_TITLE = re.compile(r"^Topic: .*? \(catalogue title not seen\)\.\s*")
_COLONS: Final = {"en": ": ", "fr": " : ", "de": ": "}


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make the implementation and its parts.

    A page that seems to carry the text of another measure gives the implementation alone.
    """
    iso = state_code(record.required("state"))
    page = merge.pages.of(record)
    if page is None:
        raise Rejected(f"old number {record.text('old_code')} has no successor in the catalogue")
    record.skip("measure", "title", "old_code", "suspect")
    provenance = merge.provenance(record, record.text("section") or _place(record))
    file = f"implementations/{iso.lower()}/{page.key.partition('-')[2]}"
    fiche = Fiche(record, merge, iso, page.key, file, provenance)
    left: list[str] = []
    parts: list[Node] = []
    if merge.known.keeps(ref("implementation", page.key).value):
        fiche_parts.skip(record)
    elif page.carries:
        fiche_parts.skip(record)
        record.changed(f"suspect, seems to carry {page.carries}: its parts are not taken")
    else:
        parts = list(fiche_parts.parts(fiche, left))
    yield _implementation(fiche, page, left)
    yield from parts


def _place(record: Record) -> str:
    """Return where the facts are on a page, for a record that names no section."""
    if is_current_catalogue(record):
        return LOCATOR
    number = record.text("old_code")
    return f"Number {number} of the old catalogue" if number else "The page as a whole"


def _implementation(fiche: Fiche, page: PageVersion, left: Iterable[str]) -> Node:
    record = fiche.record
    if page.newer:
        record.superseded_by = page.newer.where
    reviewer = record.text("reviewed_by")
    if page.by_content:
        record.changed(
            f"old number {record.text('old_code')} filed under {page.measure} by content"
        )
    values: dict[str, Any] = {
        "rdfs:label": [text(label, spoken) for spoken, label in _labels(fiche, page)],
        "skos:notation": code(page.key),
        "skos:scopeNote": text(_scope(record)),
        "skos:note": [text(note) for note in left],
        "mla:concernsState": state_ref(fiche.iso),
        "mla:concernsMeasure": ref("measure", page.measure.lower()),
        "mla:hasAvailability": ref("availability", _availability(fiche, page)),
        "mla:hasPageStatus": None if fiche.open else ref("page-status", page.status),
        "mla:partlySeen": truth(record.flag("partial")),
        "mla:reviewedDate": day(record.day("last_reviewed")),
        "mla:reviewedBy": ref("agent", reviewer) if reviewer else None,
        "skos:editorialNote": [text(str(note)) for note in record.items("open")],
        "mla:readingNote": text(
            f"The page has the number {record.text('old_code')} of the old catalogue "
            "and is filed under this measure by its content."
        )
        if page.by_content
        else None,
    }
    provenance = fiche.provenance.weakened("unsure") if page.by_content else fiche.provenance
    return Node(
        "implementation", page.key, "Implementation", fiche.file, properties(values), provenance
    )


def _scope(record: Record) -> str | None:
    """Return the note without the words for a title that was not seen."""
    note = record.text("note")
    return _NO_TITLE.sub("", note) or None if note else None


def _labels(fiche: Fiche, page: PageVersion) -> Iterator[tuple[str, str]]:
    """Name measure and state in the languages in which both have a name."""
    for spoken, colon in _COLONS.items():
        measure = fiche.merge.known.label("measure", page.measure.lower(), spoken)
        state = territory(fiche.iso, spoken)
        if measure and state:
            yield spoken, f"{measure}{colon}{state}"
        elif spoken == "en":
            yield spoken, f"{page.measure}{colon}{state or fiche.iso}"


def _availability(fiche: Fiche, page: PageVersion) -> str:
    """Return what the page says; unknown where current pages of one cell contradict it."""
    record = fiche.record
    given = record.text("availability") or "unknown"
    if given not in AVAILABILITIES:
        raise Rejected(f"availability {given!r} is none of {', '.join(AVAILABILITIES)}")
    if page.carries:
        return "unknown"
    if page.status != "current":
        return given
    rivals = fiche.merge.pages.rivals(record)
    claims = sorted({str(other.fields.get("availability") or "unknown") for other in rivals})
    if len(claims) < 2:
        return given
    fiche.merge.contradiction(
        f"implementation/{fiche.iso.lower()}-{page.measure.lower()}",
        "mla:hasAvailability",
        [(str(other.fields.get("availability") or "unknown"), other) for other in rivals],
        "Current pages contradict each other: unknown.",
    )
    record.changed(f"availability {given}: unknown, as current pages contradict each other")
    return "unknown"
