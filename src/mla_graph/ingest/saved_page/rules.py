"""Rules for the sections on availability, authorities, languages and periods."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from mla_graph.ingest.facts.nodes import duration, ref
from mla_graph.ingest.identity.authorities import authority_key
from mla_graph.ingest.saved_page.phrases import DOUBT, PERIOD, Sentence, framed, period_of
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    DEADLINE,
    EXECUTING,
    IMPLEMENTATION,
    LANGUAGES,
)

_AVAILABLE = re.compile(
    r"\s?(?P<word>yes|no|partly|partially|conditionally)\b\s?(?P<mark>[.,;:–-]|\n|$|(?=\())?",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\s?(?:but|if|only|provided|under|subject|with|when|where|on\scondition)\b", re.IGNORECASE
)
_COMMON = re.compile(r"\bcommonly\saccepted\b", re.IGNORECASE)
_URGENT = re.compile(r"\b(?:in|for)\s(?:cases?\sof\s)?urgen(?:t|cy)\b", re.IGNORECASE)
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
"""Words that leave the sense of a sentence on languages unchanged."""

_PERIOD = re.compile(PERIOD, re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:within|no\slater\sthan|not\slater\sthan|maximum\sof)\b", re.I)
_EVENTS: Final = {
    "recognition": re.compile(r"\brecogni[stz]\w+|\bdecision\son\s(?:the\s)?execution", re.I),
    "execution": re.compile(r"\b(?:execut\w+|carr(?:y|ied)\sout)\b", re.IGNORECASE),
    "transfer": re.compile(r"\b(?:transfer\w*|hand(?:ed|ing)?\sover)\b", re.IGNORECASE),
    "postponement": re.compile(r"\bpostpone\w*", re.IGNORECASE),
}
_ON_EITHER = re.compile(r"\bdecision\son\s(?:the\s)?recognition(?:\s(?:or|and)\sexecution)?", re.I)
_OTHER_EVENTS = re.compile(r"\b(?:appeal\w*|remed\w+|complain\w*|acknowledg\w*)\b", re.IGNORECASE)
_RECEIPT = re.compile(r"\b(?:of|from|after|following)\s(?:the\s|its\s)?receipts?\b", re.I)
_AS_A_RULE = re.compile(r"\b(?:as\sa\s(?:general\s)?rule|in\sprinciple|in\sgeneral)\b", re.I)
_LATER = re.compile(r"\bworking\b|\bbusiness\b", re.IGNORECASE)

_SENT_TO = re.compile(
    r"\b(?:addressed|sent|transmitted|submitted|forwarded)\s(?:directly\s)?to\s(?:the\s)?", re.I
)
_DONE_BY = re.compile(
    r"\b(?:executed\sby|carried\sout\sby|execution\s(?:of\sthe\s\w+\s)?by)\s(?:the\s)?",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:may|can|could|might|possible|also|or|other|another)\b", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\balternative\b", re.IGNORECASE)
_DECISION = re.compile(r"decision\son", re.IGNORECASE)
_GOES_ON = re.compile(r"\s(?:of|for|at)\b")
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"\b[A-Z]\.\d{1,2}\b")


def availability(reading: Reading) -> str:
    """Read the first words of the page; ``unknown`` where they leave it open."""
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


def alternatives(reading: Reading) -> list[str]:
    """Read measures by their code in a sentence on alternatives."""
    section, account = reading.page.section(IMPLEMENTATION), reading.account
    taken: list[str] = []
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
                taken.append(found)
                section.mark(sentence.start, sentence.end)
                account.took(IMPLEMENTATION, f"alternative {found}")
    return taken


def languages(reading: Reading) -> Iterator[Item]:
    """Read accepted languages from sentences without other content."""
    section, known = reading.page.section(LANGUAGES), reading.names.languages
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sentence, framework in framed(section.text):
        words = _WORD.findall(sentence.text.lower())
        named = [word for word in words if word in known]
        status = _language_status(sentence.text, len(named))
        others = [word for word in words if word not in known and word not in _NEUTRAL]
        if not named:
            continue
        if others or status is None or framework is None:
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
        (status,), (code, _) = statuses, known[word]
        reading.account.took(LANGUAGES, f"{code} {status} ({framework})")
        values = {"lang": code, "for": framework, "status": status, "part": f"{framework}-{code}"}
        yield item(LANGUAGES, values)


def _language_status(sentence: str, named: int) -> str | None:
    """Return the status that a sentence gives; None if unclear for ``named`` languages."""
    if _COMMON.search(sentence):
        return "commonly-accepted" if named == 1 else None
    if _URGENT.search(sentence):
        return "urgent-only" if named == 1 else None
    return "accepted"


def time_limits(reading: Reading) -> Iterator[Item]:
    """Read periods that govern one step each."""
    section = reading.page.section(DEADLINE)
    found: dict[str, list[tuple[Item, Sentence]]] = defaultdict(list)
    for sentence, framework in framed(section.text):
        periods = [period_of(match) for match in _PERIOD.finditer(sentence.text)]
        if not periods:
            continue
        event = _event(sentence.text)
        doubt = DOUBT.search(_WITHIN.sub(" ", sentence.text)) or _LATER.search(sentence.text)
        if len(periods) > 1 or event is None or doubt or framework is None:
            what = f"{', '.join(periods)}: for what or from when it counts"
            reading.account.left(DEADLINE, what)
            continue
        values = {
            "for": event,
            "value": periods[0],
            "note": _EVENT_LABELS[event],
            "scope": framework,
            "modality": _modality(sentence.text),
            "starts": "receipt" if _RECEIPT.search(sentence.text) else None,
            "part": f"{framework}-{event}",
        }
        found[f"{framework}-{event}"].append((item(DEADLINE, values), sentence))
    for name, places in found.items():
        if len(places) > 1:
            reading.account.left(DEADLINE, f"several periods for {name}")
            continue
        limit, sentence = places[0]
        section.mark(sentence.start, sentence.end)
        reading.account.took(DEADLINE, f"{duration(limit['value']).value} for {name}")
        yield limit


_EVENT_LABELS: Final = {
    "recognition": "Decision on recognition or execution",
    "execution": "Execution",
    "transfer": "Transfer of what was gathered",
    "postponement": "Postponement",
}


def _event(sentence: str) -> str | None:
    """Return the one step that a sentence names."""
    if _OTHER_EVENTS.search(sentence):
        return None
    either = _ON_EITHER.search(sentence)
    rest = _ON_EITHER.sub(" ", sentence)
    events = {name for name, pattern in _EVENTS.items() if pattern.search(rest)}
    if either:
        events.add("recognition")
    if events == {"recognition", "execution"} and _DECISION.search(rest):
        events = {"recognition"}
    return events.pop() if len(events) == 1 else None


def competences(reading: Reading) -> dict[str, list[Item]]:
    """Read who receives and who executes, where a sentence names one known office."""
    section = reading.page.section(AUTHORITY)
    found: dict[str, list[Item]] = {"receive": [], "execute": []}
    taken: set[tuple[str, str, str]] = set()
    executing = section.text.find(EXECUTING)
    for sentence, framework in framed(section.text):
        if sentence.start == executing:
            section.mark(sentence.start, sentence.end)
            continue
        default = "execute" if 0 <= executing < sentence.start else "receive"
        for role, office in _offices(reading, sentence.text, default if framework else None):
            doubt = DOUBT.search(sentence.text) or _OPEN.search(sentence.text)
            if office is None or framework is None or doubt:
                what = office.name if office else "an office that the graph does not know"
                reading.account.left(AUTHORITY, f"{what} ({role}): for what or under what terms")
                continue
            mark = (framework, role, office.key or authority_key(reading.iso, office.name))
            if mark in taken:
                continue
            taken.add(mark)
            section.mark(sentence.start, sentence.end)
            reading.account.took(AUTHORITY, f"{office.name}: {role} ({framework})")
            values = {
                "name": office.name if office.key else office.name.lower(),
                "key": office.key,
                "type": office.type,
                "scope": framework,
                "modality": _modality(sentence.text),
            }
            found[role].append(item(AUTHORITY, values))
    return {"receiving_authorities": found["receive"], "executing_authorities": found["execute"]}


class _Office(NamedTuple):
    """An office on the page, with its key in the graph, or its type if new."""

    name: str
    key: str | None
    type: str | None


def _offices(
    reading: Reading, sentence: str, default: str | None
) -> Iterator[tuple[str, _Office | None]]:
    """Find offices with their roles; a line that is an office alone has the default role."""
    alone = _office(reading, sentence.strip(" .*•-"), whole=True)
    if alone and default:
        yield default, alone
        return
    for role, pattern in (("receive", _SENT_TO), ("execute", _DONE_BY)):
        for match in pattern.finditer(sentence):
            yield role, _office(reading, sentence[match.end() :])


def _office(reading: Reading, text: str, *, whole: bool = False) -> _Office | None:
    """Return the office that a text begins with, or is if ``whole``."""
    lowered, names = text.lower(), reading.names
    for name in names.office_names:
        if not (lowered == name if whole else _begins(lowered, name)):
            continue
        if not whole and _GOES_ON.match(lowered, len(name)):
            return None
        key = names.offices.get(name)
        return _Office(text[: len(name)], key, None if key else names.office_types[name])
    return None


def _begins(text: str, name: str) -> bool:
    following = text[len(name) : len(name) + 1]
    return text.startswith(name) and not (following.isalnum() or following == "_")


def _modality(sentence: str) -> str | None:
    return "as-a-rule" if _AS_A_RULE.search(sentence) else None
