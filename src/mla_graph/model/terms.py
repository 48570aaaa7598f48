"""RDF terms from what people write, and the one lexical form of a value."""

import re
from typing import Final

import pyoxigraph as ox

from mla_graph.model.days import TwoDays, day_of
from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import XSD

Term = ox.NamedNode | ox.Literal

XSD_DATE: Final = ox.NamedNode(f"{XSD}date")
XSD_INTEGER: Final = ox.NamedNode(f"{XSD}integer")
XSD_STRING: Final = ox.NamedNode(f"{XSD}string")

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)


def _invalid(name: str, value: str, expected: str) -> InvalidValue:
    return InvalidValue(
        f"{name} is {value!r}; it should be {expected}.", parameter=name, value=value
    )


def date_term(value: str, name: str = "the value") -> ox.Literal:
    """Make an xsd:date of a day as people write it, such as 2024-05-01 or 1.5.2024.

    Raises:
        InvalidValue: it is no day of the calendar, or may be one of two.
    """
    try:
        day = day_of(value)
    except TwoDays as error:
        raise _invalid(name, value, f"{error}, whichever is meant") from None
    except ValueError:
        raise _invalid(name, value, "a date such as 2024-05-01") from None
    return ox.Literal(day.isoformat(), datatype=XSD_DATE)


def integer_term(value: str, name: str = "the value") -> ox.Literal:
    """Make an xsd:integer of at most 18 digits, in canonical form.

    Raises:
        InvalidValue: not a whole number.
    """
    if not _INTEGER.fullmatch(value):
        raise _invalid(name, value, "a whole number such as 12")
    return ox.Literal(str(int(value)), datatype=XSD_INTEGER)


def language_term(value: str, name: str = "the value") -> ox.Literal:
    """Make plain text of a language tag (BCP 47), lower case as LANG() gives it.

    Raises:
        InvalidValue: not a language tag.
    """
    if not _LANGUAGE.fullmatch(value):
        raise _invalid(name, value, "a language tag such as en")
    return ox.Literal(value.lower())


def iri_term(value: str, name: str = "the value") -> ox.NamedNode:
    """Make an absolute IRI.

    Raises:
        InvalidValue: not an absolute IRI.
    """
    try:
        if not _ABSOLUTE.match(value):
            raise ValueError
        return ox.NamedNode(value)
    except ValueError:
        raise _invalid(name, value, "a full IRI such as https://example.org/a") from None


def text_term(value: str, name: str = "the value") -> ox.Literal:
    """Make plain text.

    Raises:
        InvalidValue: the text holds half a character (a lone surrogate) and cannot be written.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _invalid(name, value, "text in complete Unicode characters") from None
    return ox.Literal(value)


def canonical(term: ox.Literal) -> ox.Literal:
    """Give the lexical form of Oxigraph's store: P12M becomes P1Y, 1.50 becomes 1.5."""
    if term.datatype == XSD_STRING or term.language:
        return term
    store = ox.Store()
    store.add(ox.Quad(_ANY, _ANY, term))
    kept = next(iter(store)).object
    assert isinstance(kept, ox.Literal)
    return kept


_ANY: Final = ox.NamedNode("urn:any")
