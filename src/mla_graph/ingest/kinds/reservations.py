"""Reservations and declarations with their stipulations."""

from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, day, properties, ref, text, truth
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.instruments import instrument_key
from mla_graph.ingest.kinds.provisions import topic
from mla_graph.ingest.kinds.shared.provision_nodes import citation, provision, provision_key
from mla_graph.ingest.kinds.shared.stipulations import stipulations
from mla_graph.ingest.kinds.states import state_code

KINDS: Final = ("reservation", "declaration")


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make a reservation or declaration, its provision and its stipulations."""
    instrument, iso = instrument_key(record), state_code(record.required("state"))
    article, kind = record.required("article"), record.required("kind")
    if kind not in KINDS:
        raise Rejected(f"kind {kind!r} is none of {', '.join(KINDS)}")
    provenance = merge.provenance(record, citation(article))
    touched = provision(instrument, article, provenance)
    yield (
        node := Node(
            "reservation",
            _key(record, merge, instrument, iso, article, kind),
            "Reservation",
            f"reservations/{instrument}",
            properties(
                {
                    "rdfs:label": text(record.required("effect")),
                    "skos:note": text(record.text("note")),
                    "mla:madeUnder": ref("participation", f"{instrument}-{iso.lower()}"),
                    "mla:modifiesProvision": ref("provision", touched.key),
                    "mla:hasReservationKind": ref("reservation-kind", kind),
                    "mla:declaredDate": day(record.day("date")),
                    "mla:until": day(record.day("valid_until")),
                    "mla:partlySeen": truth(record.flag("partial")),
                    "mla:hasTopic": ref("topic", topic(record, "topic")),
                }
            ),
            provenance,
        )
    )
    yield touched
    yield from stipulations(record, merge, node, iso, instrument)


def _key(record: Record, merge: Merge, instrument: str, iso: str, article: str, kind: str) -> str:
    """Return the key: instrument, state, article, kind; numbered if several are alike."""
    same = [
        other
        for other in merge.facts.of("reservations")
        if _mark(other) == (instrument, iso, article, kind)
    ]
    same.sort(key=lambda other: (str(other.fields.get("date")), other.content, other.where))
    place = same.index(record) + 1
    ending = f"-{place}" if len(same) > 1 else ""
    where = provision_key(iso.lower(), article)
    return f"{instrument}-{where}-{kind}{ending}"


def _mark(record: Record) -> tuple[str, str, str, str]:
    name = (record.fields.get(field) for field in ("instrument", "state", "article", "kind"))
    instrument, iso, article, kind = (str(value) for value in name)
    return instrument, iso.upper(), article, kind
