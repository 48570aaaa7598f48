"""Random parameters for saved queries, most of them of things that the graph says something of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from random import Random

import pyoxigraph as ox

from mla_graph.model.errors import InvalidValue, UnknownValue
from mla_graph.model.namespaces import MLAD
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.lists import enumeration
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore

FIRST_DAY = date(1960, 1, 1)
LAST_DAY = date(2027, 6, 30)
TRIES = 100
"""So many choices are looked at for each one that is wanted."""
PASSED_OVER = 0.98
"""So many of those without an answer are passed over."""
BASES = ("instrument", "statute", "general-basis")
KINDS = {"source": ("source",), "governing": BASES, "applying": BASES}
"""Of which kinds the resources for a parameter without a list are; else of any."""

_PAGES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?state ?measure
WHERE {
  ?page a mla:Implementation ;
    mla:concernsState/skos:notation ?state ;
    mla:concernsMeasure/skos:notation ?measure .
}
ORDER BY ?state ?measure
"""
_PARTIES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?instrument ?state
WHERE {
  ?participation mla:concernsInstrument/skos:notation ?instrument ;
    mla:concernsState/skos:notation ?state .
}
ORDER BY ?instrument ?state
"""
_DAYS = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT DISTINCT ?day
WHERE {
  ?resource ?property ?day .
  FILTER(DATATYPE(?day) = xsd:date)
}
ORDER BY ?day
"""
_RESOURCES = f"""
SELECT DISTINCT ?resource
WHERE {{
  ?resource ?property ?value .
  FILTER(STRSTARTS(STR(?resource), "{MLAD}"))
}}
ORDER BY ?resource
"""
_TEXTS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT (STR(?text) AS ?plain)
WHERE {
  VALUES ?property {
    rdfs:label
    skos:altLabel
    skos:notation
  }
  ?resource ?property ?text .
}
ORDER BY ?plain
"""


class RandomChoices:
    """Parameters at random, the same ones for the same seed, graph and day."""

    def __init__(self, store: EmbeddedStore, seed: str) -> None:
        self._store = store
        self._random = Random(seed)

    def texts(self, query: SavedQuery, count: int) -> Iterator[str]:
        """The query with so many different choices bound, or fewer where it has no more.

        Of the choices without an answer most are passed over.
        """
        asked: set[str] = set()
        for _ in range(TRIES * count):
            try:
                text = bind(query, self._store, self._draw(query)).text
            except (InvalidValue, UnknownValue):  # such as a state that asks itself
                continue
            if text in asked or (self._random.random() < PASSED_OVER and not self._answers(text)):
                continue
            asked.add(text)
            yield text
            if len(asked) == count:
                return

    def _answers(self, text: str) -> bool:
        answer = self._store.query(text)
        assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
        return next(iter(answer), None) is not None

    def _draw(self, query: SavedQuery) -> dict[str, list[str]]:
        known = self._known() if self._random.random() < 0.8 else {}
        return {
            parameter.name: self._values(query, parameter, known)
            for parameter in query.parameters
            if parameter.required or self._random.random() < 0.75
        }

    def _known(self) -> dict[str, str]:
        """A page, another state that takes part in something with its state, and in what."""
        state, measure = self._random.choice(self._pages)
        shared = [key for key, states in self._parties.items() if state in states]
        instrument = self._random.choice(shared or list(self._parties))
        return {
            "state": state,
            "executing": state,
            "requesting": self._random.choice(self._parties[instrument]),
            "instrument": instrument,
            "measure": measure,
        }

    def _values(self, query: SavedQuery, parameter: Parameter, known: dict[str, str]) -> list[str]:
        count = self._random.randint(1, 5) if parameter.list else 1
        return [
            known.pop(parameter.name, "") or self._value(query, parameter) for _ in range(count)
        ]

    def _value(self, query: SavedQuery, parameter: Parameter) -> str:
        choose = self._random.choice
        if parameter.enumeration:
            path = query.enumerations / f"{parameter.enumeration}.rq"
            return choose(enumeration(path, self._store).values).code
        if parameter.type == "date":
            return self._day()
        if parameter.type == "text":
            text = choose(self._texts)
            start = self._random.randrange(len(text))
            return text[start : start + self._random.randint(1, 20)].strip() or text[:1]
        kinds = KINDS.get(parameter.name) or tuple(self._resources)
        return choose(self._resources[choose(kinds)])

    def _day(self) -> str:
        if self._random.random() < 0.5:
            days = (LAST_DAY - FIRST_DAY).days
            return str(FIRST_DAY + timedelta(self._random.randint(0, days)))
        stated = date.fromisoformat(self._random.choice(self._days))
        return str(stated + timedelta(self._random.randint(-1, 1)))

    @cached_property
    def _pages(self) -> Sequence[tuple[str, str]]:
        return [(state, measure) for state, measure in self._rows(_PAGES)]

    @cached_property
    def _parties(self) -> dict[str, list[str]]:
        parties = defaultdict(list)
        for instrument, state in self._rows(_PARTIES):
            parties[instrument].append(state)
        return dict(parties)

    @cached_property
    def _days(self) -> list[str]:
        return [day for (day,) in self._rows(_DAYS) if "1900" < day < "2100"]

    @cached_property
    def _texts(self) -> list[str]:
        return [text for (text,) in self._rows(_TEXTS)]

    @cached_property
    def _resources(self) -> dict[str, list[str]]:
        """Kinds and keys of what the graph describes, by kind."""
        resources = defaultdict(list)
        for (iri,) in self._rows(_RESOURCES):
            resource = iri.removeprefix(MLAD)
            resources[resource.split("/")[0]].append(resource)
        return dict(resources)

    def _rows(self, text: str) -> Iterator[tuple[str, ...]]:
        answer = self._store.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            yield tuple(term.value for term in row if not isinstance(term, ox.Triple | None))
