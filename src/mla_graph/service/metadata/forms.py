"""Forms: one shape for each kind of fact, made of shapes, vocabulary and lists.

A form has what a web component such as shacl-form draws: the fields in groups and in order, with
names and definitions in three languages, and the entries of the list from which to choose. It is
wider than the shapes: what it yields is validated with them.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import RDF, SH, XSD
from mla_graph.model.sources import Sources
from mla_graph.service.metadata.rendered import rendered

_HERE: Final = Path(__file__).with_name("form_queries")
_IRI: Final = ox.NamedNode(f"{SH}IRI")
_TEXT: Final = ox.NamedNode(f"{RDF}langString")
_GROUPS: Final = ("fact", "context", "source")
_CONSTRAINTS: Final = {
    "least": "minCount",
    "most": "maxCount",
    "datatype": "datatype",
    "leads": "class",
    "nodeKind": "nodeKind",
    "pattern": "pattern",
}

_Row = dict[str, ox.NamedNode | ox.Literal]


@dataclass
class Named:
    """What something is called and what it means, in several languages."""

    names: list[ox.Literal] = field(default_factory=list)
    definitions: list[ox.Literal] = field(default_factory=list)


@dataclass
class Option:
    """One of several types or classes that a value may have."""

    constraint: str
    value: ox.NamedNode
    names: list[ox.Literal]


@dataclass
class Field:
    """A property in a form."""

    path: ox.NamedNode
    group: str
    constraints: dict[str, ox.NamedNode | ox.Literal]
    values: list[ox.NamedNode | ox.Literal] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)


@dataclass
class Forms:
    """The forms of all kinds, by the kind in the IRIs of its resources."""

    classes: dict[str, ox.NamedNode]
    fields: dict[str, list[Field]]
    names: dict[ox.NamedNode, Named]
    members: dict[ox.NamedNode, list[ox.NamedNode]]
    groups: list[ox.Triple]

    @property
    def targets(self) -> dict[str, ox.NamedNode]:
        """Return the classes to which fields lead, by their local names."""
        found = {
            value
            for fields in self.fields.values()
            for one in fields
            for value in (one.constraints.get("class"), *(option.value for option in one.options))
            if isinstance(value, ox.NamedNode)
        }
        return {re.split("[#/]", iri.value)[-1]: iri for iri in found if XSD not in iri.value}

    def shapes(self, kind: str) -> list[ox.Triple]:
        """Write the form of a kind."""
        fields = self.fields[kind]
        entries = {
            value
            for one in fields
            for value in one.values
            if isinstance(value, ox.NamedNode) and self.names[value].names
        }
        return rendered(
            "form",
            kind=kind,
            **{"class": self.classes[kind]},
            fields=fields,
            names=self.names,
            entries=sorted(entries, key=str),
            groups=[f"{triple} ." for triple in self.groups],
        )


@lru_cache(maxsize=2)
def forms(sources: Sources) -> Forms:
    """Make the forms from the files of ontology and shapes.

    Raises:
        UnreadableInput: a file is missing or cannot be read.
    """
    store = ox.Store()
    vocabulary = [one for one in sources.graph_files() if one.is_relative_to(sources.ontology)]
    for path in (*vocabulary, *sources.shape_files(), _HERE / "names.ttl"):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    names, members = _names(store)
    found = Forms({}, defaultdict(list), names, members, _groups(store))
    choices = defaultdict(list)
    for row in _rows(store, "choices"):
        choices[row["class"], row["path"]].append(row)
    for row in _rows(store, "fields"):
        kind, of = row["kind"].value, row["class"]
        assert isinstance(of, ox.NamedNode)
        found.classes[kind] = of
        found.fields[kind].append(_field(row, choices[of, row["path"]], found))
    kinds = {of.value: kind for kind, of in found.classes.items()}
    for row in _rows(store, "ignored"):
        fields = found.fields.get(kinds.get(row["class"].value, ""), [])
        if fields and row["path"] not in {one.path for one in fields}:
            fields.append(_field(row, [], found))
    for fields in found.fields.values():
        fields.sort(key=lambda one: (_GROUPS.index(one.group), "minCount" not in one.constraints))
    return found


def _rows(store: ox.Store, query: str) -> list[_Row]:
    solutions = store.query((_HERE / f"{query}.rq").read_text("utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {name: value for name in names if isinstance(value := row[name], ox.NamedNode | ox.Literal)}
        for row in solutions
    ]


def _names(
    store: ox.Store,
) -> tuple[dict[ox.NamedNode, Named], dict[ox.NamedNode, list[ox.NamedNode]]]:
    """Collect names by resource, and the entries of each list."""
    names: dict[ox.NamedNode, Named] = defaultdict(Named)
    members: dict[ox.NamedNode, dict[ox.NamedNode, None]] = defaultdict(dict)
    for row in _rows(store, "names"):
        iri, scheme = row["iri"], row.get("scheme")
        assert isinstance(iri, ox.NamedNode)
        for key, into in (("name", names[iri].names), ("definition", names[iri].definitions)):
            text = row.get(key)
            if isinstance(text, ox.Literal) and text.language not in {one.language for one in into}:
                into.append(text)
        if isinstance(scheme, ox.NamedNode):
            members[scheme][iri] = None
    return names, {scheme: list(entries) for scheme, entries in members.items()}


def _groups(store: ox.Store) -> list[ox.Triple]:
    group = ox.NamedNode(f"{SH}PropertyGroup")
    quads = store.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), group)
    return [
        quad.triple
        for found in sorted(quads, key=str)
        for quad in store.quads_for_pattern(found.subject, None, None)
    ]


def _field(row: _Row, choices: list[_Row], found: Forms) -> Field:
    path, scheme = row["path"], row.get("scheme")
    assert isinstance(path, ox.NamedNode)
    sourced = row["sourced"].value == "true"
    constraints = {name: row[key] for key, name in _CONSTRAINTS.items() if key in row}
    group = "source" if sourced else "context" if "class" in constraints else "fact"
    if row.get("leads") == row["class"]:  # the component would draw the form in itself
        constraints["nodeKind"] = _IRI
        del constraints["class"]
    values = [one["value"] for one in choices if "value" in one]
    if isinstance(scheme, ox.NamedNode):
        values = list(found.members.get(scheme, ()))
        constraints["nodeKind"] = _IRI
    options = [] if values else [_option(one, found) for one in choices if len(one) > 2]
    if options:
        constraints = {k: v for k, v in constraints.items() if k in ("minCount", "maxCount")}
    elif not values and not constraints.keys() & {"datatype", "class", "nodeKind"}:
        constraints["datatype"] = _TEXT
    return Field(path, group, constraints, values, options)


def _option(row: _Row, found: Forms) -> Option:
    constraint, value = (
        ("datatype", row.get("datatype")) if "datatype" in row else ("class", row["leads"])
    )
    assert isinstance(value, ox.NamedNode)
    names = found.names[value].names
    return Option(constraint, value, names or [ox.Literal(value.value.removeprefix(XSD))])
