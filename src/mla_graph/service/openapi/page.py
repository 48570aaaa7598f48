"""What the page of the API description shows: each operation with an address that can be tried."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from mla_graph.model.names import fold

_LISTED: Final = 12
"""Values of a parameter that are named; of more, the first alone."""
_PREFERRED: Final = ("application/json", "application/sparql-results+json", "text/turtle")


@dataclass(frozen=True)
class Given:
    """A parameter; ``values`` are those that can be given, ``more`` how many are not named."""

    name: str
    required: bool
    description: str
    values: Sequence[str]
    more: int
    example: str


@dataclass(frozen=True)
class Shown:
    """An operation; ``body`` is an example of what is sent, ``accept`` what the samples ask for."""

    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: Sequence[Given]
    formats: Sequence[str]
    address: str
    accept: str
    body: str
    body_type: str


def operations_shown(document: Mapping[str, Any], base: str, words: str) -> list[Shown]:
    """List the operations of an OpenAPI document whose path or texts have all these words.

    A POST that takes what the GET of its address takes, and has no example, is left out.
    """
    wanted = fold(words)
    shown = [
        _shown(base, path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method == "get" or "get" not in operations or any(_bodies(operation))
    ]
    return [one for one in shown if all(word in _text(one) for word in wanted)]


def _text(one: Shown) -> str:
    return " ".join(fold(f"{one.path} {one.tag} {one.summary} {one.description}"))


def _shown(base: str, path: str, method: str, operation: Mapping[str, Any]) -> Shown:
    parameters = operation.get("parameters", [])
    examples = {p["name"]: str(p.get("example", "")) for p in parameters}
    needed = [p for p in parameters if p.get("required") or p["name"] == "query"]
    filled = path
    for one in needed:
        if one["in"] == "path":
            filled = filled.replace(f"{{{one['name']}}}", quote(examples[one["name"]]))
    query = urlencode({p["name"]: examples[p["name"]] for p in needed if p["in"] == "query"})
    formats = list(operation["responses"]["200"].get("content", {}))
    body_type, body = next(iter(_bodies(operation)), ("", ""))
    return Shown(
        method.upper(),
        path,
        operation.get("tags", [""])[0],
        operation["summary"],
        operation.get("description", ""),
        [_given(one) for one in parameters],
        formats,
        base + filled + (f"?{query}" if query else ""),
        next((one for one in _PREFERRED if one in formats), formats[0] if formats else "*/*"),
        body,
        body_type,
    )


def _bodies(operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each example of what the operation takes as its body, with its media type."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        example = content.get("example", content.get("schema", {}).get("example"))
        if example is not None:
            yield media_type, example if isinstance(example, str) else json.dumps(example)


def _given(parameter: Mapping[str, Any]) -> Given:
    schema = parameter.get("schema", {})
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    named = values if len(values) <= _LISTED else []
    return Given(
        parameter["name"],
        parameter.get("required", False),
        parameter.get("description", ""),
        [str(one) for one in named],
        len(values) - len(named),
        str(parameter.get("example", "")),
    )
