"""The referee: cases that a lawyer decided by hand, and what the graph answers.

The cases stand in `referee/*.yaml`. A case has

- `case`, in a sentence; `why`: the legal reason in our own words; `law`: the provisions;
- `ask`: requesting state, executing state and measure; `on`: the day of receipt;
- `governs`, `supplements`, `replaced`, `fallback`: the instruments of that status, all of them;
- `offences`: some instruments that serve for a kind of offence only, each with its kind;
- `absent`: some instruments that must not be in the answer;
- `provision`: the beginning of the provision that gives an instrument its place;
- `since`: the first day on which an instrument serves the measure between the two;
- `unsure`: instruments whose place, or being in force, has still to be verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from mla_graph.saved_queries.rows import rows
from mla_graph.store.embedded import EmbeddedStore

from .conftest import Ask, Row

GENERAL = ("governs", "supplements", "replaced", "fallback")


@dataclass(frozen=True)
class Case:
    """What one person asks another for on a day, and what applies."""

    case: str
    why: str
    law: str
    ask: str
    on: str
    governs: Sequence[str] = ()
    supplements: Sequence[str] = ()
    replaced: Sequence[str] = ()
    fallback: Sequence[str] = ()
    offences: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()
    provision: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    unsure: Sequence[str] = ()


CASES = [
    Case(**case)
    for path in sorted(Path(__file__).with_name("referee").glob("*.yaml"))
    for case in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
]


def faults(case: Case, answer: Sequence[Row]) -> list[str]:
    """Where the answer differs from the case, in lines to read."""
    status = {row["instrument"]: row["status"] for row in answer}
    wanted = {name: general for general in GENERAL for name in getattr(case, general)}
    wanted |= dict.fromkeys(case.offences, "subject-specific")
    among = {name for name, code in status.items() if code in GENERAL}
    lines = [
        f"{name}: {status.get(name, 'absent')} instead of {wanted.get(name, 'absent')}"
        for name in sorted({*wanted, *among, *case.absent})
        if status.get(name) != wanted.get(name)
    ]
    for row in answer:
        name = row["instrument"]
        if row["offences"] != case.offences.get(name, row["offences"]):
            lines.append(f"{name}: for {row['offences']} instead of {case.offences[name]}")
        if not row["reasonProvision"].startswith(case.provision.get(name, "")):
            lines.append(f"{name}: {row['reasonProvision']} instead of {case.provision[name]}")
        if row["since"] != case.since.get(name, row["since"]):
            lines.append(f"{name}: since {row['since']} instead of {case.since[name]}")
        if name in case.unsure and row["confidence"] != "unsure":
            lines.append(f"{name}: {row['confidence']} instead of unsure")
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.ask} {case.on}")
def test_graph_decides_like_the_lawyer(case: Case, ask: Ask) -> None:
    requesting, executing, measure = case.ask.split()
    lines = faults(
        case, ask(requesting=requesting, executing=executing, measure=measure, on=case.on)
    )
    if lines:
        heading = [case.case, f"{case.ask} on {case.on}", case.why, case.law]
        pytest.fail("\n".join([*heading, *lines]), pytrace=False)


ACTS = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?key WHERE { ?fallback a mla:FallbackBasis ; mla:fulfilledBy/skos:notation ?key }
"""


def test_cases_name_only_what_the_graph_knows(ask: Ask, shipped_store: EmbeddedStore) -> None:
    acts = {str(row["key"]) for row in rows(shipped_store.query(ACTS))}
    known = {row["key"] for row in ask("instruments")} | {"national-law"} | acts
    for case in CASES:
        wanted = {name for general in GENERAL for name in getattr(case, general)}
        assert wanted, case.case
        places = {*wanted, *case.offences}
        assert {*places, *case.absent} <= known, case.case
        assert {*case.provision, *case.since, *case.unsure} <= places, case.case


def test_every_status_has_cases() -> None:
    assert len(CASES) >= 80
    for status in (*GENERAL, "offences"):
        assert sum(bool(getattr(case, status)) for case in CASES) >= 10, status
