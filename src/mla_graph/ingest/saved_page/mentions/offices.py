"""Names of offices in a text: those of the graph, and others of the usual words."""

import re
from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.saved_page.names import Names

Place = tuple[int, int, set[str]]

_RANK: Final = (
    r"(?:public|state|federal|regional|district|county|local|general|supreme|high|higher|senior|"
    r"chief|principal|national|central|speciali[sz]ed|special|investigating|investigative|"
    r"examining|preliminary|pre-?trial|municipal|criminal|penal|circuit|territorial|provincial|"
    r"appeal|appellate|administrative|military|juvenile|first[\s-]instance|cassation|"
    r"investigation|metropolitan|presiding|judicial|single|nominated|custody|land|crown)"
)
_OF: Final = r"['’´`]?s?['’´`]?"
_COURT: Final = (
    r"(?:courts?|tribunals?)(?:\sof\s(?:appeals?|cassation|magistrates|first\sinstance|justice)"
    r"(?:\sand\sjustice)?)?"
)
_SEAT: Final = (
    rf"(?:\s(?:at|attached\sto|to|of)\s(?:the\s)?(?:(?:{_RANK}\s){{1,3}}{_COURT}|tribunals?"
    r"|courts?\sof\s(?:appeal|cassation|first\sinstance))(?:\sof\scassation(?:\sand\sjustice)?)?)"
)
_HEAD: Final = (
    r"(?:central\sauthority\sfor\s(?:international\s)?mutual\s(?:legal\s)?assistance"
    r"(?:,\s(?:department|ministry)\sof\sjustice)?|department\sof\sjustice"
    rf"|office\sof\sthe\s(?:{_RANK}\s){{0,2}}(?:prosecut\w{{2,4}}|attorney)(?:\sgeneral)?"
    rf"|(?:prosecutor|attorney)s?{_OF}(?:\sgeneral{_OF})?(?:\soffices?)?{_SEAT}?"
    rf"|prosecution\s(?:office|service|authority|department|authorities)s?{_SEAT}?"
    rf"|(?:president|council)\sof\sthe\s{_COURT}"
    rf"|director\sof\spublic\sprosecutions|{_COURT}|judges?(?:\sfor\spreliminary\sinvestigations?)?"
    rf"{_SEAT}?|magistrates?(?:['’´]?s?['’´]?\scourts?)?|police(?:\s(?:authority|districts?))?"
    r"|minist(?:ry|er)\sof\s(?:the\s)?(?:justice|interior|internal\saffairs)"
    r"(?:\sand\s(?:public\sorder|public\sadministration|security|digital\saffairs))?"
    r"|bureau\sof\sinvestigation|(?:pre-?trial\s)?investigation\sofficers?)"
)
_OFFICE = re.compile(
    rf"\b(?:{_RANK}\s){{0,4}}{_HEAD}(?:\sin\s(?-i:[A-Z])[\w-]{{2,20}})?(?!['’´\w])", re.IGNORECASE
)
_STAGE = re.compile(r"in\scourt\b", re.IGNORECASE)
"""A stage of the proceedings, no office."""

UNKNOWN: Final = "office/"
"""What stands for the key of an office that the graph does not have by this name."""


def offices(text: str, names: Names) -> Iterator[Place]:
    """Find the offices that a text names: where, and the keys of what is called so.

    Of two names in one place the longer counts, such as *district court* for *court*.
    """
    found: list[Place] = [*names.offices.find(text)]
    found += [(*match.span(), {UNKNOWN}) for match in _OFFICE.finditer(text)]
    found = [place for place in found if not _STAGE.match(text, max(0, place[0] - 3))]
    taken = bytearray(len(text))
    for start, end, keys in sorted(found, key=_rank):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield start, end, keys


def _rank(place: Place) -> tuple[int, bool]:
    start, end, keys = place
    return start - end, UNKNOWN in keys
