"""Writes `docs/coverage.md` and its pictures from the graph: what is known, and what is not.

`make docs` runs it; a test fails when a file is not what it would write. Nothing depends on the
day on which it runs.
"""

import csv
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matrix import SHADES, Cell, Mark, Matrix, draw

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.interface import Store

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs"

Row = Mapping[str, object]

ASPECTS: Final = {
    "LegalBasis": "legal bases",
    "Condition": "conditions",
    "Competence": "authorities",
    "LanguageRule": "languages",
    "TimeLimit": "time limits",
    "Formality": "formalities",
    "Alternative": "alternatives",
}
AVAILABILITY: Final = {"yes": "yes", "conditional": "if", "no": "no", "unknown": "?"}
MARKS: Final[Mapping[str, Mark]] = {"conditional": "corner", "no": "cross", "outdated": "dashed"}
FAMILIES: Final = {
    "council-of-europe": "Council of Europe",
    "european-union": "European Union",
    "schengen": "Schengen, Benelux, Nordic states",
    "benelux": "Schengen, Benelux, Nordic states",
    "nordic-states": "Schengen, Benelux, Nordic states",
    "united-nations": "United Nations",
}
"""Where an instrument was adopted, and the table that it stands in."""
ELSEWHERE: Final = "Other regions"
PERIODS: Final = (1980, 1990, 2000, 2010, 2020)
DRAWN_FROM: Final = 5
"""A state is drawn if it is bound by so many instruments, those of the United Nations aside."""

_PREFIXES: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_STATED: Final = f"""{_PREFIXES}
SELECT DISTINCT ?implementation ?aspect
WHERE {{
  VALUES ?aspect {{ {" ".join(f"mla:{name}" for name in ASPECTS)} }}
  ?fact a ?aspect ; mla:belongsToImplementation ?implementation .
}}"""
_INSTRUMENTS: Final = f"""{_PREFIXES}
SELECT ?key ?family (MIN(STR(?short)) AS ?name)
WHERE {{
  ?instrument mla:adoptedWithin ?body ; skos:altLabel ?short ; skos:notation ?key .
  ?participation mla:concernsInstrument ?instrument ; a mla:Participation ;
    mla:concernsState ?state .
  FILTER EXISTS {{ ?instrument mla:serves ?measure }}
  BIND(STRAFTER(STR(?body), "/agent/") AS ?family)
}}
GROUP BY ?key ?family
HAVING(COUNT(DISTINCT ?state) > 2)
ORDER BY ?key"""
_DOCUMENTS: Final = f"""{_PREFIXES}
SELECT ?source (MIN(STR(?name)) AS ?title) (MIN(STR(?address)) AS ?page)
WHERE {{
  ?source a mla:SourceDocument ; dcterms:title ?name .
  OPTIONAL {{ ?source foaf:page ?address }}
}}
GROUP BY ?source"""


@dataclass(frozen=True)
class Graph:
    """The graph, asked by saved query or by text."""

    store: Store

    def saved(self, name: str, **parameters: str) -> list[dict[str, object]]:
        """Return the rows of a saved query."""
        raw = {key: [value] for key, value in parameters.items()}
        query = Catalogue.load(Sources.shipped().queries).get(name)
        return rows(run(self.store, bind(query, self.store, raw)))

    def ask(self, text: str) -> list[dict[str, object]]:
        """Return the rows of any query."""
        return rows(self.store.query(text))


def files(store: Store) -> dict[str, str]:
    """Return the text of each file by its name."""
    graph = Graph(store)
    fiches = Fiches.read(graph)
    parties = Parties.read(graph)
    answers = Answers.read()
    page = [
        *_head(), *answers.lines(), *fiches.page(), *parties.page(), *_contradictions(graph),
    ]  # fmt: skip
    return {
        "coverage.md": "\n".join(page) + "\n",
        "coverage.svg": draw(fiches.picture()),
        "parties.svg": draw(parties.picture()),
        "answers.svg": draw(answers.picture()),
    }


