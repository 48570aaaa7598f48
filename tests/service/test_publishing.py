"""The service below a path of somebody's host, behind a proxy that cuts the path off or not."""

import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from .conftest import BROWSER, LEGAL_BASES, Serve

ROOT = "/mutual/legal"
BASE = f"https://law.example{ROOT}"
PAGES = (
    "/", "/api/queries", "/api/queries/states", LEGAL_BASES, "/api/dossier", "/sparql",
    "/api/dossier?requesting=BE&executing=LU&measure=A.30", "/id/measure/a.30", "/ontology",
    "/dumps/", "/docs", "/nowhere", "/id/measure/a.3",
)  # fmt: skip


@pytest.fixture(scope="module")
def published(serve: Serve) -> TestClient:
    return serve(base_url=BASE)


class Links(HTMLParser):
    """The addresses that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {v for k, v in attrs if v and k in ("href", "src", "action", "data-root")}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_stays_below_the_path(published: TestClient, path: str) -> None:
    page = published.get(path, headers={"Accept": BROWSER})
    links = Links()
    links.feed(page.text)
    local = {link for link in links.found if link.startswith("/")}
    assert len(local) > 5
    assert [link for link in local if not link.startswith(ROOT)] == []
    for link in sorted(local)[:6]:
        assert published.head(link, headers={"Accept": BROWSER}).status_code == 200, link


def test_the_proxy_may_pass_the_path_on(published: TestClient) -> None:
    for path in ("/api/queries/states", "/static/style.css", "/docs", "/"):
        cut, whole = published.get(path), published.get(ROOT + path)
        assert cut.status_code == whole.status_code == 200 and cut.content == whole.content


def test_the_path_without_slash_leads_to_the_start_page(published: TestClient) -> None:
    answer = published.get(f"{ROOT}?a=b", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{ROOT}/?a=b")
    slash = published.get(f"{ROOT}/dumps", follow_redirects=False)
    assert slash.headers["location"] == f"{ROOT}/dumps/"


def test_headers_and_data_name_public_addresses(published: TestClient) -> None:
    headers = [
        published.get(path).headers["link"]
        for path in (
            "/api/queries/states?limit=1", "/id/measure/a.30", "/ontology",
            "/api/dossier?requesting=BE&executing=LU&measure=A.30",
        )
    ]  # fmt: skip
    for link in re.findall(r"<([^>]+)>", ",".join(headers)):
        assert link.startswith((f"{ROOT}/", "https://")), link
    assert all(
        query["href"].startswith(ROOT) for query in published.get("/api/queries").json()["data"]
    )
    assert published.get("/openapi.json").json()["servers"] == [{"url": BASE}]
    assert f"<{BASE}/sparql>" in published.get("/.well-known/void").text
    assert f"<{BASE}/sparql>" in published.get("/sparql", headers={"Accept": "text/turtle"}).text
    problem = published.get("/id/measure/a.3").json()
    assert problem["instance"] == f"{ROOT}/id/measure/a.3"
    assert f"{ROOT}/id/measure/a.30" in problem["nearest"]


def test_a_header_that_anybody_can_send_changes_no_address(client: TestClient) -> None:
    headers = {"Accept": BROWSER, "X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example"}
    assert "evil" not in client.get("/", headers=headers).text
    assert "evil" not in client.get("/.well-known/void", headers=headers | {"Accept": "*/*"}).text


def test_tags_differ_by_place_as_the_links_in_pages_do(
    published: TestClient, client: TestClient
) -> None:
    path, headers = "/id/measure/a.30", {"Accept": BROWSER}
    tags = {http.get(path, headers=headers).headers["etag"] for http in (published, client)}
    assert len(tags) == 2
