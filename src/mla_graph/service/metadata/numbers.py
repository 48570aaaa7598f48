"""Numbers of the graph that is served, each counted once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mla_graph.saved_queries.rows import rows
from mla_graph.service.context import Served

_COUNTS: Final = Path(__file__).with_name("counts")
_TOTALS: Final = ("triples", "distinctSubjects", "distinctObjects")


@dataclass
class Target:
    """Another data set: ``spaces`` begin its IRIs, ``links`` counts triples by property."""

    iri: str
    label: str
    spaces: list[str]
    links: dict[str, int]

    @property
    def key(self) -> str:
        """Return the end of the data set's IRI."""
        return self.iri.rpartition("/")[2]


def counted(served: Served, name: str) -> list[dict[str, Any]]:
    """Return the rows of the query ``counts/{name}.rq``, which is asked once.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """

    def ask() -> list[dict[str, Any]]:
        return rows(served.store.select((_COUNTS / f"{name}.rq").read_text("utf-8")))

    return served.once(f"counts/{name}.rq", ask)


def by_class(served: Served) -> list[tuple[str, int]]:
    """Return the classes of the data with the number of their resources."""
    return [(row["iri"], row["count"]) for row in counted(served, "classes")]


def by_property(served: Served) -> list[tuple[str, int]]:
    """Return the properties with the number of their triples in the merged graph."""
    return [(row["iri"], row["count"]) for row in counted(served, "properties")]


def numbers(served: Served) -> dict[str, int]:
    """Return the numbers of the merged graph under the names of VoID.

    ``classes`` are those that have resources in the data.
    """
    totals = {name: counted(served, name)[0]["count"] for name in _TOTALS}
    return totals | {"classes": len(by_class(served)), "properties": len(by_property(served))}


def iris(served: Served, name: str) -> list[str]:
    """Return the column ``iri`` of the query ``counts/{name}.rq``."""
    return [row["iri"] for row in counted(served, name)]


def targets(served: Served) -> list[Target]:
    """Return the data sets that this one links to, with the number of links."""
    found: dict[str, Target] = {}
    for row in counted(served, "systems"):
        iri = row["system"]
        target = found.setdefault(iri, Target(iri, row["label"], [], {}))
        target.spaces.append(row["space"])
    for row in counted(served, "links") if found else ():
        for target in found.values():
            if row["target"].startswith(tuple(target.spaces)):
                name = row["property"]
                target.links[name] = target.links.get(name, 0) + row["count"]
    return [target for target in found.values() if target.links]
