"""RDF terms for the texts that a person writes for a parameter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from mla_graph.model.errors import InvalidValue, UnknownValue
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term, date_term, integer_term, iri_term, language_term
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.template import sparql
from mla_graph.store.interface import Store

TODAY: Final = "today"
MAX_VALUES: Final = 50
MAX_TEXT: Final = 500
MAX_IRI: Final = 2000
LISTED_IN_FULL: Final = 12
"""A list of up to so many values is named in full when a value is not in it."""
CLOSE: Final = 60
"""Likeness, of 100, from which a name may be what was meant."""

_KIND_AND_KEY = re.compile(r"[a-z][a-z0-9-]*/[^\s/][^\s]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and new line, and halves of characters."""


@dataclass(frozen=True)
class Value:
    """One value of a list: the term that is bound, its code, and its labels."""

    term: Term
    code: str
    labels: tuple[str, ...]


class Enumeration:
    """The values of a parameter in the graph, in the order of their query."""

    def __init__(self, values: Sequence[Value]) -> None:
        self.values = tuple(values)
        self._by_iri = {v.term.value: v for v in values if isinstance(v.term, ox.NamedNode)}
        self._by_code: dict[str, Value] = {}
        for value in values:
            self._by_code.setdefault(value.code.casefold(), value)

    def find(self, text: str) -> Value | None:
        """Return the value with this code, in any case, or with this full IRI."""
        return self._by_code.get(text.casefold()) or self._by_iri.get(text)

    def nearest(self, text: str) -> list[str]:
        """Return the codes of the closest values, or all codes if they are few."""
        if len(self.values) <= LISTED_IN_FULL:
            return [value.code for value in self.values]
        codes: dict[str, str] = {}
        for value in self.values:
            for name in (value.code, *value.labels):
                codes.setdefault(name.casefold(), value.code)
        wanted = text.casefold()[:60]
        names = sorted(codes, reverse=True)  # of equals the last, which is as good as any
        found = process.extract(wanted, names, scorer=fuzz.ratio, limit=20)
        close = [name for name, score, _ in found if score >= CLOSE] or [name for name, *_ in found]
        close.sort(key=lambda name: name[:1] != wanted[:1])  # the first letter is rarely the slip
        return list(dict.fromkeys(codes[name] for name in close))[:5]


_enumerations: WeakKeyDictionary[Store, dict[Path, Enumeration]] = WeakKeyDictionary()
_found_alone: WeakKeyDictionary[Store, dict[tuple[Path, str], Value]] = WeakKeyDictionary()


def enumeration(path: Path, store: Store, *, fresh: bool = False) -> Enumeration:
    """Return the list of the query in this file; `fresh` asks the store again.

    The query selects `?value`, `?code` and `?label`; several rows of one value give its labels.

    Raises:
        StoreUnavailable: the store does not answer.
        LimitReached: the store gave up on the query.
    """
    known = _enumerations.get(store)
    if known is None:
        known = _enumerations.setdefault(store, {})
    found = None if fresh else known.get(path)
    if found is None:
        found = known[path] = _read(path, store)
    return found


@cache
def enumeration_path(folder: Path, name: str) -> Path:
    """Return the file of the query that lists values under this name."""
    return folder / f"{name}.rq"


def _alone(path: Path, store: Store, text: str) -> Value | None:
    """Look up exactly this code, without its list, which grows with the graph.

    None if the list was read already, or if the text is not a code in this very spelling.
    """
    if path in _enumerations.setdefault(store, {}):
        return None
    known = _found_alone.setdefault(store, {})
    if (path, text) not in known:
        only = f"\nVALUES ?code {{ {sparql([ox.Literal(text)])} }}"
        value = _read(path, store, only).find(text)
        if value is None:
            return None
        known[path, text] = value
    return known[path, text]


def _read(path: Path, store: Store, only: str = "") -> Enumeration:
    found: dict[Term, tuple[str, list[str]]] = {}
    for row in store.select(path.read_text("utf-8") + only):
        value, code, label = row["value"], row["code"], row["label"]
        assert isinstance(value, ox.NamedNode | ox.Literal) and isinstance(code, ox.Literal)
        _, labels = found.setdefault(value, (code.value, []))
        if isinstance(label, ox.Literal) and label.value not in labels:
            labels.append(label.value)
    return Enumeration([Value(term, code, tuple(ls)) for term, (code, ls) in found.items()])


