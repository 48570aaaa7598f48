"""One import of a folder of records: convert, merge, write, report."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from mla_graph.ingest.draft import writer
from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts import records
from mla_graph.ingest.facts.codes import use_codes
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.facts.report import Report
from mla_graph.ingest.identity.documents import Documents
from mla_graph.ingest.kinds import (
    bilateral,
    corrections,
    eu_acts,
    fiches,
    instruments,
    measures,
    notifications,
    participations,
    provisions,
    reservations,
    states,
)
from mla_graph.model.errors import MlaGraphError
from mla_graph.model.sources import Sources

Converter = Callable[[Record, Merge], Iterable[Node]]
Progress = Callable[[str, int, int], None]

KINDS: Final[dict[str, Converter]] = {
    "corrections": corrections.convert,
    "states": states.convert,
    "ejn-country-ids": states.convert_ejn_number,
    "measures": measures.convert,
    "instruments": instruments.convert,
    "provisions": provisions.convert,
    "parties": participations.convert,
    "eu-implementation": eu_acts.convert,
    "bilateral": bilateral.convert,
    "reservations": reservations.convert,
    "notifications": notifications.convert,
    "fiches": fiches.convert,
}
"""The kinds of records with their converters, in order: corrections change the other records."""

_MALFORMED: Final = (MlaGraphError, ValueError, TypeError, LookupError, AttributeError)
"""What a converter raises on a field of an unexpected type."""


def silent(step: str, done: int, of: int) -> None:
    """Ignore progress."""


def import_facts(
    folder: Path,
    out: Path,
    *,
    sources: Sources | None = None,
    keep: Sequence[Path] | None = None,
    progress: Progress = silent,
) -> Report:
    """Write the draft of a folder of records below ``out`` and report on every record.

    ``sources`` holds the vocabulary for the codes; what the folders ``keep`` describe is not
    described again (by default the facts of ``sources``).

    Raises:
        UnreadableInput: the folder holds no records, or ``out`` cannot be written.
    """
    found = sources or Sources.shipped()
    known = Known(found.ontology, [found.graph_data] if keep is None else keep)
    facts = records.read(folder, KINDS)
    use_codes(facts, known)
    merge = Merge(facts, known, Documents(facts, known))
    nodes = convert(merge, progress)
    merge.report.files = writer.write(nodes, out, progress, known.kept)
    return merge.report


def convert(merge: Merge, progress: Progress = silent) -> list[Node]:
    """Convert all records to checked nodes and complete the report of the merge."""
    for kind, converter in KINDS.items():
        found = merge.facts.of(kind)
        for done, record in enumerate(found, start=1):
            progress(kind, done, len(found))
            try:
                if record.refused:
                    raise Rejected(record.refused)
                merge.put(record, converter(record, merge))
            except Rejected as reason:
                merge.reject(record, str(reason))
            except _MALFORMED as error:
                merge.reject(record, f"a field has another form than expected ({error})")
    return merge.finish()
