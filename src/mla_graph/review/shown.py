"""Facts as the page of the review shows them: labels in English, values before and now."""

from dataclasses import dataclass

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import full
from mla_graph.model.namespaces import shortened
from mla_graph.model.terms import Term
from mla_graph.review.desk import OpenPage
from mla_graph.review.facts import Fact
from mla_graph.review.values import FIXED, fields

_HIDDEN = FIXED | {"mla:sourceLocator", "mla:rank"}


@dataclass(frozen=True)
class Row:
    """A property of a fact: its label, its values on the page and, if they differ, in the graph."""

    label: str
    now: tuple[str, ...]
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A field of the form that changes a fact; ``options`` names the list of its values."""

    name: str
    label: str
    value: str
    options: str | None


class Wording:
    """Labels of properties and values in English, from the graph."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def rows(self, fact: Fact) -> list[Row]:
        """Return what a fact says, one row a property."""
        before = fact.before.properties if fact.before else {}
        found = []
        for name, terms in sorted(fact.proposal.properties.items(), key=lambda item: item[0]):
            if name in _HIDDEN:
                continue
            old = before.get(name, ()) if name in fact.differs else ()
            found.append(Row(self.property(name), self._values(terms), self._values(old)))
        return found

    def fields(self, fact: Fact, given: dict[str, str]) -> list[Field]:
        """Return the fields of the form for a fact, with what the reviewer typed so far."""
        return [
            Field(name, self.property(name), given.get(name, value), self._options(name, value))
            for name, value in sorted(fields(fact.proposal).items())
        ]

    def property(self, name: str) -> str:
        """Return the label of a property: ``skos:note@en`` is note (en)."""
        own, _, spoken = name.partition("@")
        label = min(self._known.english(full(own)), default=own.rpartition(":")[2])
        return f"{label.removeprefix('has ')} ({spoken})" if spoken else label.removeprefix("has ")

    def options(self, page: OpenPage) -> dict[str, dict[str, str]]:
        """Return short names and labels of the values that fields of a page may have, by kind."""
        kinds = {
            field.options for fact in page.facts for field in self.fields(fact, {}) if field.options
        }
        return {kind: self._list(kind, page.draft.reading.iso.lower()) for kind in sorted(kinds)}

    def _list(self, kind: str, iso: str) -> dict[str, str]:
        concepts = self._known.notations(kind)
        if concepts:
            return {
                short: self._value(term)
                for term in concepts.values()
                if (short := shortened(term.value))
            }
        things = self._known.called(kind)
        own = kind in ("authority", "statute", "provision", "statutory-role")
        return {
            f"{kind}:{thing.key}": thing.label()
            for thing in things
            if not own or thing.key.startswith(f"{iso}-")
        }

    def _options(self, name: str, value: str) -> str | None:
        """Return the kind of the resources that a field holds."""
        first = value.partition("\n")[0]
        kind, colon, _ = first.partition(":")
        if colon and " " not in first:
            return kind
        return _KINDS.get(name)

    def _values(self, terms: tuple[Term, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._value(term) for term in terms))

    def _value(self, term: Term) -> str:
        if isinstance(term, ox.Literal):
            return f"{term.value} ({term.language})" if term.language else term.value
        short = shortened(term.value) or term.value
        label = min(self._known.english(term), default="")
        return f"{label} ({short})" if label else short


_KINDS = {
    "mla:appliesToGroup": "applies-to",
    "mla:bindsAuthority": "authority",
    "mla:countsLawOf": "whose-law",
    "mla:hasModality": "modality",
    "mla:limits": "instrument",
    "mla:startsOn": "start-event",
    "mla:statedIn": "provision",
    "mla:usesChannel": "channel",
}
"""The kind of the values of a property that a fact may lack."""
