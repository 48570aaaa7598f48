"""States and territories, their memberships, and their numbers at the European Judicial Network."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, code, day, page, properties, ref, text
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.periods import day_before
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.shared.evidence import evidence
from mla_graph.model.namespaces import PREFIXES

LOCATOR: Final = "States and their memberships"
KINDS: Final = ("state", "territory", "organisation")

_CODE = re.compile(r"[A-Z]{2}")
_EPPO: Final = "eu-reg-2017-1939"


class _Membership(NamedTuple):
    group: str
    since: str | None
    until: str | None = None
    note: str | None = None
    precision: str | None = None


def state_code(value: str) -> str:
    """Return a two-letter code in capitals.

    Raises:
        Rejected: not one.
    """
    if not _CODE.fullmatch(value.upper()):
        raise Rejected(f"state {value!r} is no code of ISO 3166-1 such as LU")
    return value.upper()


def is_described(merge: Merge, iso: str) -> bool:
    """Return whether a record or a kept file has this state."""
    return merge.facts.one("states", "state", iso) is not None or merge.known.describes(
        state_ref(iso).value
    )


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make a state with its names in three languages, and its memberships."""
    iso = state_code(record.required("state"))
    name, official = record.required("name"), record.text("official_name")
    kind = record.text("kind") or "state"
    if kind not in KINDS:
        raise Rejected(f"kind {kind!r} is none of {', '.join(KINDS)}")
    letters, part_of = record.text("eu_authority_code"), record.text("part_of")
    provenance = merge.provenance(record, LOCATOR)
    file = f"states/{iso.lower()}"
    values = {
        "skos:prefLabel": [
            text(name),
            *(text(territory(iso, language), language) for language in ("fr", "de")),
        ],
        "skos:altLabel": text(official) if official != name else None,
        "skos:notation": code(iso),
        "skos:inScheme": ref("scheme", "state"),
        "skos:exactMatch": page(PREFIXES["country"] + letters) if letters else None,
        "mla:isoCode": code(letters) if kind != "organisation" else None,
        "mla:isoNumericCode": code(record.text("numeric")),
        "mla:hasStateKind": ref("state-kind", kind),
        "mla:partOfState": state_ref(state_code(part_of)) if part_of else None,
    }
    yield Node("state", iso.lower(), "State", file, properties(values), provenance)
    for found in _memberships(record, merge):
        values = {
            "mla:concernsState": state_ref(iso),
            "mla:concernsGroup": ref("state-group", found.group),
            "mla:since": day(found.since),
            "mla:until": day(found.until),
            "mla:datePrecision": code(found.precision),
            "skos:note": text(found.note),
        }
        key = f"{found.group}-{iso.lower()}"
        yield Node("group-membership", key, "GroupMembership", file, properties(values), provenance)


def convert_ejn_number(record: Record, merge: Merge) -> Iterator[Node]:
    """Make the number of a state in addresses of the European Judicial Network."""
    iso = state_code(record.required("state"))
    number = code(record.required("ejn_country_id"))
    record.skip("note")
    values = properties({"mla:ejnCountryNumber": number})
    added = Node("state", iso.lower(), None, f"states/{iso.lower()}", values)
    yield added
    yield evidence(
        added, "ejn-country-number", number, merge.provenance(record, "Address of the page")
    )


def _memberships(record: Record, merge: Merge) -> Iterator[_Membership]:
    if since := record.day("eu_member_since"):
        yield _Membership("eu", since, record.day("eu_left"))
    if since := record.day("coe_member_since"):
        left = record.day("coe_left")
        if left:
            record.changed(f"coe_left {left} is the first day outside: the day before is stored")
        until = day_before(left) if left else None
        yield _Membership("council-of-europe", since, until, record.text("coe_note"))
    if since := record.day("schengen_since"):
        yield _Membership("schengen", since, None, record.text("schengen_note"))
    if record.flag("eppo_participates"):
        yield _eppo(record, merge)


def _eppo(record: Record, merge: Merge) -> _Membership:
    """Return the membership since the regulation applies, or since a later year."""
    year = record.text("eppo_since")
    if year:
        return _Membership("eppo", f"{year}-01-01", precision="year")
    instrument = merge.facts.one("instruments", "key", _EPPO)
    begin = instrument.day("applies_from") if instrument else None
    if begin is None:
        raise Rejected(f"eppo_participates needs eppo_since: {_EPPO} has no day of application")
    return _Membership("eppo", begin)


@cache
def territory(iso: str, language: str) -> str | None:
    """Return the name of a territory in the Unicode Common Locale Data Repository."""
    from babel import Locale

    return Locale(language).territories.get(iso)
