"""Generated requests against the API description: no 5xx, and every answer as described."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from mla_graph.service.wire.parameters import FORM

EXCLUDED = {
    "/sparql": [positive_data_acceptance],
    "/api/dossier": [positive_data_acceptance],
    "/api/batch": [negative_data_rejection],
}
"""Where a value that fits the description may still be refused, and where each call of a request
is refused by itself."""

QUERIES = (
    "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 3",
    "SELECT (1/0 AS ?unbound) (true AS ?b) (2.5 AS ?d) (STRLANG('\u202e<&>', 'fr') AS ?t) {}",
    "SELECT * WHERE {} LIMIT 0",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o } LIMIT 3",
    "DESCRIBE <https://w3id.org/mla-graph/id/state/lu>",
)
RESOURCES = (("state", "lu"), ("instrument", "eu-dir-2014-41"), ("measure", "a.30"))
"""What a generator never guesses: texts that are queries, and names that the graph knows."""

MODES = [
    pytest.param(mode, count, marks=mark, id=f"{mode.value}-{count}")
    for count, mark in ((5, pytest.mark.slow), (50, pytest.mark.fuzz))
    for mode in schemathesis.GenerationMode
]

TIMEOUT = 60
"""Seconds for one answer: a dump is the whole graph, and the machine may be busy."""


@pytest.fixture(scope="module")
def described(client: TestClient) -> schemathesis.BaseSchema:
    """The description, and the application without its lifespan, which runs already."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await client.app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return schemathesis.openapi.from_asgi("/openapi.json", application)


def known(case: schemathesis.Case, data: st.DataObject) -> None:
    """Put a text that is a query, or the name of a resource, into some of the cases."""
    if case.path not in ("/sparql", "/id/{kind}/{key}") or data.draw(st.integers(0, 3)) == 0:
        return
    if case.path == "/id/{kind}/{key}":
        kind, key = data.draw(st.sampled_from(RESOURCES))
        case.path_parameters = {"kind": kind, "key": key}
        return
    query: Any = data.draw(st.sampled_from(QUERIES))
    if case.method == "GET":
        case.query = {**(case.query or {}), "query": query}
    else:
        case.body = {"query": query} if case.media_type == FORM else query


@pytest.mark.parametrize(("mode", "count"), MODES)
def test_every_operation_answers_as_described(
    described: schemathesis.BaseSchema, mode: schemathesis.GenerationMode, count: int
) -> None:
    """Requests that fit the description, and requests that break it in one place.

    Which text is a SPARQL query is more than a schema can say, and so is that the two states of a
    dossier differ.
    """
    failures = []
    for result in described.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        @hypothesis.settings(
            max_examples=count,
            derandomize=count == 5,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def answers_as_described(case: schemathesis.Case, data: st.DataObject) -> None:
            if mode is schemathesis.GenerationMode.POSITIVE:
                known(case, data)
            case.call_and_validate(excluded_checks=EXCLUDED.get(case.path, []), timeout=TIMEOUT)

        try:
            answers_as_described()
        except hypothesis.errors.Unsatisfiable:
            continue  # nothing in this operation can be broken
        except BaseExceptionGroup as group:  # schemathesis's own, of every check that failed
            failures.append(f"{operation.label}: {group.message}")
    assert not failures, "\n\n".join(failures)
