"""Codes for the states, measures and instruments that records name as people do."""

import re
from dataclasses import replace
from typing import Final

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.records import Facts, Record
from mla_graph.model.names import EXACT
from mla_graph.model.namespaces import MLAD

_FIELDS: Final = {
    "state": "state",
    "part_of": "state",
    "extension_by": "state",
    "parties": "state",
    "measure": "measure",
    "instrument": "instrument",
}
"""The kind of thing that a field names, or each item of a list in it."""

_DEFINED_BY: Final = {
    "state": ("states", "state"),
    "measure": ("measures", "code"),
    "instrument": ("instruments", "key"),
}
"""The kind of records that describe new ones, and the field with their code."""

_ISO = re.compile(r"[A-Za-z]{2}")


def use_codes(facts: Facts, known: Known) -> None:
    """Replace the names in all records by the codes of what they name.

    A record in which a name has several meanings, or names no state, is refused.
    """
    for record in facts.records:
        for name, kind in _FIELDS.items():
            if _DEFINED_BY[kind] == (record.kind, name):
                continue
            value = record.fields.get(name)
            if isinstance(value, str):
                record.put(name, _code(record, name, kind, value, facts, known))
            elif isinstance(value, list):
                record.put(
                    name,
                    [
                        _code(record, name, kind, item, facts, known)
                        if isinstance(item, str)
                        else item
                        for item in value
                    ],
                )


def _code(record: Record, name: str, kind: str, text: str, facts: Facts, known: Known) -> str:
    given = text.strip()
    records, field = _DEFINED_BY[kind]
    if (
        not given
        or known.describes(f"{MLAD}{kind}/{given.lower()}")
        or facts.one(records, field, given)
    ):
        return given
    found = [
        one if kind == "instrument" else replace(one, key=one.key.upper())
        for one in known.resolve(kind, given)
    ]
    exact = [one for one in found if one.how in EXACT]
    if len(exact) == 1:
        code = exact[0].key
        if code.casefold() != given.casefold():
            record.changed(f"{name} {given} is {code}, {exact[0].label}")
        return code
    near = ", ".join(f"{one.label} ({one.key})" for one in found[:5])
    if exact:
        record.refused = f"{name} {given!r} may be each of {near}; write the code"
    elif kind == "state" and not _ISO.fullmatch(given):
        record.refused = f"{name} {given!r} is no state of the graph" + (
            f"; near are {near}" if near else "; write its code of ISO 3166-1, such as LU"
        )
    return given
