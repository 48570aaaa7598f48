"""The other sections: availability, languages, time limits, authorities, alternatives."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from mla_graph.ingest.facts.nodes import Node, by_the_hour, duration, ref, text
from mla_graph.ingest.identity.authorities import authority, authority_key
from mla_graph.ingest.saved_page.parts import Reading
from mla_graph.ingest.saved_page.phrases import DOUBT, PERIOD, Sentence, framed, period_of
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    DEADLINE,
    EXECUTING,
    IMPLEMENTATION,
    LANGUAGES,
)

_AVAILABLE = re.compile(
    r"\s*(?P<word>yes|no|partly|partially|conditionally)\b\s*(?P<mark>[.,;:–-]|\n|$|(?=\())?",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\s*(?:but|if|only|provided|under|subject|with|when|where|on\s+condition)\b", re.IGNORECASE
)
_COMMON = re.compile(r"\bcommonly\s+accepted\b", re.IGNORECASE)
_URGENT = re.compile(r"\b(?:in|for)\s+(?:cases?\s+of\s+)?urgen(?:t|cy)\b", re.IGNORECASE)
_NEUTRAL: Final = frozenset(
    {
        "a", "accepted", "accompanied", "all", "also", "an", "and", "annex", "annexes", "any",
        "are", "as", "assistance", "attached", "be", "by", "case", "cases", "certificate",
        "certificates", "commonly", "documents", "eio", "eios", "either", "english", "european",
        "execution", "for", "form", "freezing", "in", "into", "investigation", "is", "it",
        "language", "languages", "legal", "letter", "letters", "mla", "must", "mutual", "of",
        "official", "one", "only", "or", "order", "orders", "request", "requests", "rogatory",
        "shall", "should", "the", "their", "they", "to", "translate", "translated", "translation",
        "translations", "urgency", "urgent", "with", "written",
    }
)  # fmt: skip
"""What a sentence on languages may say besides their names without changing its sense."""

_PERIOD = re.compile(PERIOD, re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:within|no\s+later\s+than|not\s+later\s+than|maximum\s+of)\b", re.I)
_EVENTS: Final = {
    "recognition": re.compile(r"\brecogni[stz]\w+|\bdecision\s+on\s+(?:the\s+)?execution", re.I),
    "execution": re.compile(r"\b(?:execut\w+|carr(?:y|ied)\s+out)\b", re.IGNORECASE),
    "transfer": re.compile(r"\b(?:transfer\w*|hand(?:ed|ing)?\s+over)\b", re.IGNORECASE),
    "postponement": re.compile(r"\bpostpone\w*", re.IGNORECASE),
}
_ON_EITHER = re.compile(
    r"\bdecision\s+on\s+(?:the\s+)?recognition(?:\s+(?:or|and)\s+execution)?", re.I
)
_OTHER_EVENTS = re.compile(r"\b(?:appeal\w*|remed\w+|complain\w*|acknowledg\w*)\b", re.IGNORECASE)
_RECEIPT = re.compile(r"\b(?:of|from|after|following)\s+(?:the\s+|its\s+)?receipts?\b", re.I)
_AS_A_RULE = re.compile(r"\b(?:as\s+a\s+(?:general\s+)?rule|in\s+principle|in\s+general)\b", re.I)
_LATER = re.compile(r"\bworking\b|\bbusiness\b", re.IGNORECASE)

_SENT_TO = re.compile(
    r"\b(?:addressed|sent|transmitted|submitted|forwarded)\s+(?:directly\s+)?to\s+(?:the\s+)?", re.I
)
_DONE_BY = re.compile(
    r"\b(?:executed\s+by|carried\s+out\s+by|execution\s+(?:of\s+the\s+\w+\s+)?by)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:may|can|could|might|possible|also|or|other|another)\b", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\balternative\b", re.IGNORECASE)
_Office = tuple[str, str, list[Node]]
"""The name of an office as the page has it, its key, and its node if it is new."""

_CODE = re.compile(r"\b[A-Z]\.\d{1,2}\b")


def availability(reading: Reading) -> str:
    """What the first words of the page say; ``unknown`` where they leave it open."""
    section = reading.page.section(IMPLEMENTATION)
    match = _AVAILABLE.match(section.text)
    if match is None:
        reading.account.left(IMPLEMENTATION, "whether the measure can be had")
        return "unknown"
    word, rest = match["word"].lower(), section.text[match.end() :]
    limited = _LIMITED.match(rest)
    found = None
    goes_on = match["mark"] in (None, ",", ";", "–", "-")
    if word.endswith("ly") or (word == "yes" and limited and goes_on):
        found = "conditional"
    elif match["mark"] is not None and not limited and not DOUBT.match(rest.lstrip()):
        found = word
    if found is None:
        reading.account.left(IMPLEMENTATION, f"whether the measure can be had, after {word!r}")
        return "unknown"
    section.mark(*match.span())
    reading.account.took(IMPLEMENTATION, f"availability {found}")
    return found


def alternatives(reading: Reading) -> Iterator[Node]:
    """Measures by their code in a sentence on alternatives."""
    section, account = reading.page.section(IMPLEMENTATION), reading.account
    taken: set[str] = set()
    for sentence, _ in framed(section.text):
        codes = [found for found in _CODE.findall(sentence.text) if found != reading.measure]
        if not codes:
            continue
        certain = _ALTERNATIVE.search(sentence.text) and not DOUBT.search(sentence.text)
        for found in codes:
            if not certain:
                account.left(IMPLEMENTATION, f"{found} is named; as what was not read")
            elif not reading.names.known.describes(ref("measure", found.lower()).value):
                account.left(IMPLEMENTATION, f"{found} is no measure of the catalogue")
            elif found not in taken:
                taken.add(found)
                section.mark(sentence.start, sentence.end)
                account.took(IMPLEMENTATION, f"alternative {found}")
                values = {"mla:namesMeasure": ref("measure", found.lower())}
                yield reading.part(
                    "alternative", found.lower(), "Alternative", values, IMPLEMENTATION
                )


def languages(reading: Reading) -> Iterator[Node]:
    """Accepted languages, from sentences that say nothing else."""
    section, known = reading.page.section(LANGUAGES), reading.names.languages
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sentence, framework in framed(section.text):
        words = re.findall(r"[^\W\d_]+", sentence.text.lower())
        named = [word for word in words if word in known]
        status = "accepted"
        if _COMMON.search(sentence.text):
            status = "commonly-accepted"
        elif _URGENT.search(sentence.text):
            status = "urgent-only" if len(named) == 1 else "?"
        others = [word for word in words if word not in known and word not in _NEUTRAL]
        mixed = status == "commonly-accepted" and len(named) > 1
        if not named:
            continue
        if others or mixed or status == "?" or framework is None:
            why = "for which requests" if framework is None and not others else "under what terms"
            reading.account.left(LANGUAGES, f"{', '.join(dict.fromkeys(named))}: {why}")
            continue
        section.mark(sentence.start, sentence.end)
        for word in named:
            found[framework, word].add(status)
    for (framework, word), statuses in found.items():
        if len(statuses) > 1:
            reading.account.left(LANGUAGES, f"{word} ({framework}): said in two ways")
            continue
        (status,) = statuses
        code, term = known[word]
        reading.account.took(LANGUAGES, f"{code} {status} ({framework})")
        values = {
            "mla:acceptsLanguage": term,
            "mla:hasFramework": ref("framework", framework),
            "mla:hasLanguageStatus": ref("language-status", status),
        }
        yield reading.part(
            "language-rule", f"{framework}-{code}", "LanguageRule", values, LANGUAGES
        )


def time_limits(reading: Reading) -> Iterator[Node]:
    """Periods, each with the one step that it governs."""
    section = reading.page.section(DEADLINE)
    found: dict[str, list[tuple[dict[str, Any], Sentence]]] = defaultdict(list)
    for sentence, framework in framed(section.text):
        periods = list(_PERIOD.finditer(sentence.text))
        if not periods:
            continue
        told = ", ".join(period_of(period) for period in periods)
        event = _event(sentence.text)
        doubt = DOUBT.search(_WITHIN.sub(" ", sentence.text)) or _LATER.search(sentence.text)
        if len(periods) > 1 or event is None or doubt or framework is None:
            reading.account.left(DEADLINE, f"{told}: for what or from when it counts")
            continue
        values: dict[str, Any] = {
            "rdfs:label": text(_EVENT_LABELS[event]),
            "mla:hasEvent": ref("time-limit-event", event),
            "mla:hasFramework": ref("framework", framework),
            "mla:hasModality": _modality(sentence.text),
            "mla:startsOn": ref("start-event", "receipt")
            if _RECEIPT.search(sentence.text)
            else None,
            "mla:value": duration(period_of(periods[0])),
            "mla:hasUnit": by_the_hour(period_of(periods[0])),
        }
        found[f"{framework}-{event}"].append((values, sentence))
    for name, said in found.items():
        if len(said) > 1:
            reading.account.left(DEADLINE, f"several periods for {name}")
            continue
        values, sentence = said[0]
        section.mark(sentence.start, sentence.end)
        reading.account.took(DEADLINE, f"{values['mla:value'].value} for {name}")
        yield reading.part("time-limit", name, "TimeLimit", values, DEADLINE)


_EVENT_LABELS: Final = {
    "recognition": "Decision on recognition or execution",
    "execution": "Execution",
    "transfer": "Transfer of what was gathered",
    "postponement": "Postponement",
}


def _event(said: str) -> str | None:
    """The one step that a sentence names."""
    if _OTHER_EVENTS.search(said):
        return None
    either = _ON_EITHER.search(said)
    rest = _ON_EITHER.sub(" ", said)
    events = {name for name, pattern in _EVENTS.items() if pattern.search(rest)}
    if either:
        events.add("recognition")
    if events == {"recognition", "execution"} and re.search(r"decision\s+on", rest, re.I):
        events = {"recognition"}
    return events.pop() if len(events) == 1 else None


def competences(reading: Reading) -> Iterator[Node]:
    """Who receives and who executes, where a sentence names one office that the graph knows."""
    section = reading.page.section(AUTHORITY)
    taken: set[str] = set()
    executing = section.text.find(EXECUTING)
    for sentence, framework in framed(section.text):
        if sentence.start == executing:
            section.mark(sentence.start, sentence.end)
            continue
        role_here = "execute" if 0 <= executing < sentence.start else "receive"
        alone = _office(reading, sentence.text.strip(" .*•-"), whole=True)
        if alone and framework:
            cues: list[tuple[str, _Office | None]] = [(role_here, alone)]
        else:
            cues = [
                (role, _office(reading, sentence.text[match.end() :]))
                for role, pattern in (("receive", _SENT_TO), ("execute", _DONE_BY))
                for match in pattern.finditer(sentence.text)
            ]
        for role, office in cues:
            doubt = DOUBT.search(sentence.text) or _OPEN.search(sentence.text)
            if office is None or framework is None or doubt:
                told = office[0] if office else "an office that the graph does not know"
                reading.account.left(AUTHORITY, f"{told} ({role}): for what or under what terms")
                continue
            name, key, nodes = office
            part = f"{framework}-{role}-{key.partition('-')[2]}"
            if part in taken:
                continue
            taken.add(part)
            yield from nodes
            section.mark(sentence.start, sentence.end)
            reading.account.took(AUTHORITY, f"{name}: {role} ({framework})")
            values = {
                "mla:hasRole": ref("authority-role", role),
                "mla:heldBy": ref("authority", key),
                "mla:hasFramework": ref("framework", framework),
                "mla:hasModality": _modality(sentence.text),
            }
            yield reading.part("competence", part, "Competence", values, AUTHORITY)


def _office(reading: Reading, said: str, *, whole: bool = False) -> _Office | None:
    """The office that a text begins with (or is): its name, its key, its node if it is new."""
    lowered = said.lower()
    names = reading.names
    for name in sorted({*names.offices, *names.office_types}, key=lambda name: (-len(name), name)):
        if not (lowered == name if whole else re.match(rf"{re.escape(name)}\b", lowered)):
            continue
        if not whole and re.match(r"\s+(?:of|for|at)\b", lowered[len(name) :]):
            return None
        if key := names.offices.get(name):
            return said[: len(name)], key, []
        node = authority(reading.iso, name, names.office_types[name], reading.at(AUTHORITY))
        return said[: len(name)], authority_key(reading.iso, name), [node]
    return None


def _modality(said: str) -> Any:
    return ref("modality", "as-a-rule") if _AS_A_RULE.search(said) else None
