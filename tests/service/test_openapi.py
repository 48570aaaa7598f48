"""The API description tells the truth and its page works without the internet."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from mla_graph.model.about import NOTICE

from .conftest import BROWSER


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


def test_it_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()


def test_the_application_gives_the_same_document(
    client: TestClient, described: dict[str, Any]
) -> None:
    assert client.app.openapi() == described  # type: ignore[attr-defined]


def test_every_saved_query_is_an_operation_with_its_parameters(
    client: TestClient, described: dict[str, Any]
) -> None:
    for entry in client.get("/api/queries").json()["data"]:
        operations = described["paths"][entry["href"]]
        parameters = {p["name"]: p for p in operations["get"]["parameters"]}
        for parameter in entry["parameters"]:
            assert parameters[parameter["name"]]["required"] == parameter["required"]
            assert parameters[parameter["name"]]["description"].startswith(parameter["description"])
        assert {"limit", "offset", "format"} <= set(parameters)
        assert "requestBody" in operations["post"]


def test_enumerations_come_from_the_graph(client: TestClient, described: dict[str, Any]) -> None:
    parameters = described["paths"]["/api/queries/legal-bases"]["get"]["parameters"]
    [state] = [p for p in parameters if p["name"] == "state"]
    states = client.get("/api/queries/states?format=rows").json()["data"]
    assert sorted(state["schema"]["enum"]) == sorted(row["code"] for row in states)
    assert state["example"] == "LU"


def test_the_rows_have_the_columns_of_the_query(described: dict[str, Any]) -> None:
    content = described["paths"]["/api/queries/legal-bases"]["get"]["responses"]["200"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    columns = described["components"]["schemas"][name]["properties"]["data"]["items"]
    assert columns["properties"]["rank"]["type"] == "integer"
    assert columns["properties"]["statuteDate"]["type"] == ["string", "null"]
    assert {"application/sparql-results+json", "text/csv"} <= set(content)


def test_problems_are_described(described: dict[str, Any]) -> None:
    responses = described["paths"]["/api/queries/legal-bases"]["post"]["responses"]
    assert {"400", "406", "413", "415", "503"} <= set(responses)
    bad = described["components"]["responses"]["BadRequest"]["content"]
    assert bad["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_the_example_of_a_batch_is_answered_as_described(
    client: TestClient, described: dict[str, Any]
) -> None:
    content = described["paths"]["/api/batch"]["post"]["requestBody"]["content"]["application/json"]
    answers = client.post("/api/batch", json=content["example"]).json()
    assert len(answers) == len(content["example"])
    assert not any("status" in answer for answer in answers)


def test_it_says_that_it_is_no_legal_advice(described: dict[str, Any]) -> None:
    assert NOTICE in described["info"]["description"]


def test_operations_have_names_of_their_own(described: dict[str, Any]) -> None:
    names = [o["operationId"] for path in described["paths"].values() for o in path.values()]
    assert len(names) == len(set(names))


def test_every_path_without_parameters_is_there(
    client: TestClient, described: dict[str, Any]
) -> None:
    for path, operations in described["paths"].items():
        if "{" in path or path.startswith("/api/queries/") or "get" not in operations:
            continue
        parameters = operations["get"].get("parameters", [])
        asked = {p["name"]: p["example"] for p in parameters if p.get("required")}
        assert client.get(path, params=asked).status_code in (200, 503), path


def test_the_page_of_the_description_has_every_path_and_needs_no_script(
    client: TestClient, described: dict[str, Any]
) -> None:
    page = html.fromstring(client.get("/docs", headers={"Accept": BROWSER}).text)
    shown = {one.partition(" ")[2] for one in page.xpath("//summary/code/text()")}
    assert shown == set(described["paths"])
    assert not page.xpath("//script")
    found = html.fromstring(client.get("/docs?q=legal+bases&lang=de").text)
    assert found.get("lang") == "de" and found.xpath("//h3[. = 'Parameter']")
    assert "GET /api/queries/legal-bases" in found.xpath("//summary/code/text()")
    assert "GET /dumps/" not in found.xpath("//summary/code/text()")


def test_the_samples_of_the_page_work(client: TestClient, described: dict[str, Any]) -> None:
    """Each sample in Python is run against the service."""
    page = html.fromstring(client.get("/docs").text)
    samples = page.xpath("//h4[. = 'Python']/following-sibling::pre[1]/text()")
    assert len(samples) >= len(described["paths"])
    for name in ("curl", "R", "JavaScript"):
        assert len(page.xpath(f"//h4[. = '{name}']")) == len(samples)
    chosen = [one for one in samples if re.search(r"legal-bases|/sparql\?|batch", one)]
    assert len(chosen) >= 3
    for sample in chosen:
        said: list[Any] = []
        calls = SimpleNamespace(get=_asked(client.get), post=_asked(client.post))
        code = sample.replace("import requests\n", "").replace("print(", "said.append(")
        exec(code, {"requests": calls, "said": said})
        assert said[0]


def _asked(call: Any) -> Any:
    def ask(address: str, *, timeout: float, **more: Any) -> Any:
        more = {"content" if key == "data" else key: value for key, value in more.items()}
        return call(address.removeprefix("http://testserver"), **more)

    return ask


def test_a_public_address_is_named_as_the_server(serve: Any) -> None:
    client = serve(base_url="https://mla.example.org")
    assert client.get("/openapi.json").json()["servers"] == [{"url": "https://mla.example.org"}]
    assert "https://mla.example.org/sparql" in client.get("/.well-known/void").text
