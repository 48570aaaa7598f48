"""A service on an endpoint answers from the release that is current there, and changes with it."""

import time
from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from mla_graph.service.app import create_app
from mla_graph.service.context import Served
from mla_graph.service.process.releases import FollowingEndpoint
from mla_graph.service.serve import open_context

from ..conftest import quiet


def test_the_service_changes_to_the_release_that_becomes_current(
    oxigraph_target: Any, releases: Any
) -> None:
    old, new = releases
    oxigraph_target.publish(old)
    settings = replace(oxigraph_target.settings, follow_seconds=0.05)
    context = open_context(oxigraph_target.query_url, False, settings, quiet)
    with TestClient(create_app(context)) as client:
        assert client.get("/health/ready").json()["release"] == old.id
        oxigraph_target.publish(new)
        deadline = time.monotonic() + 20
        while client.get("/health/ready").json()["release"] != new.id:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_an_endpoint_without_a_release_is_asked_as_it_is_and_not_watched(
    oxigraph_target: Any, releases: Any
) -> None:
    endpoint = FollowingEndpoint(oxigraph_target.query_url, oxigraph_target.settings)
    assert endpoint.opened.release_id is None
    oxigraph_target.publish(releases[0])
    assert endpoint.newer(Served(endpoint.opened)) is None


def test_the_graph_that_the_settings_name_wins(oxigraph_target: Any, releases: Any) -> None:
    oxigraph_target.publish(releases[0])
    settings = replace(oxigraph_target.settings, remote_graph="urn:mine")
    endpoint = FollowingEndpoint(oxigraph_target.query_url, settings)
    assert endpoint.opened.release_id is None
    assert list(endpoint.opened.query("SELECT * { ?s ?p ?o }")) == []
    assert endpoint.newer(Served(endpoint.opened)) is None
