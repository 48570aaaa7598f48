"""What changed in plain sentences: one item a resource, with names instead of codes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Final, Literal

import pyoxigraph as ox

from mla_graph.changes.difference import Difference
from mla_graph.changes.edition import Edition
from mla_graph.model.namespaces import MLA, MLAD, PREFIXES, RDF, RDFS, SKOS

Change = Literal["added", "changed", "withdrawn"]
Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal | ox.Triple
Pair = tuple[ox.NamedNode, Term]

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_LABELS: Final = tuple(
    ox.NamedNode(iri)
    for iri in (
        f"{MLA}defaultLabel", f"{SKOS}prefLabel", f"{RDFS}label", f"{PREFIXES['dcterms']}title",
    )
)  # fmt: skip
_SILENT: Final = frozenset(
    (_TYPE.value, *(label.value for label in _LABELS), f"{PREFIXES['prov']}wasDerivedFrom")
)
"""Properties that the sentence on a new resource leaves out: its name and where it is from."""
_HUMP: Final = re.compile("(?<=[a-z])(?=[A-Z])")
_LONGEST: Final = 160
_DEEPEST: Final = 1
_NAMED_BY: Final = 3
"""Most resources that the name of one without a label is made of."""
_DOCUMENT: Final = f"{MLA}SourceDocument"


@dataclass(frozen=True)
class Item:
    """What changed of one resource.

    ``added`` and ``withdrawn`` are its statements as N-Triples without subject, ``about`` the
    resources of this graph to which it is joined.
    """

    resource: str
    kind: str
    name: str
    change: Change
    says: list[str]
    added: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Account:
    """All that changed: items sorted by kind and name, and derived triples counted by property."""

    items: list[Item]
    derived: dict[str, dict[str, int]]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The number of items by kind and change."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for item in self.items:
            found[item.kind][item.change] += 1
        return {kind: dict(found[kind]) for kind in sorted(found)}


def account(difference: Difference, old: Edition, new: Edition) -> Account:
    """Tell the difference in words; names are those of the new edition, else of the old."""
    added, withdrawn = (
        _by_subject(difference.stated.added),
        _by_subject(difference.stated.withdrawn),
    )
    before, now = _Names(old.store), _Names(new.store, _Names(old.store))
    items = []
    for subject in {**added, **withdrawn}:
        come, gone = added.get(subject, []), withdrawn.get(subject, [])
        change: Change = "changed"
        if not any(old.store.quads_for_pattern(subject, None, None)):
            change = "added"
        elif not any(new.store.quads_for_pattern(subject, None, None)):
            change = "withdrawn"
        names = before if change == "withdrawn" else now
        items.append(
            Item(
                _iri(subject),
                names.kind(subject),
                names.of(subject),
                change,
                _sentences(change, come, gone, now),
                [_statement(pair) for pair in come],
                [_statement(pair) for pair in gone],
                names.about(subject),
            )
        )
    items.sort(key=lambda item: (item.kind, item.name, item.resource))
    return Account(items, _derived(difference, now))


def _sentences(change: Change, come: list[Pair], gone: list[Pair], names: "_Names") -> list[str]:
    if change == "withdrawn":
        return []
    if change == "added":
        told = [pair for pair in come if pair[0].value not in _SILENT]
        return [f"{names.of(p)}: {names.listed(values)}." for p, values in _by_property(told)]
    said = []
    news, olds = dict(_by_property(come)), dict(_by_property(gone))
    for predicate in sorted({**news, **olds}, key=names.of):
        what = names.of(predicate)
        if predicate not in olds:
            said.append(f"{what}: {names.listed(news[predicate])} was added.")
        elif predicate not in news:
            said.append(f"{what}: {names.listed(olds[predicate])} was withdrawn.")
        else:
            new, old = names.listed(news[predicate]), names.listed(olds[predicate])
            said.append(f"{what} is now {new}, no longer {old}.")
    return said


def _by_property(pairs: list[Pair]) -> list[tuple[ox.NamedNode, list[Term]]]:
    ordered = sorted(pairs, key=lambda pair: (pair[0].value, str(pair[1])))
    return [(p, [value for _, value in same]) for p, same in groupby(ordered, lambda pair: pair[0])]


def _by_subject(facts: list[bytes]) -> dict[Node, list[Pair]]:
    found: dict[Node, list[Pair]] = defaultdict(list)
    text = b"".join(fact + b" .\n" for fact in facts)
    for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES):
        assert not isinstance(quad.subject, ox.Triple)
        found[quad.subject].append((quad.predicate, quad.object))
    return found


def _derived(difference: Difference, names: "_Names") -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for change, facts in (
        ("added", difference.derived.added),
        ("withdrawn", difference.derived.withdrawn),
    ):
        for predicate, count in Counter(fact.split(b" ", 2)[1] for fact in facts).items():
            found[names.of(ox.NamedNode(predicate[1:-1].decode()))][change] += count
    return {name: dict(found[name]) for name in sorted(found)}


def _statement(pair: Pair) -> str:
    return f"{pair[0]} {pair[1]}"


def _iri(subject: Node) -> str:
    return subject.value if isinstance(subject, ox.NamedNode) else str(subject)


class _Names:
    """Names of resources in one edition, and in another where it has none."""

    def __init__(self, store: ox.Store, others: "_Names | None" = None) -> None:
        self._store, self._others = store, others
        self.of = cache(self._of)
        self._label = cache(self._read_label)

    def kind(self, subject: Node) -> str:
        """Name the class of ours that is stated of the resource, else any class."""
        classes = sorted(
            {_iri(c) for c in self._objects(subject, _TYPE) if isinstance(c, ox.NamedNode)},
            key=lambda iri: (not iri.startswith(MLA), self._is_general(iri), iri),
        )
        return self.of(ox.NamedNode(classes[0])) if classes else "other"

    def listed(self, values: Iterable[Term]) -> str:
        """List values in words."""
        return "; ".join(
            self.of(value) if isinstance(value, ox.NamedNode) else _text(value) for value in values
        )

    def about(self, subject: Node) -> list[str]:
        """List the resource and those of this graph that it names or that follow for it."""
        named = {
            quad.object.value
            for quad in self._store.quads_for_pattern(subject, None, None)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(MLAD)
        }
        return sorted(named | {_iri(subject)})

    def _of(self, node: Node, depth: int = 0) -> str:
        """Name a resource by its label, else by the labels of those to which it is joined."""
        label, key = self._label(node), _key(node)
        if label not in (None, key):
            return label
        if isinstance(node, ox.NamedNode) and node.value.startswith(MLAD):
            joined = self._joined(node)
            names = [
                self._label(one) for one in joined if self._label(one) not in (None, _key(one))
            ]
            if not names and depth < _DEEPEST:
                names = [self._of(one, depth + 1) for one in joined]
            if told := list(dict.fromkeys(name for name in names if name))[:_NAMED_BY]:
                return ", ".join(told)
        if self._others and label is None and depth == 0:
            return self._others.of(node)
        return label or key

    def _joined(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        """List the resources that a resource names, without list entries and documents."""
        found = {
            quad.object
            for quad in self._store.quads_for_pattern(node, None, None)
            if isinstance(quad.object, ox.NamedNode) and quad.predicate.value not in _SILENT
        }
        classes = {one: {kind.value for kind in self._classes(one)} for one in found}
        ours = [
            one
            for one, kinds in classes.items()
            if _DOCUMENT not in kinds and any(kind.startswith(MLA) for kind in kinds)
        ]
        return sorted(ours, key=str)

    def _read_label(self, node: Node) -> str | None:
        for predicate in _LABELS:
            labels = [one for one in self._objects(node, predicate) if isinstance(one, ox.Literal)]
            labels.sort(key=lambda one: (one.language not in ("en", None), one.value))
            if labels:
                return labels[0].value
        return None

    def _classes(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        return [one for one in self._objects(node, _TYPE) if isinstance(one, ox.NamedNode)]

    def _is_general(self, iri: str) -> bool:
        """Tell whether the class has classes below it, as a rule derives those above."""
        below = self._store.quads_for_pattern(
            None, ox.NamedNode(f"{RDFS}subClassOf"), ox.NamedNode(iri)
        )
        return any(True for _ in below)

    def _objects(self, node: Node, predicate: ox.NamedNode) -> list[Term]:
        found = self._store.quads_for_pattern(node, predicate, None)
        return [quad.object for quad in found]


def _key(node: Node) -> str:
    value = _iri(node)
    key = value[max(value.rfind("/"), value.rfind("#")) + 1 :] or value
    return key if value.startswith(MLAD) else _HUMP.sub(" ", key).lower()


def _text(value: Term) -> str:
    text = " ".join(value.value.split()) if isinstance(value, ox.Literal) else str(value)
    text = text.removesuffix(".")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
