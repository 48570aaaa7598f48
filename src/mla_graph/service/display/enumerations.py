"""The values that a parameter can have, as the graph lists them."""

from dataclasses import dataclass

from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import enumeration
from mla_graph.service.context import Served

LISTED = 1000
"""Longer lists are left out of forms and of the API description; they are still checked."""


@dataclass(frozen=True)
class Choice:
    """One value: the code that people write, and its first label."""

    code: str
    label: str


def choices(served: Served, query: SavedQuery, parameter: Parameter) -> list[Choice]:
    """The parameter's values in the order of its enumeration query; empty if free or too many.

    Raises:
        StoreUnavailable, LimitReached: the list could not be read from the store.
    """
    if parameter.enumeration is None:
        return []
    path = query.enumerations / f"{parameter.enumeration}.rq"
    values = enumeration(path, served.store).values
    if len(values) > LISTED:
        return []
    return [Choice(value.code, value.labels[0] if value.labels else "") for value in values]