def _head() -> Iterator[str]:
    yield "# What the graph knows\n"
    yield _paragraph(
        "Written by `make docs` from the graph. The same as data: the queries `coverage`,",
        "`parties` and `contradictions`, and `mla-graph stats`. An empty cell is not a no: the",
        "graph has no page for it.",
    )


@dataclass(frozen=True)
class Fiches:
    """The cells of state and measure, and which aspects the page of each states."""

    cells: Mapping[tuple[str, str], Row]
    states: Mapping[str, str]
    measures: Mapping[str, str]
    stated: Mapping[object, set[str]]

    @classmethod
    def read(cls, graph: Graph) -> "Fiches":
        """From the graph."""
        cells = {(str(r["measureCode"]), str(r["code"])): r for r in graph.saved("coverage")}
        stated: dict[object, set[str]] = defaultdict(set)
        for row in graph.ask(_STATED):
            stated[row["implementation"]].add(str(row["aspect"]).rpartition("#")[2])
        return cls(
            cells,
            {str(r["code"]): str(r["stateLabel"]) for r in cells.values()},
            {str(r["code"]): str(r["label"]) for r in graph.saved("measures")},
            stated,
        )

    def page(self) -> Iterator[str]:
        """Write the sections on them."""
        known = sum(cell["availability"] != "unknown" for cell in self.cells.values())
        everything = len(self.states) * len(self.measures)
        yield "## States and measures\n"
        yield _paragraph(
            f"Of {everything} cells ({len(self.states)} states, {len(self.measures)} measures)",
            f"{len(self.cells)} have a page, and of {known} the availability is known.",
        )
        picture = f"Heat map of measures by states: {known} of {everything} cells are known"
        yield f"![{picture}](coverage.svg)\n"
        yield "### By state\n"
        yield from _table(
            ["state", "", "known", "yes", "if", "no", "?", "outdated", "aspects", "reviewed"],
            [self._state(code) for code in sorted(self.states)],
        )
        yield _paragraph(
            f"*known*: out of {len(self.measures)} measures. *aspects*: how many of the",
            f"{len(ASPECTS)} below a page states, on average. *reviewed*: years of those reviews",
            "whose day is known, and how many these are.",
        )
        yield "### By aspect\n"
        counts = Counter(name for cell in self.cells.values() for name in self._stated(cell))
        yield from _table(
            ["aspect", f"pages that state it, of {len(self.cells)}"],
            [[label, str(counts[name])] for name, label in ASPECTS.items()],
        )
        yield "### Cell by cell\n"
        yield _paragraph(
            "Availability (*yes*, *if*: under conditions, *no*, *?*: unknown), how many of the",
            f"{len(ASPECTS)} aspects the page states, year of review. † older than instruments",
            "that now apply; ‡ seems to carry another measure's text.",
        )
        yield from _table(
            ["measure", *sorted(self.states)],
            [
                [f"{code} {label}", *(self._text(code, state) for state in sorted(self.states))]
                for code, label in self.measures.items()
            ],
        )

    def picture(self) -> Matrix:
        """Draw the heat map."""
        return Matrix(
            "What is known of each measure in each state",
            "Rows are measures, columns are states. The deeper the shade, the more aspects, of "
            f"{len(ASPECTS)}, the page states. The number is the year of the last review, if "
            "known. An empty place has no page. docs/coverage.md has the same as a table.",
            [(code, f"{label}  {code}") for code, label in self.measures.items()],
            [(code, code) for code in sorted(self.states)],
            {place: self._cell(row) for place, row in self.cells.items()},
            [
                *((Cell("", str(n), n), "") for n in range(len(ASPECTS))),
                (Cell("", str(len(ASPECTS)), len(ASPECTS)), "aspects"),
                (Cell("", "’22", 3), "year of review"),
                (Cell("", "", 3, ("corner",)), "under conditions"),
                (Cell("", "", 3, ("cross",)), "not available"),
                (Cell("", "?"), "availability unknown"),
                (Cell("", "", 3, ("dashed",)), "page older than instruments that now apply"),
            ],
            foot=[f"Aspects: {', '.join(ASPECTS.values())}."],
        )

    def _stated(self, cell: Row) -> set[str]:
        return self.stated.get(cell["implementation"], set())

    def _state(self, code: str) -> list[str]:
        own = [cell for (_, state), cell in self.cells.items() if state == code]
        counts = Counter(cell["availability"] for cell in own)
        years = sorted(year for cell in own if (year := _year(cell["reviewedDate"])))
        span = "–".join(dict.fromkeys([years[0], years[-1]])) + f" ({len(years)})" if years else ""
        return [
            code,
            self.states[code],
            str(len(own) - counts["unknown"]),
            *(str(counts[value]) for value in AVAILABILITY),
            str(sum(cell["status"] == "outdated" for cell in own)),
            f"{sum(len(self._stated(cell)) for cell in own) / len(own):.1f}",
            span,
        ]

    def _text(self, measure: str, state: str) -> str:
        cell = self.cells.get((measure, state))
        if cell is None:
            return ""
        sign = {"outdated": "†", "suspect": "‡"}.get(str(cell["status"]), "")
        said = AVAILABILITY[str(cell["availability"])] + sign
        return f"{said} {len(self._stated(cell))} {_year(cell['reviewedDate'])}".rstrip()

    def _cell(self, cell: Row) -> Cell:
        stated, year = self._stated(cell), _year(cell["reviewedDate"])
        said = str(cell["availability"])
        marks: list[Mark] = [m for m in (MARKS.get(said), MARKS.get(str(cell["status"]))) if m]
        names = ", ".join(label for name, label in ASPECTS.items() if name in stated) or "none"
        title = f"{cell['measureCode']} in {cell['stateLabel']}: {said}, page {cell['status']}"
        title += f", reviewed {cell['reviewedDate']}" if year else ""
        title += f"; {len(stated)} of {len(ASPECTS)} aspects: {names}"
        word = "?" if said == "unknown" else _short(year)
        return Cell(title, word, None if said == "unknown" else len(stated), tuple(marks))


