"""A saved page as one record of the kind ``fiches``, marked unsure."""

from typing import Any, Final

from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.facts.records import Facts, Record
from mla_graph.ingest.saved_page.bases import legal_framework
from mla_graph.ingest.saved_page.phrases import one_day
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.rules import (
    competences,
    implementation,
    languages,
    time_limits,
)
from mla_graph.ingest.saved_page.sections import CODE, IMPLEMENTATION, SECTIONS
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import date_term

_SITE: Final = "https://www.ejn-crimjust.europa.eu/ejn2021/FichesBelgesDetail/EN"
_REVIEW: Final = "Last reviewed on"
_MARK: Final = (
    "Draft that a rule read from a saved page: check every statement against the page, complete "
    "what is missing, set the confidence and the status of the page, then delete this note."
)
_OLD: Final = (
    "The page is one of the old catalogue, or has its layout: look for a newer one, and set the "
    "status of the page to outdated or superseded where it is."
)
_NO_ADDRESS: Final = (
    "the page has no address, so that the draft names general knowledge: name the page instead"
)


def facts_of(reading: Reading, file: str) -> Facts:
    """Read a page by rule into a record; what was not read is open for a curator."""
    number = min(reading.names.known.values("state", reading.iso.lower(), _NUMBER), default=None)
    fields: dict[str, Any] = {
        "state": reading.iso,
        "measure": reading.measure,
        "confidence": "unsure",
        "section": IMPLEMENTATION,
        "source": _source(reading, number),
        "old_code": reading.page.old_number,
        **implementation(reading),
        **_review(reading),
        **legal_framework(reading),
        **competences(reading),
        "languages": list(languages(reading)),
        "deadlines": list(time_limits(reading)),
    }
    _report_rest(reading)
    unread = (f"Section {name!r}: {what}." for name, what in reading.account.unread)
    fields["open"] = [_MARK, *([_OLD] if reading.page.old else []), *unread]
    numbered = {"state": reading.iso, "ejn_country_id": number}
    return Facts([Record("fiches", file, 1, fields), Record("ejn-country-ids", file, 1, numbered)])


_NUMBER: Final = "mla:ejnCountryNumber"


def _source(reading: Reading, number: str | None) -> str | None:
    """Return the address of the page: as in the graph, else made of measure and state."""
    if reading.page.old:
        if reading.page.address is None:
            reading.account.left("Source", _NO_ADDRESS)
        return reading.page.address
    kept = reading.names.known.value("source", f"ejn-{reading.key}", "foaf:page")
    if kept is None and number is None:
        reading.account.left("Source", "the graph has no number for the state to make an address")
        return None
    return kept or f"{_SITE}/{reading.measure}/{number}/-1"


def _review(reading: Reading) -> dict[str, str | None]:
    """Read the day and the agent of the last review, where the page has one."""
    found = dict.fromkeys(reading.page.reviewed)
    if len(found) != 1:
        reading.account.left(_REVIEW, "several reviews" if found else "no day of a review")
        return {}
    ((written, reviewer),) = found
    agent = reading.names.agent(reviewer) if reviewer else None
    date = _review_day(reading, written)
    if agent:
        reading.account.took(_REVIEW, f"reviewer agent/{agent}")
    elif reviewer:
        reading.account.left(_REVIEW, f"{reviewer[:60]} is no agent of the graph")
    return {"last_reviewed": date, "reviewed_by": agent}


def _review_day(reading: Reading, written: str) -> str | None:
    """Read the day of the last review and compare it with the graph."""
    date = one_day(written)
    try:
        date_term(date or "")
    except InvalidValue:
        reading.account.left(_REVIEW, "the day is none of the calendar")
        return None
    reading.account.took(_REVIEW, f"day {date}")
    kept = reading.names.known.values("source", f"ejn-{reading.key}", "mla:reviewedDate")
    if kept and date not in kept:
        what = f"the source document in the graph is of {', '.join(sorted(kept))}: correct it"
        reading.account.left(_REVIEW, what)
    return date


def _report_rest(reading: Reading) -> None:
    """Report how much of each section was not read, the unknown ones by name."""
    account = reading.account
    for name in SECTIONS:
        section = reading.page.sections.get(name)
        if section is None:
            account.left(name, "the page has no such section")
        elif words := section.unread_words():
            account.left(name, f"text that was not read: {_counted(words)}")
    for section in reading.page.unknown:
        unread = _counted(section.unread_words())
        account.left(section.name, f"unknown heading, its text was not read: {unread}")
    known = reading.names.known.values("measure", reading.measure.lower(), "mla:hasNextMeasure")
    for following in sorted(set(CODE.findall("\n".join(reading.page.following)))):
        if ref("measure", following.lower()).value in known:
            account.took("Next measure", f"{following}, as in the graph")
        else:
            what = f"{following}, not so in the graph: check the catalogue"
            account.left("Next measure", what)


def _counted(words: int) -> str:
    return "1 word" if words == 1 else f"{words} words"
