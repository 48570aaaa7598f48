"""The vocabulary and the facts that are described already."""

from collections.abc import Iterable, Iterator, Set
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import full, ref
from mla_graph.model import rdf_files
from mla_graph.model.names import Candidate, Named, Names
from mla_graph.model.namespaces import shortened
from mla_graph.model.terms import Term
from mla_graph.saved_queries import lists
from mla_graph.search.index import NAMES

_TYPE: Final = full("rdf:type")
_LABELS: Final = (full("skos:prefLabel"), full("rdfs:label"))


class Known:
    """The vocabulary with its lists, and the facts kept by hand."""

    def __init__(self, vocabulary: Path, kept: Iterable[Path]) -> None:
        """Read the Turtle files of these folders.

        Raises:
            UnreadableInput: a file is not Turtle or cannot be read.
        """
        self._store = ox.Store()
        self._names: dict[str, Names] = {}
        for path in _turtle_files(vocabulary):
            self._load(path)
        self._vocabulary = frozenset(self._described())
        self.kept = tuple(kept)
        for folder in self.kept:
            for path in _turtle_files(folder):
                self._load(path)
        self._all: Set[str] = frozenset(self._described())

    def describes(self, iri: str) -> bool:
        """Return whether the vocabulary or a kept file describes this."""
        return iri in self._all

    def keeps(self, iri: str) -> bool:
        """Return whether a kept file describes this."""
        return iri in self._all and iri not in self._vocabulary

    def release(self, implementation: str) -> None:
        """Forget that an implementation and its parts are described, to draft them anew."""
        owner = ref("implementation", implementation)
        self._all -= {owner.value, *self.subjects("mla:belongsToImplementation", owner)}

    def without(self, implementation: str) -> "Known":
        """Return the same, to which an implementation and its parts are new."""
        other = copy(self)
        other.release(implementation)
        return other

    def value(self, kind: str, key: str, name: str) -> str | None:
        """Return the first value of a property of a kept resource as text."""
        return min(self.values(kind, key, name), default=None)

    def values(self, kind: str, key: str, name: str) -> set[str]:
        """Return all values of a property of a kept resource as text."""
        found = self._store.quads_for_pattern(ref(kind, key), full(name), None)
        return {_text(quad.object) for quad in found}

    def statements(self, iri: str) -> dict[str, tuple[Term, ...]]:
        """Return the values of each property of a kept resource, by prefixed name."""
        found: dict[str, list[Term]] = {}
        for quad in self._store.quads_for_pattern(ox.NamedNode(iri), None, None):
            name = shortened(quad.predicate.value)
            if name and isinstance(quad.object, ox.NamedNode | ox.Literal):
                found.setdefault(name, []).append(quad.object)
        return {name: tuple(sorted(terms, key=str)) for name, terms in sorted(found.items())}

    def subjects(self, name: str, term: ox.NamedNode | ox.Literal | None) -> list[str]:
        """Return the IRIs with this value of a property in a kept file."""
        found = self._store.quads_for_pattern(None, full(name), term) if term else ()
        return sorted(_text(quad.subject) for quad in found)

    def label(self, kind: str, key: str, spoken: str = "en") -> str | None:
        """Return the label of a kept resource or concept in a language."""
        for name in _LABELS:
            for quad in self._store.quads_for_pattern(ref(kind, key), name, None):
                if isinstance(quad.object, ox.Literal) and quad.object.language == spoken:
                    return quad.object.value
        return None

    def english(self, term: ox.NamedNode) -> set[str]:
        """Return the English names of a concept or resource, also one of another graph."""
        return {
            quad.object.value
            for name in (*_LABELS, full("skos:altLabel"))
            for quad in self._store.quads_for_pattern(term, name, None)
            if isinstance(quad.object, ox.Literal) and quad.object.language == "en"
        }

    def names(self, cls: str) -> dict[str, set[str]]:
        """Return the English names of every kept resource of a class by its key."""
        found = {}
        for quad in self._store.quads_for_pattern(None, _TYPE, full(cls)):
            if isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value.rpartition("/")[2]] = self.english(quad.subject)
        return found

    def resolve(self, kind: str, text: str) -> list[Candidate]:
        """Return the resources of a kind, such as ``state``, that people may call so."""
        return self._called(kind).resolve(text)

    def called(self, kind: str) -> tuple[Named, ...]:
        """Return all resources of a kind with what people call them."""
        return self._called(kind).things

    def _called(self, kind: str) -> Names:
        if kind not in self._names:
            self._names[kind] = lists.names_below(self._all_names, f"{kind}/")
        return self._names[kind]

    @cached_property
    def _all_names(self) -> lists.Called:
        rows = self._store.query(NAMES.read_text("utf-8"))
        assert isinstance(rows, ox.QuerySolutions)
        return lists.called(rows)

    def pages(self) -> dict[str, str]:
        """Return the IRI of every kept source document by its address."""
        documents = {
            quad.subject
            for quad in self._store.quads_for_pattern(None, _TYPE, full("mla:SourceDocument"))
        }
        return {
            _text(quad.object): _text(quad.subject)
            for quad in self._store.quads_for_pattern(None, full("foaf:page"), None)
            if quad.subject in documents
        }

    def notations(self, scheme: str) -> dict[str, ox.NamedNode]:
        """Return the concepts of a list by their code, also those of another graph."""
        found = {}
        for quad in self._store.quads_for_pattern(None, full("skos:inScheme"), None):
            if quad.object == ref("scheme", scheme) and isinstance(quad.subject, ox.NamedNode):
                for notation in self._store.quads_for_pattern(
                    quad.subject, full("skos:notation"), None
                ):
                    found[_text(notation.object)] = quad.subject
        return found

    def _described(self) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(None, _TYPE, None):
            yield _text(quad.subject)

    def _load(self, path: Path) -> None:
        self._store.extend(rdf_files.parse(path, ox.RdfFormat.TURTLE))


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode)
    return term.value


def _turtle_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.ttl"))
