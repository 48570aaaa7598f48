"""The answers of a dossier by bundle and question."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from mla_graph.dossier.model import Answer, Bundle, Essentials, Topic, Warning
from mla_graph.dossier.rows import proviso
from mla_graph.dossier.speech import duration

_IN_TEXT: Final = 3
"""Most answers that decide in the text of a topic."""

TOPICS: Final[dict[str, str]] = {
    "basis": "basis",
    "authority": "authority",
    "channel": "channel",
    "language": "language",
    "form": "form",
    "content": "content",
    "issuing": "issuing",
    "time-limit": "timeLimit",
    "dual-criminality": "dualCriminality",
    "refusal": "refusal",
    "cost": "cost",
    "formality": "formality",
    "specialty": "specialty",
    "confidentiality": "confidentiality",
    "remedies": "remedies",
    "alternative": "alternative",
}
"""The member of a bundle for each question."""


def essentials(answers: Sequence[Answer], beware: list[Warning]) -> Essentials:
    """Sort the answers by bundle and question."""
    rows: dict[str, dict[str, list[Answer]]] = {}
    for answer in answers:
        rows.setdefault(answer.bundle, {}).setdefault(TOPICS[answer.question], []).append(answer)
    bundles = [
        Bundle(
            bundle=bundle,
            basisStatus=_head_status(topics, bundle),
            **{name: _topic(topics.get(name)) for name in TOPICS.values()},
        )
        for bundle, topics in rows.items()
    ]
    first = {
        field.name: getattr(bundles[0], field.name) if bundles else None for field in fields(Bundle)
    }
    return Essentials(**first, bundles=bundles, beware=beware)


def _head_status(topics: Mapping[str, list[Answer]], bundle: str) -> str | None:
    found = (row.basisStatus for rows in topics.values() for row in rows if row.basis == bundle)
    return next(found, None)


def _topic(found: list[Answer] | None) -> Any:
    """Put all on one question together; None without a row."""
    if not found:
        return None
    alike = [row for row in found if row.stands == found[0].stands]
    answers = [row for row in alike if not row.appliesIf] or alike
    shown = list(dict.fromkeys(map(_in_words, answers)))[:_IN_TEXT]
    return Topic(
        status=found[0].status,
        text="; ".join(shown),
        rows=found,
        references=found[0].references,
        confidence=found[0].confidence,
    )


def _in_words(answer: Answer) -> str:
    """Write the answer in a few words; the words of a rule contain its period."""
    label = (answer.label or "").removesuffix(".")
    if proviso(answer):
        label += f" ({proviso(answer)})"
    period = answer.layer != "instrument" and answer.question == "time-limit" and answer.value
    return f"{label}: {duration(answer.value)}" if period and answer.value is not None else label
