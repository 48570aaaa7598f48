"""One import: read the records, turn each into nodes, write the draft, account for every record."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from mla_graph.ingest.draft import writer
from mla_graph.ingest.draft.merge import Draft
from mla_graph.ingest.facts import records
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

Converter = Callable[[Record, Draft], Iterable[Node]]
Progress = Callable[[str, int, int], None]

CONVERTERS: Final[dict[str, Converter]] = {
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
"""What turns the records of each kind into nodes."""

_MALFORMED: Final = (MlaGraphError, ValueError, TypeError, LookupError, AttributeError)
"""What a converter meets in a record whose fields are of another kind than it reads."""


def silent(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


def import_facts(
    folder: Path,
    out: Path,
    *,
    sources: Sources | None = None,
    keep: Sequence[Path] | None = None,
    progress: Progress = silent,
) -> Report:
    """Write the draft of a folder of records below ``out`` and account for every record.

    ``sources`` holds the vocabulary that the codes are checked against; what the folders ``keep``
    describe is not described again (unless given: the facts of ``sources``).

    Raises:
        UnreadableInput: the folder holds no records, or ``out`` cannot be written.
    """
    found = sources or Sources.shipped()
    known = Known(found.ontology, [found.graph_data] if keep is None else keep)
    facts = records.read(folder)
    draft = Draft(facts, known, Documents(facts, known))
    nodes = convert(draft, progress)
    draft.report.files = writer.write(nodes, out, progress, known.kept)
    return draft.report


def convert(draft: Draft, progress: Progress = silent) -> list[Node]:
    """All records as checked nodes; the draft's report is complete after it."""
    corrections.apply(draft)
    for kind in records.KINDS:
        found = draft.facts.of(kind)
        for done, record in enumerate(found, start=1):
            progress(kind, done, len(found))
            if kind == "corrections":
                continue
            try:
                if kind == "notifications" and (into := notifications.merges(record)):
                    draft.merge(record, f"regroups {into}")
                else:
                    draft.put(record, CONVERTERS[kind](record, draft))
            except Rejected as reason:
                draft.reject(record, str(reason))
            except _MALFORMED as error:
                draft.reject(record, f"a field has another form than expected ({error})")
    return draft.finish()