def today_utc() -> date:
    """Return the current day in UTC."""
    return datetime.now(UTC).date()


def terms(
    parameter: Parameter, texts: Sequence[str], store: Store, folder: Path, today: date
) -> tuple[Term, ...]:
    """Return the terms for the texts of a parameter, each once, in their order.

    `folder` holds the queries that enumerate values.

    Raises:
        InvalidValue: a value has the wrong form, or there are too many of them.
        UnknownValue: a value is not in the parameter's list; names the nearest.
        StoreUnavailable, LimitReached: the list could not be read from the store.
    """
    if len(texts) > 1 and not parameter.list:
        raise InvalidValue(
            f"The parameter {parameter.name} was given {len(texts)} times; it takes one value.",
            parameter=parameter.name,
        )
    if len(texts) > MAX_VALUES:
        raise InvalidValue(
            f"The parameter {parameter.name} has {len(texts)} values; "
            f"it takes at most {MAX_VALUES}.",
            parameter=parameter.name,
        )
    if len(texts) == 1:
        return (_term(parameter, texts[0], store, folder, today),)
    found = (_term(parameter, text, store, folder, today) for text in texts)
    return tuple(dict.fromkeys(found))


def _term(parameter: Parameter, text: str, store: Store, folder: Path, today: date) -> Term:
    _check_text(parameter, text)
    if parameter.enumeration is None:
        return plain_term(parameter, text, today)
    path = enumeration_path(folder, parameter.enumeration)
    if alone := _alone(path, store, text):
        return alone.term
    listed = enumeration(path, store)
    value = listed.find(text)
    if value is None and store.release_id is None:  # not a fixed release: it may have grown
        listed = enumeration(path, store, fresh=True)
        value = listed.find(text)
    if value is None:
        raise _unknown(parameter, text, listed)
    return value.term


def plain_term(parameter: Parameter, text: str, today: date) -> Term:
    """Return the term for a value without a list.

    Raises:
        InvalidValue: the value has the wrong form.
    """
    match parameter.type:
        case "date":
            term = date_term(today.isoformat() if text == TODAY else text, parameter.name)
            _check_day(parameter, term.value, today)
            return term
        case "integer":
            return integer_term(text, parameter.name)
        case "lang":
            return language_term(text, parameter.name)
        case "iri":
            full = MLAD + text if _KIND_AND_KEY.fullmatch(text) else text
            return iri_term(full, parameter.name)
        case _:
            return ox.Literal(text)


def _check_day(parameter: Parameter, day: str, today: date) -> None:
    first, last = parameter.earliest, None
    if parameter.latest_years is not None:
        last = f"{today.year + parameter.latest_years}{today.isoformat()[4:]}"
    if (first and day < first) or (last and day > last):
        bounds = " ".join(
            [*([f"from {first}"] if first else ()), *([f"to {last}"] if last else ())]
        )
        raise InvalidValue(
            f"{parameter.name} is {day}; the graph answers for days {bounds}.",
            parameter=parameter.name,
        )


def _check_text(parameter: Parameter, text: str) -> None:
    limit = MAX_TEXT if parameter.type != "iri" else MAX_IRI
    if not text.strip():
        expected = "empty; leave the parameter out if no value is meant"
        if parameter.required:
            expected = "empty; it needs a value"
    elif len(text) > limit:
        expected = f"{len(text)} characters long; it may have at most {limit}"
    elif _CONTROL.search(text):
        expected = f"{text[:MAX_TEXT]!r}; it should be text without control characters"
    else:
        return
    raise InvalidValue(f"{parameter.name} is {expected}.", parameter=parameter.name)


def _unknown(parameter: Parameter, text: str, listed: Enumeration) -> UnknownValue:
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    nearest = listed.nearest(text)
    if not nearest:
        rest = f"this graph has no values for {parameter.name} at all"
    elif len(listed.values) <= LISTED_IN_FULL:
        rest = f"valid values are {', '.join(nearest)}"
    else:
        rest = f"the nearest of {len(listed.values)} valid values are {', '.join(nearest)}"
    return UnknownValue(
        f"There is no {parameter.name} {shown!r}; {rest}. "
        f"It is the {_lower(parameter.description)}",
        parameter=parameter.name,
        value=shown,
        nearest=nearest,
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
