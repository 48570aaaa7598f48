"""`/api/dossier`: the whole answer over HTTP."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import jsonschema
import pytest
from starlette.testclient import TestClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ASKED = "/api/dossier?requesting=BE&executing=LU&measure=A.30"
BE_LU = f"{ASKED}&on=2024-05-01"


def test_json_by_default(client: TestClient) -> None:
    response = client.get(BE_LU)
    assert response.headers["content-type"] == "application/json"
    assert response.json()["question"]["executing"]["code"] == "LU"
    assert response.json()["instruments"][0]["status"] == "governs"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", "application/json"),
        (BROWSER, "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
    ],
)
def test_the_format_is_negotiated(client: TestClient, accept, expected) -> None:
    response = client.get(BE_LU, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == expected
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    "question",
    [
        "requesting=BE&executing=LU&measure=A.30&on=2024-05-01",
        "requesting=BE&executing=LU&measure=A.30&on=2010-01-01&lang=fr",
        "requesting=DE&executing=DK&measure=A.30&on=2024-05-01",
        "requesting=US&executing=DE&measure=A.22&on=2024-05-01",
        "requesting=FR&executing=EE&measure=A.12&on=2024-05-01&confidence=seen",
        "requesting=DE&executing=JP&measure=A.30&on=1960-01-01",
    ],
)
def test_answers_keep_to_the_published_schema(client: TestClient, question) -> None:
    answer = client.get(f"/api/dossier?{question}")
    address = answer.headers["link"].partition(">")[0].lstrip("<")
    published = client.get(address)
    assert published.headers["content-type"] == "application/schema+json"
    validator = jsonschema.Draft202012Validator(
        published.json(), format_checker=jsonschema.FormatChecker()
    )
    validator.check_schema(published.json())
    validator.validate(answer.json())


def test_the_schema_refuses_what_is_no_dossier(client: TestClient) -> None:
    validator = jsonschema.Draft202012Validator(client.get("/api/dossier/schema").json())
    dossier = client.get(BE_LU).json()
    for change in ({"instruments": [{}]}, {"further": 1}, {"question": None}):
        assert list(validator.iter_errors(dossier | change)), change
    del dossier["conditions"]
    assert list(validator.iter_errors(dossier))


def test_the_schema_describes_each_column(client: TestClient) -> None:
    definitions = client.get("/api/dossier/schema").json()["$defs"]
    column = definitions["Condition"]["properties"]["whoseLaw"]
    assert "Whose law decides" in column["description"]
    assert column["type"] == ["string", "null"]


def test_a_copy_that_is_still_good_is_not_sent_again(client: TestClient) -> None:
    first = client.get(BE_LU)
    assert first.headers["cache-control"] == "public, max-age=300"
    again = client.get(BE_LU, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    tags = {
        client.get(BE_LU + more).headers["etag"]
        for more in ("", "&lang=fr", "&confidence=seen", "&format=text")
    }
    assert len(tags) == 4


def test_today_has_a_tag_other_than_that_of_the_day_by_name(client: TestClient) -> None:
    day = datetime.now(UTC).date().isoformat()
    tags = [client.get(ASKED + on).headers["etag"] for on in ("", "&on=today", f"&on={day}")]
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize(
    ("address", "kind", "parameter"),
    [
        ("/api/dossier?executing=LU&measure=A.30", "missing-parameter", "requesting"),
        ("/api/dossier?requesting=BE&executing=LU", "missing-parameter", "measure"),
        (f"{ASKED}&on=2024-02-30", "invalid-value", "on"),
        ("/api/dossier?requesting=BE&executing=LX&measure=A.30", "unknown-value", "executing"),
        ("/api/dossier?requesting=LU&executing=LU&measure=A.30", "invalid-value", "executing"),
        (f"{ASKED}&state=LU", "unknown-parameter", "state"),
        (f"{ASKED}&executing=FR", "invalid-value", "executing"),
        (f"{ASKED}&format=pdf", "unsupported-format", "format"),
    ],
)
def test_bad_values_are_problems(client: TestClient, address, kind, parameter) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith(f"/{kind}")
    assert response.json()["parameter"] == parameter


class Page(HTMLParser):
    """The headings, addresses and marks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.levels: list[int] = []
        self.addresses: list[str] = []
        self.identifiers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.levels.append(int(tag[1]))
        found = dict(attributes)
        if "href" in found:
            self.addresses.append(found["href"])
        if "id" in found:
            self.identifiers.append(found["id"])


def test_the_page_has_headings_in_order_and_links_that_lead_somewhere(client: TestClient) -> None:
    page = Page(client.get(BE_LU, headers={"Accept": BROWSER}).text)
    assert page.levels[0] == 1 and page.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.levels, page.levels[1:], strict=False))
    assert {"main", "nav", "header", "footer", "article"} <= set(page.tags)
    assert len(page.identifiers) == len(set(page.identifiers))
    inside = {address[1:] for address in page.addresses if address.startswith("#")}
    assert inside <= set(page.identifiers)
    resources = [address for address in page.addresses if address.startswith("/id/")]
    assert "/id/instrument/eu-dir-2014-41" in resources
    for address in sorted(set(resources))[::8]:
        assert client.get(address).status_code == 200, address


def test_page_and_json_number_the_references_alike(client: TestClient) -> None:
    page = client.get(BE_LU, headers={"Accept": BROWSER}).text
    for reference in client.get(BE_LU).json()["references"]:
        assert f'id="reference-{reference["number"]}"' in page


def test_a_browser_gets_a_form_and_its_empty_fields_count_as_absent(client: TestClient) -> None:
    form = client.get("/api/dossier", headers={"Accept": BROWSER})
    assert form.status_code == 200 and 'name="executing"' in form.text
    sent = client.get(f"{ASKED}&on=&lang=&confidence=", headers={"Accept": BROWSER})
    assert sent.status_code == 200 and "Belgium asks Luxembourg" in sent.text
    wrong = client.get("/api/dossier?requesting=BE&executing=XX", headers={"Accept": BROWSER})
    assert wrong.status_code == 400 and 'role="alert"' in wrong.text and "<form" in wrong.text


def test_the_start_page_asks_in_one_sentence(client: TestClient) -> None:
    page = client.get("/").text
    assert 'action="/ask"' in page
    for name in ("from", "for", "to", "on"):
        assert f'name="{name}"' in page


def test_the_description_has_the_dossier_with_its_parameters(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/api/dossier"]["get"]
    required = {p["name"] for p in operation["parameters"] if p.get("required")}
    assert required == {"requesting", "executing", "measure"}
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Dossier"}
    assert "DossierCondition" in document["components"]["schemas"]
    assert json.dumps(document["components"]["schemas"]["Dossier"]).count("$defs") == 0
