"""What pages show: links, values, form fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from mla_graph.dossier.compose import parameters
from mla_graph.model.names import Candidate
from mla_graph.model.namespaces import MLA, MLAD, ONTOLOGY, shortened
from mla_graph.pages.address import at
from mla_graph.pages.language import LANGUAGES, spoken
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.lists import enumeration, names_of
from mla_graph.saved_queries.parameters import TODAY
from mla_graph.service.context import Served

LISTED: Final = 1000
"""Longer lists are left out of forms and of the API description; they are still checked."""


_SLOTS: Final = {"state": "to", "measure": "for"}
"""Where a question in words takes a thing of the kind."""


@dataclass(frozen=True)
class Shown:
    """One value on a page."""

    text: str
    link: str | None = None
    language: str = ""


@dataclass(frozen=True)
class Choice:
    """One value: the code that people write, and its first label."""

    code: str
    label: str
    iri: str = ""


def ask_about(*things: str) -> str | None:
    """Give the address that asks in words about things by IRI; None if it takes none."""
    slots = {}
    for iri in things:
        kind, _, key = iri.removeprefix(MLAD).partition("/")
        if kind in _SLOTS:
            slots[_SLOTS[kind]] = key.upper()
    return f"{at('/ask')}?{urlencode(slots)}" if slots else None


def choices(served: Served, query: SavedQuery, parameter: Parameter) -> list[Choice]:
    """List the parameter's values as its enumeration query has them; none if free or too many.

    Raises:
        StoreUnavailable, LimitReached: the list could not be read from the store.
    """
    if parameter.enumeration is None:
        return []
    path = query.enumerations / f"{parameter.enumeration}.rq"
    values = enumeration(path, served.store).values
    if len(values) > LISTED:
        return []
    return [
        Choice(value.code, value.labels[0] if value.labels else "", value.term.value)
        for value in values
    ]


def field(
    served: Served, query: SavedQuery, parameter: Parameter, given: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Describe a field of a form, its choices by name; languages are those of the interface.

    An empty date field means the default: for dates, today.
    """
    listed = [
        replace(one, label=labels(served).get(one.iri, one.label))
        for one in choices(served, query, parameter)
    ]
    listed.sort(key=_name)
    if parameter.type == "lang":
        listed = [choice for choice in listed if choice.code in LANGUAGES]
    preset = [text for text in parameter.default if text != TODAY]
    return {
        "parameter": parameter,
        "choices": listed,
        "given": list(given.get(parameter.name, preset)),
        "input": "date" if parameter.type == "date" else "text",
        "names": _called(listed),
    }


def _called(listed: Sequence[Choice]) -> str:
    """Give the kind of the values if the script of the page has its names."""
    kind = listed[0].iri.removeprefix(MLAD).partition("/")[0] if listed else ""
    return kind if kind in _SLOTS else ""


def labels(served: Served) -> dict[str, str]:
    """Give what each thing is called in the language of the page."""
    language = spoken().language

    def read() -> dict[str, str]:
        return {one.iri: one.label for one in names_of(served.store, "").candidates(language)}

    return served.once(("labels", language), read)


def _name(choice: Choice) -> str:
    return (choice.label or choice.code).casefold()


def dossier_fields(
    catalogue: Catalogue, served: Served, given: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Describe the fields in which a person asks for a dossier."""
    query = catalogue.get("essentials")
    return [field(served, query, one, given) for one in parameters(catalogue)]


def named_lists(served: Served) -> dict[str, list[Candidate]]:
    """List states and measures by their names in the language of the page."""
    language = spoken().language
    return {
        kind: sorted(
            names_of(served.store, f"{kind}/").candidates(language),
            key=lambda one: one.label.casefold(),
        )
        for kind in ("state", "measure")
    }


def local_path(iri: str) -> str | None:
    """Give the address of the resource on this service; other web addresses as they are."""
    if iri.startswith(MLAD):
        return at("/id/" + quote(iri.removeprefix(MLAD), safe="/:@!$&'()*+,;=~-._"))
    if iri.startswith(MLA):
        return at("/ontology#" + quote(iri.removeprefix(MLA)))
    if iri == ONTOLOGY:
        return at("/ontology")
    return iri if iri.startswith(("http://", "https://")) else None


def short(iri: str) -> str:
    """Shorten the IRI where the prefix table has its prefix; give other text as it is."""
    return shortened(iri) or iri
