"""The names of graphs on a server to which releases are published.

A graph that has its name is never changed: a release has its merged graph under a name with the
release's id, a source graph has a name with the SHA-256 of its content, shared by all releases that
hold it. ``RELEASES`` is the one graph that grows, by a triple for each release that becomes
current; a single triple is added by every server in one step.
"""

from typing import Final

from mla_graph.model.namespaces import GRAPH

DATASET: Final = "https://w3id.org/mla-graph/.well-known/void#dataset"
"""What all releases are versions of."""

RELEASES: Final = f"{GRAPH}releases"
"""The graph that says from when which release is current, and the space of the releases' names."""

PUBLISHING: Final = f"{GRAPH}publishing/"
"""The space of the graphs by which a publisher says that it is at work."""

CURRENT: Final = f"""\
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?release
WHERE {{ GRAPH <{RELEASES}> {{ ?release dcterms:available ?from }} }}
ORDER BY DESC(?from)
LIMIT 1
"""
"""Asks which release is current: the one that was the last to become available."""


def release_iri(id: str) -> str:
    """The release, and the graph that describes it: its parts with their counts and hashes."""
    return f"{RELEASES}/{id}"


def merged_iri(id: str) -> str:
    """The merged graph of a release, the default graph of every query."""
    return f"{RELEASES}/{id}/merged"


def version_iri(graph: str, sha256: str) -> str:
    """A named graph with the content that has this hash."""
    return f"{graph}/version/{sha256}"
