"""The sections on availability, authorities, languages and periods as items of a record."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.facts.nodes import duration
from mla_graph.ingest.identity.authorities import authority_key
from mla_graph.ingest.saved_page.grammar import Statement, Thing
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    DEADLINE,
    IMPLEMENTATION,
    LANGUAGES,
)
from mla_graph.ingest.saved_page.statements import statements

_ROLES: Final = {"receive": ("receive",), "execute": ("execute",), "both": ("receive", "execute")}
_STATUS: Final = {
    "accepted": "accepted",
    "further": "accepted",
    "commonly": "commonly-accepted",
    "urgent": "urgent-only",
    "reciprocity": "on-reciprocity",
}
_EVENT_LABELS: Final = {
    "recognition": "Decision on recognition or execution",
    "execution": "Execution",
    "transfer": "Transfer of what was gathered",
    "postponement": "Postponement",
}


def implementation(reading: Reading) -> dict[str, object]:
    """Read whether the measure can be had, and the measures called alternatives."""
    said = [statement for statement, _ in statements(reading, IMPLEMENTATION)]
    claims = {statement.says for statement in said if statement.says != "alternative"}
    account = reading.account
    if len(claims) == 1:
        found = claims.pop()
        account.took(IMPLEMENTATION, f"availability {found}")
    else:
        found = "unknown"
        account.left(IMPLEMENTATION, "whether the measure can be had")
    return {"availability": found, "alternatives": _alternatives(reading, said)}


def _alternatives(reading: Reading, said: list[Statement]) -> list[str]:
    taken: dict[str, None] = {}
    for statement in said:
        for keys in statement.all("measure") if statement.says == "alternative" else ():
            codes = {key.upper() for key in keys}
            if len(codes) == 1 and reading.measure not in codes:
                taken |= dict.fromkeys(codes)
    for code in taken:
        reading.account.took(IMPLEMENTATION, f"alternative {code}")
    return list(taken)


def languages(reading: Reading) -> Iterator[Item]:
    """Read languages with the condition on which each is accepted."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for statement, scopes in statements(reading, LANGUAGES):
        for part, status in _STATUS.items():
            for keys in statement.all("language", part):
                for scope in scopes:
                    found[scope, min(keys)].add(status)
        if not scopes:
            named = sorted({min(keys) for keys in statement.all("language")})
            reading.account.left(LANGUAGES, f"{', '.join(named)}: for which requests")
    for (scope, code), statuses in found.items():
        if len(statuses) > 1:
            reading.account.left(LANGUAGES, f"{code} ({scope}): said in two ways")
            continue
        (status,) = statuses
        reading.account.took(LANGUAGES, f"{code} {status} ({scope})")
        values = {"lang": code, "for": scope, "status": status, "part": f"{scope}-{code}"}
        yield item(LANGUAGES, values)


def time_limits(reading: Reading) -> Iterator[Item]:
    """Read periods with the step that they govern and what starts them."""
    found: dict[str, dict[str, Item]] = defaultdict(dict)
    for statement, scopes in statements(reading, DEADLINE):
        event, value = statement.says, statement.all("period")[0]
        if not scopes:
            reading.account.left(DEADLINE, f"{value}: for which requests")
        for scope in scopes:
            values = {
                "for": event,
                "value": value,
                "note": _EVENT_LABELS[event],
                "scope": scope,
                "modality": _modality(statement),
                "starts": next((s for s in ("receipt", "decision") if s in statement), None),
                "part": f"{scope}-{event}",
            }
            found[f"{scope}-{event}"][str(values)] = item(DEADLINE, values)
    for name, limits in found.items():
        if len(limits) > 1:
            reading.account.left(DEADLINE, f"several periods for {name}")
            continue
        (limit,) = limits.values()
        reading.account.took(DEADLINE, f"{duration(limit['value']).value} for {name}")
        yield limit


def competences(reading: Reading) -> dict[str, list[Item]]:
    """Read who receives and who executes; an office alone has the role of its prompt."""
    found: dict[str, list[Item]] = {"receive": [], "execute": []}
    default, taken = "receive", set()
    for statement, scopes in statements(reading, AUTHORITY):
        if statement.says == "executing":
            default = "execute"
            continue
        (office,) = statement.things("office")
        if not scopes or len(office.value) > 1:
            why = "which of several it is" if scopes else "for what"
            reading.account.left(AUTHORITY, f"{office.text}: {why}")
            continue
        for role in _ROLES.get(statement.says, (default,)):
            for scope in scopes:
                values = _competence(reading.iso, office, scope, _modality(statement))
                mark = (role, scope, values["key"] or authority_key(reading.iso, office.text))
                if mark not in taken:
                    taken.add(mark)
                    reading.account.took(AUTHORITY, f"{office.text}: {role} ({scope})")
                    found[role].append(item(AUTHORITY, values))
    return {"receiving_authorities": found["receive"], "executing_authorities": found["execute"]}


def _competence(iso: str, office: Thing, scope: str, modality: str | None) -> Item:
    """Return the office with its key in the graph, or its type if it is new."""
    (name,) = office.value
    kind, _, key = name.partition("/")
    known = kind == "authority"
    return {
        "name": office.text if known else office.text.lower(),
        "key": key if known else None,
        "type": None if known else key,
        "scope": scope,
        "modality": modality,
    }


def _modality(statement: Statement) -> str | None:
    return "as-a-rule" if "rule" in statement or "rule2" in statement else None