QUESTIONS: Final = ("basis", "authority", "language", "time limit", "dual criminality")
"""The questions of a cell in `tests/queries/completeness.csv`, a letter each."""
SPEAKERS: Final = {
    "N": "statute, notification",
    "P": "page",
    "A": "own act",
    "I": "instrument",
    "-": "nobody",
}


@dataclass(frozen=True)
class Answers:
    """Which questions of a request are answered, by whom: the cells of `make completeness`."""

    cells: Sequence[Mapping[str, str]]

    @classmethod
    def read(cls) -> "Answers":
        """From the file that `make completeness` writes."""
        path = FOLDER.parent / "tests" / "queries" / "completeness.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return cls(list(csv.DictReader(file)))

    def lines(self) -> Iterator[str]:
        """Write the section on them."""
        governed = [cell for cell in self.cells if self._grounded(cell)]
        reasoned = sum(cell["answer"] != "answered" for cell in self.cells)
        whole = sum("-" not in cell["letters"] for cell in governed)
        named = sum(self._named(cell) for cell in governed)
        states = len({cell["executing"] for cell in self.cells})
        yield "## Answers\n"
        yield _paragraph(
            f"Of {len(self.cells)} cells (one state asks {states} others for every measure)",
            f"{len(governed)} have a basis with a name, an instrument or the state's own act;",
            f"{reasoned} have a reason why there is none. Of the {len(governed)}, {whole} have all",
            f"five answers, {named} with a body that is named. `make completeness` asks them, and",
            "fails if one loses an answer.",
        )
        yield "![Heat map of answers by state and measure](answers.svg)\n"
        body = [
            [question, *(str(self._count(governed, place, letter)) for letter in SPEAKERS),
             str(sum(cell["letters"][place].islower() for cell in governed))]
            for place, question in enumerate(QUESTIONS)
        ]  # fmt: skip
        yield from _table(["question", *SPEAKERS.values(), "unsure"], body)

    def picture(self) -> Matrix:
        """Shade a cell by the number of the five questions that are answered."""
        states = list(dict.fromkeys(cell["executing"] for cell in self.cells))
        measures = list(dict.fromkeys(cell["measure"] for cell in self.cells))
        return Matrix(
            "How many of five questions are answered",
            "Rows are executing states, columns are measures. The deeper the shade, the more of "
            "basis, authority, language, time limit and dual criminality are answered. N: a body "
            "is named. An empty place: no basis with a name. docs/coverage.md has the figures.",
            [(state, state) for state in states],
            [(measure, measure) for measure in measures],
            {
                (cell["executing"], cell["measure"]): Cell(
                    cell["letters"],
                    "N" if self._named(cell) else "",
                    5 - cell["letters"].count("-"),
                )
                for cell in self.cells
                if self._grounded(cell)
            },
            [(Cell("", "", n), f"{n}") for n in range(1, 6)],
        )

    def _grounded(self, cell: Mapping[str, str]) -> bool:
        return cell["answer"] == "answered" and cell["named"] == "True"

    def _named(self, cell: Mapping[str, str]) -> bool:
        return "-" not in cell["letters"] and cell["letters"][1].upper() in "NP"

    def _count(self, cells: Sequence[Mapping[str, str]], place: int, letter: str) -> int:
        return sum(cell["letters"][place].upper() == letter for cell in cells)


