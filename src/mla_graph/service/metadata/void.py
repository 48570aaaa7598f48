"""The numbers and links of the data set in VoID."""

import re
from typing import Final

from mla_graph.model.namespaces import MLA, MLAD, ONTOLOGY
from mla_graph.model.statements import Statements
from mla_graph.service.context import Served
from mla_graph.service.metadata.numbers import by_class, by_property, iris, numbers, targets
from mla_graph.service.metadata.rendered import rendered

_NAMESPACE: Final = re.compile(r"https?://[^/#]+[/#](?:.*[/#])?")


def say_statistics(said: Statements, served: Served, base: str) -> None:
    """Add the numbers of the data set ``/.well-known/void#dataset``.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    classes, properties = by_class(served), by_property(served)
    found = {space for iri, _ in (*classes, *properties) if (space := _space(iri))}
    said.triples += rendered(
        "void",
        base=base,
        uri_space=MLAD,
        examples=iris(served, "examples"),
        vocabularies=sorted({ONTOLOGY, *found}),
        numbers=numbers(served),
        classes=classes,
        properties=properties,
        targets=targets(served),
    )


def _space(iri: str) -> str | None:
    """Return the namespace of a term; that of our own vocabulary has no ``#``."""
    found = _NAMESPACE.match(iri)
    return None if found is None else ONTOLOGY if found[0] == MLA else found[0]
