"""Provisions of instruments with their topics and stipulations."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, properties, ref, text
from mla_graph.ingest.facts.records import Record
from mla_graph.ingest.facts.tables import mapping
from mla_graph.ingest.kinds.instruments import instrument_key
from mla_graph.ingest.kinds.shared.provision_nodes import citation, provision
from mla_graph.ingest.kinds.shared.stipulations import stipulations

_LONGEST_LABEL: Final = 100
_CLAUSE = re.compile(r"[;:.](?:\s|$)")


def topic(record: Record, name: str) -> str:
    """Return the code of a topic; the table joins synonyms."""
    given = record.required(name)
    found = mapping("topics").get(given, given)
    if found != given:
        record.changed(f"topic {given} is filed under {found}")
    return found


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make a provision with its topic, summary and stipulations."""
    instrument, article = instrument_key(record), record.required("article")
    summary = record.required("summary")
    provenance = merge.provenance(record, citation(article))
    bare = provision(instrument, article, provenance)
    if not article[:1].isdigit():
        record.changed(f"article {article!r} is no number: the provision is unsure")
        provenance = provenance.weakened("unsure")
    label = _label(record, merge, summary)
    values = properties(
        {
            "rdfs:label": text(label),
            "skos:note": text(summary) if summary.rstrip(".") != label else None,
            "mla:hasTopic": ref("topic", topic(record, "topic")),
        }
    )
    node = replace(
        bare, properties={**bare.properties, **values}, provenance=provenance, stub=False
    )
    yield node
    yield from stipulations(record, merge, node, None, instrument)


def _label(record: Record, merge: Merge, summary: str) -> str:
    """Return the first clause of the summary, or the name of the topic if that is long."""
    clause = _CLAUSE.split(summary, maxsplit=1)[0]
    if len(clause) <= _LONGEST_LABEL:
        return clause
    name = merge.known.label("topic", topic(record, "topic")) or clause
    return name[:1].upper() + name[1:]