@dataclass(frozen=True)
class Parties:
    """Who is bound by the instruments of assistance between more than two states."""

    names: Mapping[str, str]
    families: Mapping[str, list[str]]
    periods: Mapping[tuple[str, str], list[Row]]
    states: Mapping[str, str]

    @classmethod
    def read(cls, graph: Graph) -> "Parties":
        """From the graph."""
        names: dict[str, str] = {}
        families: dict[str, list[str]] = {family: [] for family in (*FAMILIES.values(), ELSEWHERE)}
        periods: dict[tuple[str, str], list[Row]] = defaultdict(list)
        states: dict[str, str] = {}
        for instrument in graph.ask(_INSTRUMENTS):
            key = str(instrument["key"])
            names[key] = str(instrument["name"])
            families[FAMILIES.get(str(instrument["family"]), ELSEWHERE)].append(key)
            for row in graph.saved("parties", instrument=key):
                states[str(row["code"])] = str(row["label"])
                periods[str(row["code"]), key].append(row)
        return cls(names, families, periods, states)

    def page(self) -> Iterator[str]:
        """Write the sections on them."""
        bound = sum(any(map(_bound, rows)) for rows in self.periods.values())
        yield "## Parties and instruments\n"
        yield _paragraph(
            f"The {len(self.names)} instruments between more than two states that serve a measure",
            f"and of which the graph has parties: {bound} pairs of a state and an instrument that",
            "binds it, or did.",
        )
        picture = "Matrix of states by instruments, with the year since which each is bound"
        yield f"![{picture}](parties.svg)\n"
        yield _paragraph(
            "A day is the first day in force for the state. *≈*: assumed, from a deadline or the",
            "instrument's own entry into force; *to*: the last day in force; *signed*: and no",
            "more; *not bound*: it stays outside; *open*: whether it is bound is not known.",
        )
        for family, keys in self.families.items():
            codes = sorted({state for state, key in self.periods if key in keys})
            summary = f"{family}: {len(keys)} instruments, {len(codes)} parties"
            yield f"<details>\n<summary>{summary}</summary>\n"
            yield from _table(
                ["state", *(self.names[key] for key in keys)],
                [
                    [
                        f"{code} {self.states[code]}",
                        *(_said(self.periods.get((code, key), [])) for key in keys),
                    ]
                    for code in codes
                ],
            )
            yield "</details>\n"

    def picture(self) -> Matrix:
        """Draw the matrix of the states that are bound by the most of them."""
        world = self.families["United Nations"]
        regional = Counter(
            state
            for (state, key), found in self.periods.items()
            if key not in world and any(map(_bound, found))
        )
        drawn = sorted(state for state, count in regional.items() if count >= DRAWN_FROM)
        columns = [key for keys in self.families.values() for key in keys]
        first = ["before 1980", *(f"{year}s" for year in PERIODS)]
        return Matrix(
            "Who is bound by which instrument, and since when",
            "Rows are states, columns are instruments of assistance between more than two states. "
            "The number is the year since which the instrument binds the state; the deeper the "
            "shade, the earlier. An empty place: the graph knows of no participation. "
            "docs/coverage.md has the days, and the states that are not drawn.",
            [(code, f"{self.states[code]}  {code}") for code in drawn],
            [(key, self.names[key]) for key in columns],
            {place: _drawn(found) for place, found in self.periods.items()},
            [
                *((Cell("", "", _shade(n)), label) for n, label in enumerate(first)),
                (Cell("", "’03"), "no longer bound"),
                (Cell("", "s", None, ("dashed",)), "signed, not bound"),
                (Cell("", "–", None, ("dashed",)), "not bound"),
                (Cell("", "?", None, ("dashed",)), "not known whether bound"),
            ],
            width=26,
            foot=[
                f"Drawn: states that {DRAWN_FROM} or more of these instruments bind or bound, "
                "those of the United Nations aside."
            ],
        )


