"""Namespaces and the one prefix table that every writer uses."""

import re
from typing import Final

HOME: Final = "https://w3id.org/mla-graph/"
ONTOLOGY: Final = f"{HOME}ontology"
MLA: Final = f"{ONTOLOGY}#"
MLAD: Final = f"{HOME}id/"
GRAPH: Final = f"{HOME}graph/"
DERIVED_GRAPH: Final = f"{GRAPH}derived"
EXAMPLES_GRAPH: Final = f"{GRAPH}sparql-examples"
EXAMPLES: Final = f"{HOME}.well-known/sparql-examples"
ENDPOINT: Final = f"{HOME}sparql"
"""Where the w3id address of the endpoint stands: a release does not know who will serve it."""

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"

KINDS: Final = (
    "state",
    "measure",
    "theme",
    "instrument",
    "provision",
    "statute",
    "statutory-role",
    "implementation",
    "legal-basis",
    "condition",
    "authority",
    "competence",
    "language-rule",
    "time-limit",
    "formality",
    "alternative",
    "complement",
    "principle-statement",
    "proceeding-scope",
    "cooperation-provision",
    "instrument-relation",
    "instrument-feature",
    "source",
    "agent",
    "participation",
    "reservation",
    "precedence-rule",
    "coverage",
    "state-group",
    "group-membership",
    "finding",
)
"""The kinds of data resources whose IRIs are shortened; each is its own prefix."""

PREFIXES: Final[dict[str, str]] = {
    "country": "http://publications.europa.eu/resource/authority/country/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eurovoc": "http://eurovoc.europa.eu/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "language": "http://publications.europa.eu/resource/authority/language/",
    "mla": MLA,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "skos": SKOS,
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
    **{kind: f"{MLAD}{kind}/" for kind in KINDS},
}
"""Prefix to namespace, for every writer; ``prefix_of`` adds the kinds of controlled lists."""

_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_KIND = re.compile(re.escape(MLAD) + r"([a-z][a-z0-9-]*)/")


def prefix_of(namespace: str) -> str | None:
    """Find the prefix of a namespace; ``…/id/{kind}/`` has its kind by default."""
    if prefix := _PREFIX_OF.get(namespace):
        return prefix
    kind = _KIND.fullmatch(namespace)
    return kind[1] if kind and kind[1] not in PREFIXES else None


def shortened(iri: str) -> str | None:
    """Write an IRI as ``prefix:name``; None if the namespace has no prefix."""
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = prefix_of(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and iri[end:] else None


def prefixes_for(text: str) -> dict[str, str]:
    """Give the table and the further kinds whose IRIs occur in the text."""
    kinds = {f"{MLAD}{kind}/" for kind in _KIND.findall(text)}
    further = {prefix: space for space in sorted(kinds) if (prefix := prefix_of(space))}
    return PREFIXES | further
