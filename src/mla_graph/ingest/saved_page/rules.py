"""The sections on availability, authorities, languages and periods as items of a record."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Final

from mla_graph.ingest.facts.nodes import duration
from mla_graph.ingest.identity.authorities import authority_key
from mla_graph.ingest.saved_page.grammar import Statement, Thing
from mla_graph.ingest.saved_page.mentions.offices import UNKNOWN
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    CODE,
    DEADLINE,
    IMPLEMENTATION,
    LANGUAGES,
)
from mla_graph.ingest.saved_page.statements import statements

_ROLES: Final = {"receive": ("receive",), "execute": ("execute",), "both": ("receive", "execute")}
_OFFICIAL: Final = ("en", "fr")
"""The official languages of the Council of Europe (Art. 12 of its Statute)."""

_STATUS: Final = {
    "accepted": "accepted",
    "accepted2": "accepted",
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
    "surrender": "Surrender",
}


def implementation(reading: Reading) -> dict[str, object]:
    """Read whether the measure can be had, and the measures called alternatives."""
    said = [statement for statement, _ in statements(reading, IMPLEMENTATION)]
    claims = {statement.says for statement in said} & {"yes", "no", "conditional"}
    account = reading.account
    if claims == {"yes", "conditional"}:
        claims = {"conditional"}
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
        named = statement.things("measure") if statement.says == "alternative" else []
        coded = [thing for thing in named if CODE.fullmatch(thing.text)]
        for thing in coded or named:
            codes = {key.upper() for key in thing.value}
            if len(codes) == 1 and reading.measure not in codes:
                taken |= dict.fromkeys(codes)
    for code in taken:
        reading.account.took(IMPLEMENTATION, f"alternative {code}")
    return list(taken)


def languages(reading: Reading) -> Iterator[Item]:
    """Read languages with the condition on which each is accepted.

    What is said before any framework is named counts for all.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    framed = False
    for statement, named in statements(reading, LANGUAGES):
        framed |= bool(named)
        scopes = named if framed else ["any"]
        said = list(_accepted(statement))
        if not scopes or statement.says == "limited":
            spoken = sorted({min(keys) for keys in statement.all("language")})
            why = "in some cases only" if scopes else "for which requests"
            reading.account.left(LANGUAGES, f"{', '.join(spoken)}: {why}")
        for scope, (code, status) in product(scopes, said):
            found[scope, code].add(status)
    for (scope, code), statuses in found.items():
        if len(statuses) > 1:
            reading.account.left(LANGUAGES, f"{code} ({scope}): said in two ways")
            continue
        (status,) = statuses
        reading.account.took(LANGUAGES, f"{code} {status} ({scope})")
        values = {"lang": code, "for": scope, "status": status, "part": f"{scope}-{code}"}
        yield item(LANGUAGES, values)


def _accepted(statement: Statement) -> Iterator[tuple[str, str]]:
    for part, status in _STATUS.items():
        for keys in statement.all("language", part):
            yield min(keys), status
    if "official" in statement:
        yield from ((code, "accepted") for code in _OFFICIAL)


def time_limits(reading: Reading) -> Iterator[Item]:
    """Read periods with the step that they govern and what starts them."""
    found: dict[str, dict[str, Item]] = defaultdict(dict)
    before: tuple[str, list[str]] = ("", [])
    for statement, scopes in statements(reading, DEADLINE):
        if statement.says not in _EVENT_LABELS:
            continue
        event, value = statement.says, statement.all("period")[0]
        if not scopes and event == "execution" and before[0] == "recognition":
            scopes = before[1]
        before = (event, scopes)
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
        for office, limits in _with_limits(statement):
            if not scopes or len(office.value) > 1:
                why = "which of several it is" if scopes else "for what"
                reading.account.left(AUTHORITY, f"{office.text}: {why}")
                continue
            for role, scope in product(_ROLES.get(statement.says, (default,)), scopes):
                values = _competence(office, scope, _modality(statement), limits)
                mark = (role, scope, values["key"] or authority_key(reading.iso, office.text))
                if mark not in taken:
                    taken.add(mark)
                    told = f"{office.text}: {role} ({scope})" + (f", {limits}" * bool(limits))
                    reading.account.took(AUTHORITY, told)
                    found[role].append(item(AUTHORITY, values))
    return {"receiving_authorities": found["receive"], "executing_authorities": found["execute"]}


def _with_limits(statement: Statement) -> Iterator[tuple[Thing, str]]:
    """Give the offices of a statement with their limits: those before all, those behind each."""
    leading: list[str] = []
    own: list[tuple[Thing, list[str]]] = []
    for thing in statement.parts[""] if statement.says in (*_ROLES, "alone") else ():
        if thing.kind == "office":
            own.append((thing, []))
        elif thing.kind == "where":
            (own[-1][1] if own else leading).append(thing.value)
    for office, limits in own:
        yield office, "; ".join([*leading, *limits])


def _competence(office: Thing, scope: str, modality: str | None, limits: str) -> Item:
    """Return the office with its key in the graph, or its type if it is new."""
    (name,) = office.value
    kind, _, key = name.partition("/")
    known = kind == "authority"
    return {
        "name": office.text.lower() if kind == "authority-type" else office.text,
        "key": key if known else None,
        "type": None if known or name == UNKNOWN else key,
        "scope": scope,
        "modality": modality,
        "limits": limits,
    }


def _modality(statement: Statement) -> str | None:
    if "optional" in statement:
        return "optional"
    return "as-a-rule" if "rule" in statement or "rule2" in statement else None
