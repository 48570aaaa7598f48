"""The tools that a language model gets, described by the headers of the saved queries."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from mla_graph.model.errors import InvalidValue, MissingParameter, UnknownParameter
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.service.openapi.queries import value_schema

MOST_ROWS: Final = 200
ROWS: Final = 50

_TAKES = "States and measures are given by code or by name, days as 2024-05-01."


class Tool(NamedTuple):
    """A tool; ``query`` is the saved query whose parameters it takes, if it is one."""

    name: str
    title: str
    description: str
    query: str | None = None


TOOLS: Final = (
    Tool(
        "dossier",
        "The whole answer to a request for assistance",
        "What a person needs to know who asks another state for assistance in a criminal matter: "
        "which instrument applies, whom to write to, languages, form, time limits, conditions, "
        "declarations, and what to beware of; each fact with the number of its reference. Long; "
        f"essentials is the first part of it. {_TAKES}",
        "essentials",
    ),
    Tool(
        "essentials",
        "What to know first for a request for assistance",
        "The answers of the dossier on each instrument in their order: basis, authority, channel, "
        "language, form, time limit, dual criminality, refusal, costs; and what to beware of. "
        f"{_TAKES}",
        "essentials",
    ),
    Tool(
        "search",
        "Search by words",
        "Finds states, measures, instruments, statutes and authorities by words in English, "
        "French or German; gives the IRIs that the other tools take.",
        "search",
    ),
    Tool(
        "compare",
        "One measure in several states",
        "What the pages of several states say of the same measure, side by side. A state without "
        f"a row has nothing seen for it, which does not mean that there is nothing. {_TAKES}",
        "compare",
    ),
    Tool(
        "why",
        "Why an instrument applies between two states, or not",
        "The chain of facts behind the place of an instrument between two states on a day; if it "
        f"does not apply, what is missing. Instruments are given by key or IRI. {_TAKES}",
        "why",
    ),
    Tool(
        "list_queries",
        "What else can be asked",
        "Lists the saved queries; with a name, its parameters and columns.",
    ),
    Tool(
        "run_query",
        "Ask a saved query",
        "Asks one of the saved queries that list_queries names, such as authorities, conditions, "
        "time-limits, languages, reservations, parties or provenance (the sources of one fact). "
        f"{_TAKES}",
    ),
)


def input_schema(tool: Tool, catalogue: Catalogue) -> dict[str, Any]:
    """Describe what a tool takes, as the headers of the saved queries do."""
    if tool.query:
        parameters = catalogue.get(tool.query).parameters
        required = [one.name for one in parameters if one.required]
        paging = {} if tool.name in ("dossier", "essentials", "why") else _PAGING
        return _object(_described(parameters) | paging, required)
    names = [query.name for query in catalogue if query.form == "select"]
    name = {"type": "string", "enum": names, "description": "Name of the saved query."}
    if tool.name == "list_queries":
        return _object({"name": name}, [])
    taken = {one.name: one for query in catalogue for one in query.parameters}
    own = _object(_described(taken.values()), []) | {
        "description": "Values by name; list_queries says which the query takes."
    }
    return _object({"name": name, "parameters": own, **_PAGING}, ["name"])


def check(tool: Tool, schema: dict[str, Any], given: dict[str, Any]) -> None:
    """Refuse arguments that the tool does not take.

    Raises:
        UnknownParameter, MissingParameter: names what it takes or needs.
        InvalidValue: a number of rows is out of bounds, or a value is no text.
    """
    taken = schema["properties"]
    for name, value in given.items():
        if name not in taken:
            raise UnknownParameter(
                f"The tool {tool.name} has no argument {name!r}; it takes {', '.join(taken)}."
            )
        if not isinstance(value, _KINDS.get(taken[name]["type"], str | int)):
            raise InvalidValue(f"{name} should be of the type {taken[name]['type']}.")
        _check_bounds(name, value, taken[name])
    for name in schema["required"]:
        if given.get(name) is None:
            example = taken[name].get("examples", ["legal-bases"])[0]
            raise MissingParameter(
                f"The tool {tool.name} needs {name}: {taken[name]['description']} "
                f"For example {example}."
            )


def _check_bounds(name: str, value: Any, schema: dict[str, Any]) -> None:
    least, most = schema.get("minimum"), schema.get("maximum")
    if (least is not None and value < least) or (most is not None and value > most):
        rest = "" if most is None else f", at most {most}"
        raise InvalidValue(f"{name} is {value}; it should be at least {least}{rest}.")


_KINDS: Final = {"integer": int, "object": dict, "array": str | list}
_PAGING: Final[dict[str, dict[str, Any]]] = {
    "limit": {"type": "integer", "minimum": 0, "maximum": MOST_ROWS, "default": ROWS,
              "description": "Most rows to give; truncated says whether there are more."},
    "offset": {"type": "integer", "minimum": 0, "default": 0,
               "description": "Rows to leave out at the start."},
}  # fmt: skip


def _described(parameters: Iterable[Parameter]) -> dict[str, Any]:
    # What is looked up in a list is a code, a name or an IRI: text.
    return {
        one.name: value_schema(replace(one, type="text") if one.enumeration else one)
        | {"description": one.description, "examples": list(one.example)}
        for one in parameters
    }


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
