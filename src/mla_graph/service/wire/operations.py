"""Path operations: what an address takes and offers, for the gate and for the API description."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from fastapi import Response
from fastapi.routing import APIRoute
from starlette.requests import Request

from mla_graph.service.wire.formats import JSON, JSON_LD, SPARQL_JSON, Offered, Representation
from mla_graph.service.wire.problems import PROBLEMS
from mla_graph.service.wire.reply import Outcome

Schema = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Outcome]]

TEXT: Final[Schema] = {"type": "string"}
OBJECT: Final[Schema] = {"type": "object"}

_CACHING: Final[Schema] = {
    "ETag": {"description": "Changes with release, query and parameters.", "schema": TEXT},
    "Cache-Control": {"schema": TEXT},
}


class Described(NamedTuple):
    """The description of an operation, beside the representations that it offers.

    ``schemas`` has the schema of a media type where it is not the usual one, ``components`` the
    named schemas to which these refer. What is a function is asked each time, as the graph may
    have other values by then. ``statuses`` are those of its problem documents; ``cached``: the
    answer has a tag.
    """

    identifier: str
    summary: str
    tags: Sequence[str]
    statuses: Sequence[int] = ()
    description: str = ""
    answer: str | None = None
    schemas: Mapping[str, Schema] = MappingProxyType({})
    parameters: Callable[[], Sequence[Schema]] = list
    body: Callable[[], Schema] | None = None
    headers: Mapping[str, Schema] = MappingProxyType({})
    components: Callable[[], Mapping[str, Schema]] = dict
    cached: bool = False


class Operation(APIRoute):
    """One method of a path; the endpoint reads the request strictly and returns a reply.

    ``offered`` are the representations among which Accept chooses. ``label`` is the path that
    metrics and log lines name. Without ``described`` the API description leaves the operation out.
    Both may be functions, as to read the headers of all saved queries would delay the start.
    """

    def __init__(
        self,
        path: str,
        endpoint: Endpoint,
        offered: Offered | Callable[[], Offered] = (),
        described: Described | Callable[[], Described] | None = None,
        *,
        method: str = "GET",
        label: str | None = None,
    ) -> None:
        super().__init__(
            path,
            endpoint,
            methods=[method],
            response_model=None,
            response_class=Response,
            include_in_schema=described is not None,
        )
        self._offered = offered
        self._described = described
        self.label = path if label is None else label
        self.method = method

    @cached_property
    def offered(self) -> Offered:
        """The representations among which Accept chooses."""
        return self._offered() if callable(self._offered) else self._offered

    def describe(self) -> Mapping[str, Schema]:
        """Bring the description up to date; give the named schemas to which it refers."""
        if self._described is None:
            return {}
        one = self._described() if callable(self._described) else self._described
        self.operation_id, self.summary, self.tags = one.identifier, one.summary, [*one.tags]
        self.description = one.description
        parameters = [*one.parameters()]
        if self.offered:
            parameters.append(format_parameter(self.offered))
        content = {form.media_type: {"schema": usual(form)} for form in self.offered}
        content |= {media_type: {"schema": schema} for media_type, schema in one.schemas.items()}
        answer: Schema = {"description": one.answer or one.summary, "content": content}
        if headers := (_CACHING if one.cached else {}) | dict(one.headers):
            answer["headers"] = headers
        responses = {"200": answer}
        if one.cached and self.method == "GET":
            copy = "The caller's copy is still good."
            responses["304"] = {"description": copy, "headers": _CACHING}
        for status in one.statuses:
            responses[str(status)] = ref("responses", PROBLEMS[status][0])
        self.openapi_extra = {"parameters": parameters, "responses": responses}
        if one.body:
            self.openapi_extra["requestBody"] = one.body()
        return one.components()


def ref(kind: str, name: str) -> Schema:
    """Refer to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


_USUAL: Final[Mapping[str, Schema]] = {
    JSON.media_type: OBJECT,
    JSON_LD.media_type: {},
    SPARQL_JSON.media_type: ref("schemas", "SparqlResults"),
}


def usual(form: Representation) -> Schema:
    """Give the schema of what is sent in this form, as far as the form alone decides it."""
    return _USUAL.get(form.media_type, TEXT)


def format_parameter(offered: Offered) -> Schema:
    """Describe ``?format=`` for an operation that offers these representations."""
    return {
        "name": "format",
        "in": "query",
        "description": "Format of the answer; wins over the Accept header.",
        "schema": {"type": "string", "enum": [one.name for one in offered]},
    }


def in_path(name: str, example: str, limits: Schema) -> Schema:
    """Describe a part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": TEXT | limits,
        "example": example,
    }
