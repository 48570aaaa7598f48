"""Conditions: dual criminality, thresholds, and those that a clause of its own states."""

from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.saved_page.grammar import Statement
from mla_graph.ingest.saved_page.mentions.acts import Mention
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    FRAMEWORK,
    IMPLEMENTATION,
    REQUIREMENTS,
)
from mla_graph.ingest.saved_page.statements import statements

_UNITS: Final = {"H": "hour", "D": "day", "M": "month", "Y": "year"}
_SECTIONS: Final = (IMPLEMENTATION, FRAMEWORK, AUTHORITY, REQUIREMENTS)
_KINDS: Final = {
    "dual": ("dual-criminality", "Dual criminality"),
    "authorisation": ("judicial-authorisation", "Authorisation by a judge or court"),
    "own": ("dual-criminality", "The act is an offence under the law of the executing State"),
    "consent": ("consent", "Consent of the person concerned"),
    "reciprocal": ("reciprocity", "Reciprocity"),
    "domestic": ("domestic-availability", "The measure is available in a similar domestic case"),
    "proportion": ("proportionality", "The measure is proportionate and has reasons"),
    "period": ("minimum-penalty", ""),
}
"""The part of a pattern, the type of the condition, and its note."""


def conditions_of(reading: Reading, new: set[str]) -> Iterator[Item]:
    """Read the conditions of a page, each once; ``new`` are the keys of acts that it brings."""
    seen: set[str] = set()
    for section in _SECTIONS:
        for statement, scopes in statements(reading, section):
            part = next((part for part in _KINDS if part in statement), None)
            if part is None or (part == "period" and statement.says not in _SAYING):
                continue
            if section != FRAMEWORK and scopes != ["any"]:
                reading.account.left(section, f"{_KINDS[part][0]}: for which requests")
                continue
            found = _condition(reading, section, statement, part, new)
            if found and str(found["part"]) not in seen:
                seen.add(str(found["part"]))
                yield found


_SAYING: Final = ("conditions", "conditional", "yes")


def _condition(
    reading: Reading, section: str, statement: Statement, part: str, new: set[str]
) -> Item | None:
    """Read one condition, for one basis or for all."""
    kind, note = _KINDS[part]
    bases = [*statement.all("instrument", "basis"), *statement.all("statute", "basis")]
    basis = bases[0] if bases else None
    what = {"dual": "dual criminality", "period": "a threshold"}.get(part, kind)
    if basis and not (basis.key in new or reading.names.known.describes(_iri(basis))):
        reading.account.left(section, f"{what}: which basis it limits")
        return None
    limited = f"{basis.kind}/{basis.key}" if basis else "every basis"
    reading.account.took(section, f"{what} for {limited}")
    value = None
    if part == "period":
        (value,) = statement.all("period", "period")
        note = f"Penalty of at least {_spoken(value)}"
    values = {
        "type": kind,
        "note": note,
        "value": value,
        "law": "both" if "both" in statement or part == "dual" else None,
        "part": f"{basis.key}-{kind}" if basis else kind,
    }
    if basis:
        values |= {basis.kind: basis.key, "articles": basis.articles}
    return item(section, values)


def _iri(mention: Mention) -> str:
    return ref(mention.kind, str(mention.key)).value


def _spoken(value: str) -> str:
    """Format a period of one unit, such as P6M, as 6 months."""
    number = value.strip("PTHDMY")
    return f"{number} {_UNITS[value[-1]]}{'' if number == '1' else 's'}"
