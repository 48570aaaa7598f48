"""An import of a few hand-made records, checked against a vocabulary of a few codes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.ingest.saved_pages import PAGE, REVIEW, Read, Reader, as_text, graph_in

from mla_graph.ingest.facts.report import Outcome, Report
from mla_graph.ingest.run import import_facts
from mla_graph.ingest.saved_page.run import draft_of
from mla_graph.model.namespaces import MLAD, PREFIXES
from mla_graph.model.sources import Sources

CODES = {
    "applies-to": "any eio-states non-eio-states treaty-parties",
    "authority-role": "central-authority execute issue receive",
    "authority-type": "court ministry-of-justice other public-prosecutor",
    "availability": "conditional no unknown yes",
    "channel": "central-authority direct",
    "condition-type": "minimum-penalty other refusal-ground",
    "confidence": "known seen unsure",
    "date-basis": "deadline instrument succession treaty-rule",
    "evidence-field": "ejn-country-number in-force-date ratified-date signed-date since until",
    "formality-type": "other request-content request-form translation",
    "framework": "any eio mla mutual-recognition",
    "instrument-kind": (
        "agreement convention directive framework-decision protocol regulation treaty "
    ),
    "language-status": "accepted discretionary on-reciprocity urgent-only",
    "modality": "as-a-rule optional",
    "notification-basis": "general-knowledge secondary statute",
    "page-status": "current outdated superseded suspect",
    "participation-mode": (
        "accession conclusion eu-act ratification signature succession territorial-extension "
        "unsettled"
    ),
    "relation-type": "amends protocol-to replaces supplements",
    "reservation-kind": "declaration reservation",
    "scheme": "measure old-measure state theme",
    "state-group": "council-of-europe eppo eu schengen",
    "state-kind": "organisation state territory",
    "statute-role": "approves basis procedure transposes",
    "stipulation-type": (
        "accepted-language central-authority dual-criminality judicial-authority provision- "
        "excluded recognition-period summons-lead-time "
    ),
    "time-limit-event": "execution other recognition",
    "topic": "languages refusal time-limits",
    "unit": "working-day",
    "whose-law": "both executing requesting",
}

STATES = [
    {"state": "LU", "name": "Luxembourg", "eu_member_since": "1958-01-01"},
    {"state": "BE", "name": "Belgium", "eu_member_since": "1958-01-01"},
    {"state": "HR", "name": "Croatia", "eu_member_since": "2013-07-01"},
    {"state": "US", "name": "United States"},
]
CONVENTION = {
    "key": "coe-030",
    "title": "European Convention on Mutual Assistance in Criminal Matters",
    "kind": "convention",
    "adopted_by": "Council of Europe",
    "signed": "1959-04-20",
    "entered_into_force": "1962-06-12",
}
PARTY = {
    "instrument": "coe-030",
    "state": "LU",
    "signed": "1959-04-20",
    "ratified": "1976-11-18",
    "act": "ratification",
    "in_force": "1977-02-16",
    "source": "https://example.org/parties",
}

Values = dict[str, list[str]]


@dataclass
class Draft:
    """The report of an import and the graph that it wrote."""

    report: Report
    out: Path
    graph: ox.Store

    def node(self, name: str) -> Values:
        """The values of a node by prefixed property, without what IRIs of this graph share."""
        found: Values = {}
        for quad in self.graph.quads_for_pattern(ox.NamedNode(MLAD + name), None, None):
            assert isinstance(quad.object, ox.NamedNode | ox.Literal)
            value = quad.object.value.removeprefix(MLAD)
            found.setdefault(_short(quad.predicate.value), []).append(value)
        return {key: sorted(values) for key, values in found.items()}

    def value(self, name: str, property: str) -> str | None:
        """The one value of a property of a node, or None."""
        values = self.node(name).get(property, [])
        assert len(values) < 2
        return values[0] if values else None

    def names(self, kind: str) -> set[str]:
        """The nodes of a kind."""
        subjects = {str(quad.subject.value) for quad in self.graph}  # type: ignore[union-attr]
        return {iri.removeprefix(MLAD) for iri in subjects if iri.startswith(f"{MLAD}{kind}/")}

    def outcome(self, file: str, line: int = 1) -> Outcome:
        """Return the outcome of a record."""
        found = [o for o in self.report.outcomes if (o.file, o.line) == (file, line)]
        assert len(found) == 1
        return found[0]


Import = Callable[..., Draft]


def _short(iri: str) -> str:
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def write_records(folder: Path, **kinds: list[dict[str, Any]]) -> Path:
    """A folder with one JSON Lines file for each kind; ``_`` in a kind stands for a hyphen."""
    folder.mkdir(exist_ok=True)
    for kind, records in kinds.items():
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{kind.replace('_', '-')}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """A vocabulary that knows the codes, and no kept facts."""
    root = tmp_path / "root"
    (root / "ontology").mkdir(parents=True)
    (root / "graph_data").mkdir()
    lines = [
        f"<{MLAD}{kind}/{code}> a <{PREFIXES['skos']}Concept> ."
        for kind, codes in CODES.items()
        for code in codes.split()
    ]
    for letters, code in (("ENG", "en"), ("FRA", "fr")):
        language = f"<{PREFIXES['language']}{letters}>"
        lines.append(f"{language} a <{PREFIXES['skos']}Concept> .")
        lines.append(f"{language} <{PREFIXES['skos']}inScheme> <{MLAD}scheme/language> .")
        lines.append(f'{language} <{PREFIXES["skos"]}notation> "{code}" .')
    (root / "ontology" / "lists.ttl").write_text("\n".join(lines))
    return Sources(root)


@pytest.fixture
def keep(sources: Sources) -> Callable[[str], None]:
    """Add Turtle to the facts kept by hand."""

    def add(turtle: str) -> None:
        names = (*PREFIXES, "evidence-field")
        head = "".join(f"prefix {n}: <{PREFIXES.get(n, MLAD + n + '/')}>\n" for n in names)
        path = sources.graph_data / f"kept-{len(list(sources.graph_data.iterdir()))}.ttl"
        path.write_text(head + turtle)

    return add


@pytest.fixture
def imported(tmp_path: Path, sources: Sources) -> Import:
    """Import records given by kind; states and the convention of 1959 are there unless given."""

    def run(**kinds: list[dict[str, Any]]) -> Draft:
        given = {"states": STATES, "instruments": [CONVENTION]} | kinds
        folder = write_records(tmp_path / "records", **given)
        out = tmp_path / "draft"
        report = import_facts(folder, out, sources=sources)
        return Draft(report, out, load(out))

    return run


def load(out: Path) -> ox.Store:
    """The graph in the files of a folder."""
    graph = ox.Store()
    for path in sorted(out.rglob("*.ttl")):
        graph.load(path.read_bytes(), ox.RdfFormat.TURTLE)
    return graph


@pytest.fixture(scope="session")
def page_graph(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return graph_in(tmp_path_factory.mktemp("root"))


@pytest.fixture
def read(tmp_path: Path, page_graph: Sources) -> Reader:
    """Read a page with some sections of its own."""

    def run(
        sections: Mapping[str, str] | None = None,
        *,
        layout: Callable[..., str] = as_text,
        iso: str | None = "LU",
        measure: str | None = "A.30",
        review: str = REVIEW,
        before: str = "",
    ) -> Read:
        path = tmp_path / "page"
        path.write_text(layout({**PAGE, **(sections or {})}, review=review, before=before))
        return Read(draft_of(path, iso, measure, page_graph))

    return run
