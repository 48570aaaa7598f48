"""The lists of values that parameters take, and the names that people use for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary, ref

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from mla_graph.model.names import EXACT, Candidate, Named, Names
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term
from mla_graph.saved_queries.template import sparql
from mla_graph.search.index import NAMES
from mla_graph.store.interface import Store

LISTED_IN_FULL: Final = 12
"""A list of up to so many values is named in full when a value is not in it."""


@dataclass(frozen=True)
class Value:
    """One value of a list: the term that is bound, its code, and its labels."""

    term: Term
    code: str
    labels: tuple[str, ...]


Called = Mapping[str, Named]
"""What things are called, by IRI; the codes are left open."""


class Enumeration:
    """The values of a parameter in the graph, in the order of their query."""

    def __init__(self, values: Sequence[Value], store: Store) -> None:
        self.values = tuple(values)
        self._store = ref(store)  # the list is kept by the store, and must not keep it
        self._by_iri = {v.term.value: v for v in values if isinstance(v.term, ox.NamedNode)}
        self._by_code: dict[str, Value] = {}
        for value in values:
            self._by_code.setdefault(value.code.casefold(), value)

    def find(self, text: str) -> list[Value]:
        """Return the values with this code, in any case, this IRI or exactly this name."""
        found = self._by_code.get(text.casefold()) or self._by_iri.get(text)
        if found is not None:
            return [found]
        return [self._by_code[c.key.casefold()] for c in self.resolve(text) if c.how in EXACT]

    def resolve(self, text: str, lang: str = "en", most: int = 10) -> list[Candidate]:
        """Return what a person may have meant; see ``Names.resolve``."""
        return self._names.resolve(text, lang, most)

    def nearest(self, text: str) -> list[Candidate]:
        """Return what may have been meant, or all values if they are few."""
        known = self._names.candidates()
        if len(known) <= LISTED_IN_FULL:
            return known
        if found := self._names.resolve(text, most=5):
            return found
        wanted = text.casefold()[:60]
        codes = {one.key.casefold(): one for one in reversed(known)}
        close = process.extract(wanted, list(codes), scorer=fuzz.ratio, limit=20)
        close.sort(key=lambda hit: hit[0][:1] != wanted[:1])  # the first letter is rarely the slip
        return [codes[code] for code, *_ in close[:5]]

    @cached_property
    def _names(self) -> Names:
        store = self._store()
        called = _called(store) if store is not None else {}
        return Names(_named(value, called) for value in self.values)


def _named(value: Value, called: Called) -> Named:
    iri = value.term.value
    labels = {str(number): label for number, label in enumerate(value.labels)}
    if known := called.get(iri):
        return replace(known, key=value.code, labels={**known.labels, **labels})
    return Named(iri, value.code, labels)


_enumerations: WeakKeyDictionary[Store, dict[Path, Enumeration]] = WeakKeyDictionary()
_found_alone: WeakKeyDictionary[Store, dict[tuple[Path, str], Value]] = WeakKeyDictionary()
_names_in: WeakKeyDictionary[Store, Called] = WeakKeyDictionary()


def enumeration(path: Path, store: Store, *, fresh: bool = False) -> Enumeration:
    """Return the list of the query in this file; `fresh` asks the store again.

    The query selects `?value`, `?code` and `?label`; several rows of one value give its labels.

    Raises:
        StoreUnavailable: the store does not answer.
        LimitReached: the store gave up on the query.
    """
    if fresh:
        _names_in.pop(store, None)
    known = _enumerations.get(store)
    if known is None:
        known = _enumerations.setdefault(store, {})
    found = None if fresh else known.get(path)
    if found is None:
        found = known[path] = _read(path, store)
    return found


def resolve(
    store: Store, folder: Path, kind: str, text: str, lang: str = "en", most: int = 10
) -> list[Candidate]:
    """Return what a text may mean among the values of a list, such as ``state`` or ``measure``.

    ``folder`` holds the queries that list values. One candidate: the text is unique. All were
    found in the same way; see ``Names.resolve``.

    Raises:
        StoreUnavailable, LimitReached: the list could not be read from the store.
    """
    return enumeration(enumeration_path(folder, kind), store).resolve(text, lang, most)


@cache
def enumeration_path(folder: Path, name: str) -> Path:
    """Return the file of the query that lists values under this name."""
    return folder / f"{name}.rq"


def value_of_code(path: Path, store: Store, text: str) -> Value | None:
    """Look up exactly this code, without its list, which grows with the graph.

    None if the list was read already, or if the text is not a code in this very spelling.
    """
    if path in _enumerations.setdefault(store, {}):
        return None
    known = _found_alone.setdefault(store, {})
    if (path, text) not in known:
        only = f"\nVALUES ?code {{ {sparql([ox.Literal(text)])} }}"
        found = next((v for v in _read(path, store, only).values if v.code == text), None)
        if found is None:
            return None
        known[path, text] = found
    return known[path, text]


def _read(path: Path, store: Store, only: str = "") -> Enumeration:
    found: dict[Term, tuple[str, list[str]]] = {}
    for row in store.select(path.read_text("utf-8") + only):
        value, code, label = row["value"], row["code"], row["label"]
        assert isinstance(value, ox.NamedNode | ox.Literal) and isinstance(code, ox.Literal)
        _, labels = found.setdefault(value, (code.value, []))
        if isinstance(label, ox.Literal) and label.value not in labels:
            labels.append(label.value)
    values = [Value(term, code, tuple(labels)) for term, (code, labels) in found.items()]
    return Enumeration(values, store)


def names_of(store: Store, kind: str) -> Names:
    """Return the names of all that has an address of a kind, such as ``state/``, by its key.

    Raises:
        StoreUnavailable, LimitReached: the names could not be read from the store.
    """
    return names_below(_called(store), kind)


def names_below(called: Called, kind: str) -> Names:
    """Return the names of what has an address of a kind, by its key."""
    start = MLAD + kind
    return Names(
        replace(named, key=iri.removeprefix(start))
        for iri, named in called.items()
        if iri.startswith(start)
    )


def _called(store: Store) -> Called:
    """Read what everything that has names is called, once for each state of the graph."""
    if store not in _names_in:
        _names_in[store] = called(store.select(NAMES.read_text("utf-8")))
    return _names_in[store]


def called(rows: Iterable[ox.QuerySolution]) -> Called:
    """Collect the rows of the query on names by IRI."""
    found: dict[str, tuple[dict[str, str], dict[str, None]]] = {}
    for row in rows:
        value, label, name = row["value"], row["label"], row["name"]
        assert isinstance(value, ox.NamedNode)
        labels, names = found.setdefault(value.value, ({}, {}))
        if isinstance(label, ox.Literal):
            labels[label.language or ""] = label.value
        if isinstance(name, ox.Literal):
            names[name.value] = None
    return {iri: Named(iri, "", labels, tuple(ns)) for iri, (labels, ns) in found.items()}
