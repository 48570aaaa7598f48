"""Generated requests against the API description: no 5xx, and every answer as described."""

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.slow

BEYOND_A_SCHEMA = ("/sparql", "/api/dossier")
"""Where a value that fits the description may still be refused."""

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


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_answers_as_described(
    described: schemathesis.BaseSchema, mode: schemathesis.GenerationMode
) -> None:
    """Requests that fit the description, and requests that break it in one place.

    Which text is a SPARQL query is more than a schema can say, and so is that the two states of a
    dossier differ.
    """
    failures = []
    for result in described.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        @hypothesis.settings(
            max_examples=5,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def answers_as_described(case: schemathesis.Case) -> None:
            excluded = [positive_data_acceptance] if case.path in BEYOND_A_SCHEMA else []
            case.call_and_validate(excluded_checks=excluded, timeout=TIMEOUT)

        try:
            answers_as_described()
        except hypothesis.errors.Unsatisfiable:
            continue  # nothing in this operation can be broken
        except BaseExceptionGroup as group:  # schemathesis's own, of every check that failed
            failures.append(f"{operation.label}: {group.message}")
    assert not failures, "\n\n".join(failures)
