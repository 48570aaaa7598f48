"""From the IRIs of the graph to addresses on this service."""

from urllib.parse import quote

from mla_graph.model.namespaces import MLA, MLAD, ONTOLOGY, PREFIXES
from mla_graph.pages.address import at


def local_path(iri: str) -> str | None:
    """Where this service shows the resource; other web addresses as they are; else None."""
    if iri.startswith(MLAD):
        return at("/id/" + quote(iri.removeprefix(MLAD), safe="/:@!$&'()*+,;=~-._"))
    if iri.startswith(MLA):
        return at("/ontology#" + quote(iri.removeprefix(MLA)))
    if iri == ONTOLOGY:
        return at("/ontology")
    return iri if iri.startswith(("http://", "https://")) else None


def short(iri: str) -> str:
    """The IRI with its prefix where the prefix table has one; any other text as it is."""
    best = max((space for space in PREFIXES.values() if iri.startswith(space)), key=len, default="")
    if best and iri != best:
        return f"{_PREFIX_OF[best]}:{iri.removeprefix(best)}"
    return iri


_PREFIX_OF = {space: prefix for prefix, space in PREFIXES.items()}
