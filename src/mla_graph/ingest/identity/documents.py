"""Source documents and their publishers: one of each for every address that records name."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import (
    GENERAL_KNOWLEDGE,
    Node,
    code,
    day,
    page,
    properties,
    ref,
    slug,
)
from mla_graph.ingest.facts.nodes import text as worded
from mla_graph.ingest.facts.records import Facts, Record, Rejected
from mla_graph.ingest.facts.tables import rows
from mla_graph.model.errors import InvalidValue

_LONGEST: Final = 80
_FICHE = re.compile(r"/FichesBelgesDetail/([A-Za-z]{2})/([A-Z]\.\d+)/(\d+)(?:/|$)")
_OLD_FICHE = re.compile(r"/EJN_FichesBelges(?:Result|Detail)/([A-Za-z]{2})/(\d+)/(\d+)(?:/|$)")
_HOST = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})+\.?")
"""A name of a host; the dot at the end is that of the root (RFC 1034, section 3.1)."""
_WITHIN = re.compile(r"^(\S+)\s+\((.+)\)$")
_DATE = re.compile(r"\b\d{4}(-\d\d){0,2}\b")
_NUMBER = re.compile(r"(?:^|&)(?:mtdsg_no|NT|id|page)=([\w-]+)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PRECISIONS: Final = {4: "year", 7: "month", 10: "day"}


class Publisher(NamedTuple):
    """One line of the table of hosts."""

    host: str
    short: str
    agent: str
    name: str
    table: str


@cache
def publishers() -> dict[str, Publisher]:
    """Return the publishers by host without ``www.``."""
    return {row[0]: Publisher(*row) for row in rows("hosts")}


@dataclass(frozen=True)
class Address:
    """A source in a record: an address, then a place within it in brackets."""

    url: str
    within: str | None

    @classmethod
    def parse(cls, source: str) -> "Address":
        """Split and repair an address: scheme added, what an IRI cannot hold escaped.

        Raises:
            Rejected: not an address.
        """
        match = _WITHIN.match(source)
        url, within = (match[1], match[2]) if match else (source, None)
        if "://" not in url:
            url = f"https://{url}"
        url = quote(url, safe="%/:?#[]@!$&'()*+,;=~")
        try:
            page(url)
        except InvalidValue:
            raise Rejected(f"source {source!r} is no address") from None
        if not _HOST.fullmatch((urlsplit(url).hostname or "").rstrip(".")):
            raise Rejected(f"source {source!r} is no address")
        return cls(url, within)

    @property
    def host(self) -> str:
        """Return the host without ``www.``."""
        return (urlsplit(self.url).hostname or "").rstrip(".").removeprefix("www.")

    @property
    def identity(self) -> str:
        """Return the form that all spellings of one address share."""
        parts = urlsplit(self.url)
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        path = parts.path.rstrip("/")
        if self.host == "ejn-crimjust.europa.eu":
            path = path.removesuffix("/-1")
        return f"{self.host}{path}{query}{fragment} {self.within or ''}".strip()


@dataclass
class _Seen:
    address: Address
    dates: Counter[str] = field(default_factory=Counter)
    copies: set[str] = field(default_factory=set)
    retrieved: set[str] = field(default_factory=set)


class Documents:
    """The source documents of an import, each with a stable key.

    Keys are readable: host and words of the path, with a short hash only where two addresses
    would share one or the address is too long.
    """

    def __init__(self, facts: Facts, known: Known) -> None:
        """Collect all addresses first, so that the order of records does not count."""
        self._known = known
        self._states = {
            record.fields.get("ejn_country_id"): str(record.fields.get("state"))
            for record in facts.of("ejn-country-ids")
        }
        self._seen: dict[str, _Seen] = {}
        for record in facts.records:
            self._collect(record)
        kept = {}
        for url, iri in known.pages().items():
            with suppress(Rejected):  # no record can name what is no address
                kept[Address.parse(url).identity] = iri.rpartition("/")[2]
        self._keys = self._assign(kept)

    def key(self, source: str) -> str:
        """Return the key of the source document at an address.

        Raises:
            Rejected: not an address.
        """
        address = Address.parse(source)
        key = self._keys.get(address.identity)
        if key is None:
            raise Rejected(f"source {source!r} was not collected")
        return key

    def row(self, source: str, iso: str) -> str:
        """Return the place of a state in the list of parties on this host."""
        known = publishers().get(Address.parse(source).host)
        return f"{known.table}, row {iso}" if known and known.table else f"Parties: {iso}"

    def nodes(self, used: Iterable[str]) -> Iterator[Node]:
        """Make the documents with these keys and their publishers, without kept ones."""
        wanted = set(used)
        agents: dict[str, Node] = {}
        queue = sorted(key for key in wanted if key != GENERAL_KNOWLEDGE)
        by_key = {self._keys[identity]: seen for identity, seen in sorted(self._seen.items())}
        done: set[str] = set()
        while queue:
            key = queue.pop(0)
            if key in done or key not in by_key:
                continue
            done.add(key)
            seen = by_key[key]
            agent = self._agent(seen.address)
            agents.setdefault(agent.key, agent)
            copies = sorted(self.key(copy) for copy in seen.copies)
            queue += copies
            if not self._known.keeps(str(ref("source", key).value)):
                yield self._document(key, seen, agent.key, copies)
        yield from (
            agent
            for _, agent in sorted(agents.items())
            if not self._known.keeps(ref("agent", agent.key).value)
        )

    def _collect(self, record: Record) -> None:
        for source, main in _sources(record.fields):
            try:
                address = Address.parse(source)
            except Rejected:
                continue
            seen = self._seen.setdefault(address.identity, _Seen(address))
            if address.url < seen.address.url:
                seen.address = address
            if not main:
                continue
            if isinstance(read := record.fields.get("retrieved"), str) and _DAY.fullmatch(read):
                seen.retrieved.add(read)
            date = record.fields.get("last_reviewed") or record.fields.get("as_of")
            copy = record.fields.get("via")
            if isinstance(copy, str):
                if url := self._collect_copy(copy):
                    seen.copies.add(url)
                else:
                    record.changed(f"via {copy!r} is no address: left out")
            elif isinstance(date, str) and len(date) in _PRECISIONS:
                seen.dates[date] += 1

    def _collect_copy(self, copy: str) -> str | None:
        """Note the address of a copy with the day in its text; return the address."""
        url, _, about = copy.partition(" ")
        try:
            address = Address.parse(url)
        except Rejected:
            return None
        seen = self._seen.setdefault(address.identity, _Seen(address))
        if date := _DATE.search(about):
            seen.dates[date[0]] += 1
        return url

    def _assign(self, kept: dict[str, str]) -> dict[str, str]:
        """Give every address a key: of the kept document, else from its words."""
        plain: dict[str, list[str]] = defaultdict(list)
        for identity, seen in self._seen.items():
            if identity not in kept:
                plain[self._readable(identity, seen.address)].append(identity)
        taken = set(kept.values())
        keys = {identity: kept[identity] for identity in self._seen if identity in kept}
        for key, identities in plain.items():
            for identity in identities:
                short = len(key) <= _LONGEST and len(identities) == 1 and key not in taken
                keys[identity] = key if short else f"{slug(key, _LONGEST - 9)}-{_hash(identity)}"
        return keys

    def _readable(self, identity: str, address: Address) -> str:
        if fiche := self._fiche(identity):
            state, language, measure = fiche
            ending = "" if language == "en" else f"-{language}"
            return f"ejn-{state.lower()}-{measure.lower()}{ending}"
        known = publishers().get(address.host)
        parts = urlsplit(address.url)
        words = unquote(f"{parts.path} {parts.query} {parts.fragment} {address.within or ''}")
        short, path = known.short if known else slug(address.host), slug(words, 400)
        while path.startswith((f"{short}-", "www-")):
            path = path.partition("-")[2]
        return f"{short}-{path}".rstrip("-")

    def _fiche(self, identity: str) -> tuple[str, str, str] | None:
        """Return state, language and measure of a page of the European Judicial Network."""
        for pattern, prefix in ((_FICHE, ""), (_OLD_FICHE, "old-")):
            match = pattern.search(identity)
            if match and (state := self._states.get(match[3])):
                return state, match[1].lower(), f"{prefix}{match[2]}"
        return None

    def _document(self, key: str, seen: _Seen, agent: str, copies: list[str]) -> Node:
        date, precision = _one_date(seen.dates)
        title = self._title(seen.address)
        fiche = self._fiche(seen.address.identity)
        file = f"ejn-{fiche[0].lower()}" if fiche else agent
        values: dict[str, Any] = {
            "rdfs:label": worded(title),
            "dcterms:title": worded(title),
            "dcterms:publisher": ref("agent", agent),
            "skos:notation": code(key),
            "foaf:page": page(seen.address.url),
            # The last reading counts; where no record tells of one, there is no day.
            "mla:retrievedDate": day(max(seen.retrieved, default=None)),
            "mla:reviewedDate": day(date) if precision == "day" else None,
            "skos:note": worded(f"State of {date}.") if date and precision != "day" else None,
            "mla:readThrough": [ref("source", copy) for copy in copies],
        }
        return Node("source", key, "SourceDocument", f"sources/{file}", properties(values))

    def _title(self, address: Address) -> str:
        if fiche := self._fiche(address.identity):
            state, language, measure = fiche
            name = self._known.label("state", state.lower()) or state
            spoken = "" if language == "en" else f" ({language})"
            number = measure.removeprefix("old-")
            if number == measure:
                return f"Judicial cooperation measure {measure} in {name}{spoken}"
            return f"Fiches Belges, page {number} in the address, {name}{spoken}"
        known = publishers().get(address.host)
        parts = urlsplit(address.url)
        words = unquote(parts.path).strip("/")
        place = address.within or (words if len(words) <= 60 else f"…{words[-59:]}")
        named = _NUMBER.search(parts.query)
        ending = f", {named[0].strip('&')}" if named else ""
        return f"{known.name if known else address.host}: {place}{ending}".removesuffix(": ")

    def _agent(self, address: Address) -> Node:
        known = publishers().get(address.host)
        key = known.agent if known else slug(address.host)
        name = known.name if known else address.host
        site = urlsplit(address.url)
        values = {
            "rdfs:label": [worded(name, language) for language in ("en", "fr", "de")],
            "skos:notation": code(key),
            "foaf:page": page(f"{site.scheme}://{site.netloc}/"),
        }
        return Node("agent", key, "Agent", "agents", properties(values))


def _sources(fields: object) -> Iterator[tuple[str, bool]]:
    """Find every address in a record, and whether it is that of the whole record."""
    if isinstance(fields, dict):
        for name, value in fields.items():
            if isinstance(value, str) and value and _names_source(name):
                yield value, name == "source"
            elif isinstance(value, dict | list):
                yield from ((source, False) for source, _ in _sources(value))
        if fields.get("field") == "source" and isinstance(fields.get("new"), str):
            yield fields["new"], False
    elif isinstance(fields, list):
        for value in fields:
            yield from ((source, False) for source, _ in _sources(value))


def _names_source(name: str) -> bool:
    return name == "source" or name.endswith("_source") or name == "party_seen"


def _one_date(dates: Counter[str]) -> tuple[str | None, str | None]:
    """Return the date of a document on which its records agree, and its precision."""
    if len(dates) != 1:
        return None, None
    (date,) = dates
    return date, _PRECISIONS[len(date)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
