"""Stipulations of provisions and reservations: one coded value a node."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pyoxigraph import NamedNode

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import (
    Node,
    by_the_hour,
    code,
    day,
    duration,
    number,
    properties,
    ref,
    text,
    truth,
)
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.facts.tables import rows
from mla_graph.ingest.identity.authorities import authority, authority_key
from mla_graph.ingest.kinds.shared.provision_nodes import provision
from mla_graph.ingest.kinds.states import state_code
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import Term

_UNITS: Final = (
    (re.compile(r"EUR (\d+)"), "euro"),
    (re.compile(r"(\d{1,9}) working days"), "working-day"),
    (re.compile(r"(\d{1,9})% of turnover"), "percent-of-turnover"),
    (re.compile(r"(\d{1,9})%"), "percent"),
)
_BRACKETS = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_TYPE_CODE = re.compile(r"[a-z]+(-[a-z]+)*")
_CHANNELS: Final = {"judicial-authority": "direct"}
_AUTHORITY_CODES: Final = {
    "courts": "court",
    "eppo": "european-prosecutor",
    "parliamentary-committee": "other",
}


class Kind(NamedTuple):
    """One line of the table: the word in records, the code, the form of the value."""

    what: str
    type: str
    form: str


def kinds() -> dict[str, Kind]:
    """Return the table of stipulations; an empty code leaves the value out."""
    return {row[0]: Kind(*row) for row in rows("stipulations")}


def stipulations(
    record: Record, merge: Merge, owner: Node, iso: str | None, instrument: str
) -> Iterator[Node]:
    """Make the stipulations of the provision or reservation ``owner``.

    Raises:
        Rejected: a value has the wrong form, or the table does not know what it is.
    """
    assert owner.provenance
    table, seen = kinds(), 0
    for item in record.items("values"):
        if not isinstance(item, dict) or not isinstance(item.get("what"), str):
            raise Rejected(f"values holds {item!r}; it should be an object with what and value")
        kind = table.get(item["what"])
        if kind is None:
            raise Rejected(f"values: {item['what']!r} is in no line of the table of stipulations")
        if not kind.type:
            record.changed(f"value {kind.what} left out: a count that the text itself shows")
            continue
        seen += 1
        values, further = _value(kind, item.get("value"), merge, owner, iso, instrument)
        yield from further
        values["mla:stipulatedBy"] = ref(owner.kind, owner.key)
        values["mla:hasStipulationType"] = ref("stipulation-type", kind.type)
        yield Node(
            "stipulation",
            f"{owner.kind}-{owner.key}-{seen}",
            "Stipulation",
            owner.file,
            properties(values),
            owner.provenance,
        )


def _value(
    kind: Kind, value: Any, merge: Merge, owner: Node, iso: str | None, instrument: str
) -> tuple[dict[str, Term | None], list[Node]]:
    """Return the properties that hold a value, and the nodes that it names."""
    if isinstance(value, bool):
        return {"mla:value": truth(value)}, []
    if not isinstance(value, str):
        raise Rejected(f"value of {kind.what} is {value!r}")
    try:
        match kind.form:
            case "duration":
                return _measured(value)
            case "article":
                found = provision(instrument, value, owner.provenance)
                return {"mla:namesProvision": ref("provision", found.key)}, [found]
            case "authority":
                return _authority(value, owner, iso)
            case _:
                return _single(kind.form, value, merge), []
    except InvalidValue as error:
        raise Rejected(f"value of {kind.what}: {error.detail.rstrip('.')}") from None


def _single(form: str, value: str, merge: Merge) -> dict[str, Term | None]:
    """Return the one property that holds a value of this form; text by default."""
    match form:
        case "date":
            return {"mla:value": day(value)}
        case "language":
            return {"mla:namesLanguage": _language(merge, value)}
        case "channel":
            return {"mla:usesChannel": ref("channel", _CHANNELS.get(value, value))}
        case "state":
            return {"mla:towardsState": state_ref(state_code(value))}
        case "code":
            return {"mla:value": code(value)}
    return {"mla:value": text(value)}


def _measured(value: str) -> tuple[dict[str, Term | None], list[Node]]:
    for pattern, unit in _UNITS:
        if match := pattern.fullmatch(value):
            return {"mla:value": number(match[1]), "mla:hasUnit": ref("unit", unit)}, []
    if value.isdigit():
        return {"mla:value": number(value)}, []
    return {"mla:value": duration(value), "mla:hasUnit": by_the_hour(value)}, []


def _authority(
    value: str, owner: Node, iso: str | None
) -> tuple[dict[str, Term | None], list[Node]]:
    """Return a type of authority by its code, or one office by its name."""
    if _TYPE_CODE.fullmatch(value):
        found = _AUTHORITY_CODES.get(value, value)
        return {"mla:namesAuthorityType": ref("authority-type", found)}, []
    if iso is None or owner.provenance is None:
        raise Rejected(f"authority {value!r} belongs to no state")
    office = authority(iso, value, None, owner.provenance)
    note = _BRACKETS.search(value)
    return {
        "mla:namesAuthority": ref("authority", authority_key(iso, value)),
        "skos:note": text(note[1]) if note else None,
    }, [office]


def _language(merge: Merge, value: str) -> NamedNode:
    """Return the language with this code of ISO 639-1."""
    found = merge.known.notations("language").get(value.lower())
    if found is None:
        raise Rejected(f"language {value!r} is not in the list of languages")
    return found
