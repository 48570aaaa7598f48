"""The data set, its files and its endpoint as a catalogue in DCAT-AP 3."""

from typing import Final

from mla_graph.model.about import DATA_LICENCE_URL, ISSUES_URL
from mla_graph.model.namespaces import ONTOLOGY
from mla_graph.model.statements import Statements
from mla_graph.release.files import files
from mla_graph.service.context import Served
from mla_graph.service.metadata.numbers import counted, iris
from mla_graph.service.metadata.rendered import rendered

_FILE_TYPES: Final = {
    "turtle": "RDF_TURTLE",
    "ntriples": "RDF_N_TRIPLES",
    "jsonld": "JSON_LD",
    "nquads": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
}
"""Format to its name in http://publications.europa.eu/resource/authority/file-type/."""


def say_catalogue(said: Statements, served: Served, base: str) -> None:
    """Add the catalogue ``/.well-known/void#catalog`` and all that it lists.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    release = served.release
    said.triples += rendered(
        "dcat",
        base=base,
        ontology=ONTOLOGY,
        issues_url=ISSUES_URL,
        licence_url=DATA_LICENCE_URL,
        languages=iris(served, "languages"),
        states=iris(served, "states"),
        **counted(served, "sources")[0],
        release=release,
        version_name=f"{release.manifest.package_version}+{release.id[:12]}" if release else None,
        files=files(release) if release else [],
        file_types=_FILE_TYPES,
    )