def _bound(row: Row) -> bool:
    return row["bound"] is True


def _said(found: Sequence[Row]) -> str:
    """Return the cell of a state and an instrument."""
    return "; ".join(_period(row) for row in found)


def _period(row: Row) -> str:
    if not _bound(row):
        return _unbound(row)
    until = f" to {row['until']}" if row["until"] else ""
    return f"{'≈' if row['assumed'] else ''}{row['since']}{until}"


def _unbound(row: Row) -> str:
    if row["bound"] is None:
        return "open"
    return "signed" if row["mode"] == "signature" else "not bound"


def _drawn(found: Sequence[Row]) -> Cell:
    """Return the latest period of a state and an instrument."""
    row = max(found, key=lambda row: str(row["since"] or ""))
    title = f"{row['label']}: {_said(found)}"
    if not _bound(row):
        return Cell(title, {"signed": "s", "open": "?"}.get(_unbound(row), "–"), None, ("dashed",))
    year = _year(row["since"])
    if row["until"]:
        return Cell(title, _short(year))
    return Cell(title, _short(year), _shade(sum(int(year) >= first for first in PERIODS)))


def _shade(period: int) -> int:
    """Earlier periods are deeper."""
    return SHADES - 1 - period


def _contradictions(graph: Graph) -> Iterator[str]:
    documents = {row["source"]: row for row in graph.ask(_DOCUMENTS)}
    sides: dict[str, list[Row]] = defaultdict(list)
    for side in graph.saved("contradictions"):
        sides[str(side["label"])].append(side)
    yield "## Open contradictions\n"
    yield _paragraph(
        f"{len(sides)}, each with what its sources say. Whoever can settle one: please do, at",
        "<https://github.com/mla-graph/mla-graph/issues>.",
    )
    for label, found in sides.items():
        yield f"**{label}**" + (f" {found[0]['note']}" if found[0]["note"] else "") + "\n"
        for row in found:
            document = documents.get(row["source"])
            claim = str(row["claim"])
            claim = claim.rpartition(" (")[0] if row["kind"] == "facts" else claim
            yield f"- {_plain(claim)} — {_link(document) if document else 'kept by hand'}"
        yield ""


def _link(document: Row) -> str:
    title = _plain(str(document["title"]))
    return f"[{title}]({document['page']})" if document["page"] else title


def _plain(text: str) -> str:
    """Text in which nothing is taken for Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_[]|<>" else c for c in text)


def _year(day: object) -> str:
    return str(day)[:4] if day else ""


def _short(year: str) -> str:
    return f"’{year[2:]}" if year else ""


def _paragraph(*parts: str) -> str:
    return textwrap.fill(" ".join(parts), 100) + "\n"


def _table(heads: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in body:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    release = ensure(Settings.from_environ(), Sources.shipped(), lambda _: None)
    for name, text in files(open_release(release, in_memory=True)).items():
        (FOLDER / name).write_text(text, "utf-8")
