"""The catalogue of measures: the current one, and the numbers of the old one."""

from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, code, properties, ref, slug, text
from mla_graph.ingest.facts.records import Record, Rejected

LOCATOR: Final = "Catalogue of measures"
OLD: Final = "old-measure"

_BY_CONTENT: Final = "by content"
_DESCRIPTIVE: Final = ("from-fiches", "descriptive")


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make a measure or theme of the current or the old catalogue."""
    which = (record.required("catalogue"), record.required("record"))
    match which:
        case ("current", "theme"):
            return _theme(record, merge)
        case ("current", "measure"):
            return _measure(record, merge)
        case ("old", "theme"):
            return _old_theme(record, merge)
        case ("old", "measure"):
            return _old_measure(record, merge)
    raise Rejected(
        f"catalogue and record are {which}; they should be current or old, theme or measure"
    )


def successors(merge: Merge, old_code: str) -> list[str]:
    """Return the current codes that certainly succeed an old number."""
    return [
        record.fields["code"]
        for record in merge.facts.of("measures")
        if record.fields.get("catalogue") == "current"
        and old_code in record.fields.get("old_codes", [])
        and _certain(record, merge, old_code)
    ]


def _certain(record: Record, merge: Merge, old_code: str) -> bool:
    """Return whether old and new were matched by more than their content."""
    old = next(
        (
            other
            for other in merge.facts.of("measures")
            if other.fields.get("catalogue") == "old"
            and other.fields.get("record") == "measure"
            and other.fields.get("old_code") == old_code
        ),
        None,
    )
    notes = [str(item.fields.get("note") or "") for item in (record, old) if item]
    named = [note for note in notes if _BY_CONTENT in note]
    return not any(old_code in note or not _numbers(note) for note in named)


def _numbers(note: str) -> list[str]:
    return [word for word in note.replace(".", " ").replace(",", " ").split() if word.isdigit()]


def _theme(record: Record, merge: Merge) -> Iterator[Node]:
    name = record.required("theme")
    key = slug(name)
    kept = _kept_theme(record, merge)
    record.skip("order", "note")
    values = {
        "skos:prefLabel": text(name),
        "skos:notation": code(kept or key),
        "skos:inScheme": ref("scheme", "theme"),
        "mla:codeRange": code(record.text("theme_code_range")),
    }
    yield Node(
        "theme",
        kept or key,
        "Theme",
        f"themes/{kept or key}",
        properties(values),
        merge.provenance(record, LOCATOR),
    )


def _kept_theme(record: Record, merge: Merge) -> str | None:
    """Return the kept theme with the same range of codes."""
    span = code(record.text("theme_code_range"))
    for iri in merge.known.subjects("mla:codeRange", span):
        return iri.rpartition("/")[2]
    return None


def _measure(record: Record, merge: Merge) -> Iterator[Node]:
    name = record.required("code")
    key = name.lower()
    file = f"measures/{key}"
    record.skip("pages_seen", "related", "note", "old_code", "instrument")
    provenance = merge.provenance(record, LOCATOR)
    if record.text("title_status") in _DESCRIPTIVE:
        provenance = provenance.weakened("known")
    theme = slug(record.required("theme"))
    theme = _kept_theme(record, merge) or theme
    values = {
        "skos:prefLabel": text(record.required("title")),
        "skos:altLabel": [text(title) for title in record.items("alt_titles")],
        "skos:notation": code(name),
        "skos:inScheme": ref("scheme", "measure"),
        "mla:inTheme": ref("theme", theme),
    }
    yield Node("measure", key, "Measure", file, properties(values), provenance)
    certain = [old for old in record.items("old_codes") if _certain(record, merge, old)]
    if certain:
        old_codes = properties({"mla:oldCode": [code(old) for old in certain]})
        yield Node("measure", key, None, file, old_codes)


def _old_theme(record: Record, merge: Merge) -> Iterator[Node]:
    name, order = record.required("theme"), record.raw("order")
    record.skip("note", "theme_code_range")
    if not isinstance(order, int):
        raise Rejected(f"order is {order!r}; it should be a whole number")
    values = {"rdfs:label": text(name), "skos:notation": code(str(order))}
    yield Node(
        "old-theme",
        str(order),
        "OldTheme",
        "old-measures",
        properties(values),
        merge.provenance(record, LOCATOR),
    )


def _old_measure(record: Record, merge: Merge) -> Iterator[Node]:
    old, new = record.required("old_code"), record.text("code")
    record.skip("theme_code_range", "note")
    theme = next(
        (
            other
            for other in merge.facts.of("measures")
            if other.fields.get("catalogue") == "old"
            and other.fields.get("record") == "theme"
            and other.fields.get("theme") == record.text("theme")
        ),
        None,
    )
    certain = successors(merge, old)
    close = [name for name in [new, *record.items("related")] if name and name not in certain]
    provenance = merge.provenance(record, LOCATOR)
    status = record.text("title_status")
    if status in _DESCRIPTIVE:
        provenance = provenance.weakened("known")
    instrument = record.text("instrument")
    values = {
        "rdfs:label": text(record.required("title")),
        "skos:notation": code(old),
        "mla:inOldTheme": ref("old-theme", str(theme.fields["order"])) if theme else None,
        "mla:resembles": [ref("measure", name.lower()) for name in close],
        "mla:succeededBy": [ref("measure", name.lower()) for name in certain],
        "mla:numberInAddress": code(record.text("url_id")),
        "mla:concernsInstrument": ref("instrument", instrument) if instrument else None,
    }
    yield Node(OLD, old, "OldMeasure", "old-measures", properties(values), provenance)
