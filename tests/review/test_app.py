"""The pages of the review: for one person at this machine, and safe with hostile text."""

import re
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from mla_graph.review.app import review_app
from mla_graph.review.desk import Desk

from .conftest import HOSTILE
from .test_desk import EXECUTION

TOKEN = "secret"


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(review_app(desk, TOKEN), base_url="http://127.0.0.1:8123")


def post(client: TestClient, name: str, **form: str):  # type: ignore[no-untyped-def]
    return client.post(
        f"/{TOKEN}/page/{name}",
        content=urlencode(form),
        headers={"content-type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )


def test_forms_decide_without_script(client: TestClient, desk: Desk) -> None:
    assert "not opened" in client.get(f"/{TOKEN}/").text
    answer = post(client, "lu.html", fact=EXECUTION, choice="rejected")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/{TOKEN}/page/lu.html#f")
    page = client.get(answer.headers["location"]).text
    assert '<b class="choice">rejected</b>' in page
    facts = len(desk.open("lu.html").facts)
    assert f"1 of {facts}" in client.get(f"/{TOKEN}/").text


def test_the_difference_to_the_graph_is_shown(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/page/lu.html").text
    assert "<del>P60D</del> <ins>P90D</ins>" in page
    assert "in the graph, not read here" in page


def test_every_link_to_the_source_leads_to_one_place(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/page/lu.html").text
    links = re.findall(r'href="#(s-f\d+)"', page)
    assert len(links) > 3
    assert [page.count(f'id="{link}"') for link in links] == [1] * len(links)


def test_a_page_that_is_none_is_told_with_the_reason(client: TestClient) -> None:
    answer = client.get(f"/{TOKEN}/page/poem.txt")
    assert answer.status_code == 422
    assert "poem.txt has none of the headings" in answer.text


def test_a_wrong_value_is_told_and_changes_nothing(client: TestClient, desk: Desk) -> None:
    form = {"fact": EXECUTION, "choice": "changed", "mla:value": HOSTILE}
    answer = post(client, "lu.html", **form)
    assert answer.status_code == 400
    assert HOSTILE not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert not desk.open("lu.html").decisions.facts


def test_hostile_text_is_text(client: TestClient) -> None:
    answer = client.get(f"/{TOKEN}/page/BE-A.30.html")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("path", ["", "page/lu.html", "static/review.js"])
@pytest.mark.parametrize("token", ["guess", "secre", "secret2", "%73ecre", "\N{SNOWMAN}"])
def test_no_address_without_the_secret(client: TestClient, token: str, path: str) -> None:
    assert client.get(f"/{token}/{path}").status_code == 404
    assert client.post(f"/{token}/page/lu.html", content="fact=x").status_code == 404


def test_another_name_of_this_machine_is_refused(client: TestClient) -> None:
    answer = client.get(f"/{TOKEN}/", headers={"host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["../conftest.py", "%2e%2e/out", "lu.html.decisions.json", "none"])
def test_only_pages_of_the_folder_are_shown(client: TestClient, name: str) -> None:
    assert client.get(f"/{TOKEN}/page/{name}").status_code == 404
    assert client.get(f"/{TOKEN}/static/{name}").status_code == 404


def test_a_form_has_a_limit(client: TestClient) -> None:
    assert post(client, "lu.html", fact="x" * 1_000_001).status_code == 413
