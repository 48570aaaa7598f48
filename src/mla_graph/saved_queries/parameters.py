"""RDF terms for the texts that a person writes for a parameter."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import AmbiguousValue, InvalidValue, UnknownValue
from mla_graph.model.names import Candidate
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term, date_term, integer_term, iri_term, language_term
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.lists import (
    LISTED_IN_FULL,
    Enumeration,
    enumeration,
    enumeration_path,
    value_of_code,
)
from mla_graph.store.interface import Store

TODAY: Final = "today"
MAX_VALUES: Final = 50
MAX_TEXT: Final = 500
MAX_IRI: Final = 2000
_KIND_AND_KEY = re.compile(r"[a-z][a-z0-9-]*/[^\s/][^\s]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and new line, and halves of characters."""


def today_utc() -> date:
    """Return the current day in UTC."""
    return datetime.now(UTC).date()


def terms(
    parameter: Parameter, texts: Sequence[str], store: Store | None, folder: Path, today: date
) -> tuple[Term, ...]:
    """Return the terms for the texts of a parameter, each once, in their order.

    `folder` holds the queries that enumerate values. Without a store what should be in such a
    list is taken as it was written.

    Raises:
        InvalidValue: a value has the wrong form, or there are too many of them.
        UnknownValue: a value is not in the parameter's list; names the nearest.
        AmbiguousValue: a text names several values; names them.
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


def _term(parameter: Parameter, text: str, store: Store | None, folder: Path, today: date) -> Term:
    _check_text(parameter, text)
    if parameter.enumeration is None:
        return plain_term(parameter, text, today)
    if store is None:
        return ox.Literal(text)
    path = enumeration_path(folder, parameter.enumeration)
    if alone := value_of_code(path, store, text):
        return alone.term
    listed = enumeration(path, store)
    found = listed.find(text)
    if not found and store.release_id is None:  # not a fixed release: it may have grown
        listed = enumeration(path, store, fresh=True)
        found = listed.find(text)
    if not found:
        raise _unknown(parameter, text, listed)
    if len(found) > 1:
        raise _ambiguous(parameter, text, listed.resolve(text))
    return found[0].term


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
    nearest = listed.nearest(text)
    if not nearest:
        rest = f"this graph has no values for {parameter.name} at all"
    elif len(listed.values) <= LISTED_IN_FULL:
        rest = f"valid values are {', '.join(one.key for one in nearest)}"
    else:
        rest = f"the nearest of {len(listed.values)} valid values are {_by_name(nearest)}"
    return UnknownValue(
        f"There is no {parameter.name} {_shown(text)!r}; {rest}. "
        f"It is the {_lower(parameter.description)}",
        parameter=parameter.name,
        value=_shown(text),
        nearest=[one.key for one in nearest],
    )


def _ambiguous(parameter: Parameter, text: str, nearest: Sequence[Candidate]) -> AmbiguousValue:
    return AmbiguousValue(
        f"{parameter.name} {_shown(text)!r} may be each of {_by_name(nearest)}; "
        "write the code of the one that is meant.",
        parameter=parameter.name,
        value=_shown(text),
        nearest=[one.key for one in nearest],
    )


def _by_name(candidates: Sequence[Candidate]) -> str:
    """Name what may have been meant as people know it, with the codes that can be written."""
    return ", ".join(
        one.key if one.label == one.key else f"{one.label} ({one.key})" for one in candidates
    )


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
