"""What a service says of a resource, read back: the facts in it, without what a release derives."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model.namespaces import MLA, PREFIXES, RDF, RDFS
from mla_graph.model.sources import Sources
from mla_graph.model.sparql_text import significant

_MARK: Final = ox.NamedNode(f"{MLA}defaultLabel")
"""A release gives one to everything that it describes, and no file of facts has one."""
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_ABOVE: Final = ox.NamedNode(f"{RDFS}subPropertyOf")
_TOPIC: Final = ox.NamedNode(f"{PREFIXES['foaf']}primaryTopic")
_CONTEXT: Final = re.compile(rb'"@context"\s{0,9}:\s{0,9}"[^"]{1,2000}/ontology/context\.jsonld"')


def with_context(data: bytes, sources: Sources) -> bytes:
    """Put the context that services publish into JSON-LD that names it by its address."""
    if not _CONTEXT.search(data):
        return data
    context = (sources.ontology / "context.jsonld").read_bytes()
    inline = b'"@context": %s' % json.dumps(json.loads(context)["@context"]).encode()
    return _CONTEXT.sub(lambda _: inline, data, count=1)


def is_output(given: Iterable[ox.Quad]) -> bool:
    """Tell whether a service wrote the statements."""
    return any(quad.predicate == _MARK for quad in given)


def combined(
    given: Sequence[ox.Quad], facts: Sequence[ox.Quad], sources: Sources
) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Return what the statements change or add, and the facts whose place they do not take.

    A service also tells what is derived, and of resources beside the one asked for only a part:
    what the facts say already is no change, and a change takes the place of one property alone.
    """
    stated = {quad.triple for quad in facts}
    said = {(quad.subject, quad.predicate) for quad in facts}
    about_itself = {quad.subject for quad in given if quad.predicate == _TOPIC}
    derived = _derivable(facts, sources)
    new = [
        quad
        for quad in given
        if quad.triple not in stated
        and quad.subject not in about_itself
        and (
            quad.predicate not in derived
            or (quad.predicate != _TYPE and (quad.subject, quad.predicate) in said)
        )
    ]
    changed = {(quad.subject, quad.predicate) for quad in new}
    again = [q for q in given if (q.subject, q.predicate) in changed and q.triple in stated]
    rest = [quad for quad in facts if (quad.subject, quad.predicate) not in changed]
    return [*new, *again], rest


def _derivable(facts: Iterable[ox.Quad], sources: Sources) -> set[Any]:
    """Return the properties that a release derives.

    They stand in the rules, or over other properties, or in the ontology and in no fact.
    """
    asserted = {quad.predicate for quad in facts}
    own = {quad.subject for quad in facts if str(quad.subject).startswith(f"<{MLA}")}
    above = {quad.object for quad in facts if quad.predicate == _ABOVE}
    return {_TYPE} | above | (own - asserted) | _constructed(sources)


def _constructed(sources: Sources) -> set[Any]:
    """Return what the templates of the rules name."""
    found = set()
    for path in sources.rule_files():
        inside = False
        for token in significant(path.read_text("utf-8")):
            inside = (inside or token.word == "CONSTRUCT") and token.text != "}"
            prefix, colon, name = token.text.partition(":")
            if inside and colon and token.kind == "name" and prefix in PREFIXES:
                found.add(ox.NamedNode(PREFIXES[prefix] + name))
    return found
