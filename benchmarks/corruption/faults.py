"""Eight ways to corrupt one triple of the facts."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from benchmarks.corruption.graph import TYPE, Graph
from mla_graph.model.namespaces import MLAD, XSD

_DATE = ox.NamedNode(f"{XSD}date")
_DATATYPES = [ox.NamedNode(XSD + name) for name in ("string", "integer", "dateTime", "boolean")]
_LANGUAGES = ("en", "fr", "de", "xx", None)


@dataclass(frozen=True)
class Corruption:
    """A triple of the graph that is gone, and what stands in its place, if anything."""

    kind: str
    old: ox.Triple
    new: ox.Triple | None


def corruptions(graph: Graph, number: int, seed: int) -> Iterator[Corruption]:
    """As many of each kind, each on a triple drawn evenly from those that it can befall."""
    chance = random.Random(seed)
    for position in range(number):
        kind = list(KINDS)[position % len(KINDS)]
        triples = graph.facts
        while True:
            old = chance.choice(triples)
            if made := KINDS[kind](graph, old, chance):
                yield Corruption(kind, old, made[0])
                break


Maker = Callable[[Graph, ox.Triple, random.Random], list[ox.Triple | None]]
"""The new triple (None: only deleted) in a list, which is empty if the kind does not apply."""


def _with(old: ox.Triple, value: ox.NamedNode | ox.Literal) -> list[ox.Triple | None]:
    return [ox.Triple(old.subject, old.predicate, value)] if value != old.object else []


def _deleted_type(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    return [None] if old.predicate == TYPE else []


def _swapped_class(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    return _with(old, chance.choice(graph.classes)) if old.predicate == TYPE else []


def _deleted_required(
    graph: Graph, old: ox.Triple, chance: random.Random
) -> list[ox.Triple | None]:
    """The only value of a property that all instances of the class have in these facts."""
    only = sum(t.predicate == old.predicate for t in graph.said[old.subject]) == 1
    required = (graph.class_of.get(old.subject), old.predicate) in graph.always
    return [None] if old.predicate != TYPE and only and required else []


def _wrong_datatype(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    if not isinstance(old.object, ox.Literal) or old.object.language:
        return []
    others = [datatype for datatype in _DATATYPES if datatype != old.object.datatype]
    return _with(old, ox.Literal(old.object.value, datatype=chance.choice(others)))


def _impossible_date(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    if not isinstance(old.object, ox.Literal) or old.object.datatype != _DATE:
        return []
    year, month, day = old.object.value.split("-")
    dates = (
        f"{year}-02-30",
        f"{year}-13-{day}",
        f"0{year[1:]}-{month}-{day}",
        f"9{year[1:]}-{month}-{day}",
    )
    return _with(old, ox.Literal(chance.choice(dates), datatype=_DATE))


def _dangling_link(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    """The key of what is named loses a character or has two swapped."""
    if not _is_link(old):
        return []
    kind, _, key = old.object.value.removeprefix(MLAD).partition("/")
    at = chance.randrange(len(key))
    typo = chance.choice((key[:at] + key[at + 1 :], key[:at] + key[at:][:2][::-1] + key[at + 2 :]))
    node = ox.NamedNode(f"{MLAD}{kind}/{typo}")
    return [] if node in graph.class_of else _with(old, node)


def _wrong_class_link(
    graph: Graph, old: ox.Triple, chance: random.Random
) -> list[ox.Triple | None]:
    if not _is_link(old):
        return []
    subjects = [triple.subject for triple in chance.sample(graph.facts, 20)]
    class_ = graph.class_of.get(old.object)
    others = [node for node in subjects if graph.class_of.get(node) not in (None, class_)]
    return _with(old, others[0]) if class_ and others else []


def _language(graph: Graph, old: ox.Triple, chance: random.Random) -> list[ox.Triple | None]:
    if not isinstance(old.object, ox.Literal) or not old.object.language:
        return []
    return _with(old, ox.Literal(old.object.value, language=chance.choice(_LANGUAGES)))


def _is_link(triple: ox.Triple) -> bool:
    value = triple.object
    linked = isinstance(value, ox.NamedNode) and value.value.startswith(MLAD)
    return linked and triple.predicate != TYPE


KINDS: dict[str, Maker] = {
    "type deleted": _deleted_type,
    "class swapped": _swapped_class,
    "required value deleted": _deleted_required,
    "wrong datatype": _wrong_datatype,
    "impossible date": _impossible_date,
    "dangling link": _dangling_link,
    "link to another class": _wrong_class_link,
    "language tag changed": _language,
}
