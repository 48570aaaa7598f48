"""What is asked: every saved query, bound, with the same text for every engine."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from benchmarks.world.probes import GLOBAL, probes
from mla_graph.model.errors import MlaGraphError
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue, SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.lists import enumeration
from mla_graph.saved_queries.run import bind
from mla_graph.store.interface import Store

SAMPLE: Final = 5
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2025, 12, 31)
TODAY: Final = date(2026, 1, 1)
"""The day that stands for today, so that the texts are the same in every run."""
ABOUT_STATES: Final = ("state", "requesting", "executing")


@dataclass(frozen=True)
class Question:
    """A saved query bound with its examples (part "query") or with random values ("sample").

    ``kind`` says whether it names a state, only other things, or is about the whole graph. Part
    "list" is a list of values of a parameter.
    """

    part: str
    name: str
    kind: str
    texts: tuple[str, ...]

    @property
    def hash(self) -> str:
        """Stands for the texts."""
        return hashlib.sha256("\0".join(self.texts).encode()).hexdigest()[:12]


def questions(store: Store) -> Iterator[Question]:
    """Every saved query with its examples, with random values where lists give some; the lists."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    for name, values in probes(catalogue):
        query = catalogue.get(name)
        text = bind(query, store, values, today=TODAY).text
        yield Question("query", name, kind(query), (text,))
        if any(parameter.enumeration for parameter in query.parameters):
            yield Question("sample", name, kind(query), tuple(_sample(query, store, values)))
    for path in sorted((Sources.shipped().queries / ENUMERATIONS).glob("*.rq")):
        yield Question("list", path.stem, "list", (path.read_text("utf-8"),))


def all_texts() -> str:
    """Stands for the texts of all saved queries, of which a dossier asks many."""
    digest = hashlib.sha256()
    for query in Catalogue.load(Sources.shipped().queries):
        digest.update(query.text.encode())
    return digest.hexdigest()[:12]


def kind(query: SavedQuery) -> str:
    """What the query is about."""
    if query.name in GLOBAL:
        return "whole graph"
    named = any(parameter.name in ABOUT_STATES for parameter in query.parameters)
    return "state" if named else "other"


def _sample(query: SavedQuery, store: Store, values: dict[str, list[str]]) -> Iterator[str]:
    chance = random.Random(query.name)
    found = 0
    for _ in range(100 * SAMPLE):
        chosen = {
            parameter.name: [_chosen(parameter, query, store, chance)]
            if parameter.enumeration or parameter.type == "date"
            else values[parameter.name]
            for parameter in query.parameters
            if parameter.name in values
        }
        try:
            text = bind(query, store, chosen, today=TODAY).text
        except MlaGraphError:  # two states that have to differ, for example
            continue
        yield text
        found += 1
        if found == SAMPLE:
            return


def _chosen(parameter: Parameter, query: SavedQuery, store: Store, chance: random.Random) -> str:
    if parameter.enumeration is None:
        day = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days))
        return day.isoformat()
    listed = enumeration(query.enumerations / f"{parameter.enumeration}.rq", store)
    return chance.choice(sorted(value.code for value in listed.values))
