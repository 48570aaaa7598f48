"""Every page: readable without a mouse, without the internet, and safe."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from itertools import chain

import pytest
from starlette.testclient import TestClient

from mla_graph.model.about import ISSUES_URL

from .conftest import BROWSER, LEGAL_BASES

PAGES = [
    "/", "/api/queries", "/api/queries/legal-bases", LEGAL_BASES, "/sparql", "/id/measure/a.30",
    "/ontology", "/dumps/", "/docs", "/nowhere", "/coverage", "/ask?from=belgum&for=hearing",
    "/compare?requesting=BE&measure=A.30&executing=LU&executing=FR",
    "/why?requesting=BE&executing=LU&measure=A.30&instrument=coe-030",
]  # fmt: skip


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, client: TestClient) -> tuple[Page, str]:
    answer = client.get(request.param, headers={"Accept": BROWSER})
    assert answer.headers["content-type"].startswith("text/html")
    return Page(answer.text), answer.text


def test_it_has_a_language_one_heading_landmarks_and_a_skip_link(page: tuple[Page, str]) -> None:
    parsed, _ = page
    assert parsed.all("html")[0]["lang"] == "en"
    assert len(parsed.all("h1")) == len(parsed.all("main")) == len(parsed.all("title")) == 1
    assert parsed.all("a")[0] == {"class": "skip", "href": "#content"}
    assert parsed.all("main")[0]["id"] == "content"
    assert any(meta.get("name") == "viewport" for meta in parsed.all("meta"))


def test_every_field_has_a_label_and_ids_are_unique(page: tuple[Page, str]) -> None:
    parsed, _ = page
    labelled = {label.get("for") for label in parsed.all("label")}
    for field in parsed.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labelled
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_loads_nothing_from_elsewhere_and_runs_nothing_inline(page: tuple[Page, str]) -> None:
    parsed, text = page
    loaded = [e["src"] for e in parsed.all("script", "img", "iframe") if "src" in e]
    loaded += [e["href"] for e in parsed.all("link")]
    assert all(address and address.startswith("/") for address in loaded)
    assert all("src" in script for script in parsed.all("script"))
    assert " style=" not in text and not re.search(r"<[^>]+ on[a-z]+=", text)


def test_it_says_that_it_is_no_legal_advice_and_where_to_report(page: tuple[Page, str]) -> None:
    _, text = page
    assert "Not legal advice" in text and ISSUES_URL in text


def test_everything_that_the_pages_load_is_there(client: TestClient) -> None:
    for path in PAGES:
        parsed = Page(client.get(path, headers={"Accept": BROWSER}).text)
        for element in parsed.all("script", "link"):
            address = element.get("src") or element.get("href") or ""
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", PAGES)
def test_the_headers_keep_foreign_code_out(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": BROWSER}).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_static_files_name_no_other_host(client: TestClient) -> None:
    for name in (
        "style.css",
        "combobox.js",
        "workbench/style.css",
        "workbench/workbench.js",
    ):
        text = client.get(f"/static/{name}").text
        hosts = set(re.findall(r"https?://([^/\s\"']+)", text))
        assert hosts <= {"w3id.org", "www.w3.org"}, name


def test_the_start_page_shows_real_numbers_and_doors_to_the_measures(client: TestClient) -> None:
    text = client.get("/", headers={"Accept": BROWSER}).text
    states = client.get("/api/queries/states?format=rows").json()["meta"]["count"]
    assert f"{states} states" in text
    doors = re.findall(r'href="(/ask[?]for=[^"]+)"', text)
    assert len(doors) >= 24
    prefilled = client.get(doors[0], headers={"Accept": BROWSER})
    assert (
        'name="for"' in prefilled.text
        and f'value="{doors[0].rpartition("=")[2]}"' in prefilled.text
    )


def test_every_link_between_the_pages_leads_somewhere(client: TestClient) -> None:
    """Of resources of one kind, and of the values of one query, some links stand for all."""
    links = set()
    for path in PAGES:
        parsed = Page(client.get(path, headers={"Accept": BROWSER}).text)
        links |= {(a["href"] or "").partition("#")[0] for a in parsed.all("a")}
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for link in sorted(link for link in links if link.startswith("/")):
        kind = link.rpartition("/") if link.startswith("/id/") else link.partition("?")
        alike[kind[0]].append(link)
    for link in chain.from_iterable(links[:6] for links in alike.values()):
        ask = client.head if link.startswith("/dumps/mla-graph.") else client.get
        answer = ask(link, headers={"Accept": "text/html, */*;q=0.5"})
        assert answer.status_code == 200, link
