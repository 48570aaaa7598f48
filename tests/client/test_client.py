"""A program asks, here or elsewhere, and gets typed values and the errors of the project."""

import asyncio
import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from mla_graph.client import AsyncClient, Client
from mla_graph.dossier.compose import compose, understand
from mla_graph.model.errors import (
    InputError,
    InvalidValue,
    LimitReached,
    MissingParameter,
    StoreUnavailable,
    UnknownParameter,
    UnknownQuery,
    UnknownValue,
    UnsupportedFormat,
)
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

from ..store.stand_in import Exchange, endpoint

REQUEST = {"requesting": "BE", "executing": "LU", "measure": "A.30"}
DAY = "2024-05-01"
PROBLEM = "application/problem+json"
BOTH = pytest.mark.parametrize("where", ["here", "elsewhere"])


@pytest.fixture
def client(where: str, request: pytest.FixtureRequest) -> Client:
    """One of the two clients."""
    found: Client = request.getfixturevalue(where)
    return found


@BOTH
def test_a_dossier_is_the_one_that_the_graph_gives(client: Client, graph: EmbeddedStore) -> None:
    raw = {name: [text] for name, text in REQUEST.items()} | {"on": [DAY]}
    asked = understand(client.catalogue, graph, raw)
    assert client.dossier(**REQUEST, on=DAY) == compose(client.catalogue, graph, asked)


def test_every_saved_query_gives_the_rows_of_its_header(here: Client, graph: EmbeddedStore) -> None:
    asked = 0
    for query in here.catalogue:
        raw = {one.name: one.example for one in query.parameters if one.required}
        if query.form == "select":
            found = here.query(query.name, limit=3, **raw)
            expected = rows(run(graph, bind(query, graph, raw, limit=3)))
            assert found.plain() == expected, query.name
        else:
            assert here.graph(query.name, **raw), query.name
        asked += 1
    assert asked == len(here.catalogue.names)


def test_cells_have_the_types_of_their_columns(here: Client) -> None:
    first = here.applicable_instruments("BE", "LU", "A.30", on=date(2024, 5, 1)).rows[0]
    assert (first.rank, first.status, first.since) == (1, "governs", date(2018, 9, 15))


def test_a_frame_has_dates_and_numbers_to_count_with(here: Client) -> None:
    frame = here.query("parties", instrument="coe-030").frame()
    assert frame["since"].dt.year.min() >= 1960
    assert frame["bound"].dtype == "boolean"
    assert list(here.query("links", limit=0).frame().columns) == [
        one.name for one in here.catalogue.get("links").columns
    ]


def test_a_long_answer_comes_page_after_page(here: Client, elsewhere: Client) -> None:
    found, whole = (client.query("parties", instrument="coe-030") for client in (elsewhere, here))
    assert len(found) > 40 and found.rows == whole.rows
    assert found.meta.count == len(found) and not found.meta.truncated
    some = elsewhere.query("parties", instrument="coe-030", limit=3, offset=2)
    assert some.rows == whole.rows[2:5] and some.meta.truncated


@BOTH
def test_why_an_instrument_has_its_place_or_none(client: Client) -> None:
    there = client.why("BE", "LU", "coe-030", on=DAY)
    assert there.place and there.place.status == "replaced" and len(there.steps) > 2
    absent = client.why("BE", "IE", "eu-dir-2014-41", on=DAY)
    assert absent.place is None and [row.code for row in absent.missing] == ["not-bound"]


@BOTH
def test_rows_come_with_their_sources(client: Client) -> None:
    (source,) = client.sources(client.query("conditions", state="LU", measure="A.30"))
    assert source.title.endswith("A.30 Search and seizure")
    assert source.address.startswith("https://ejn-crimjust.europa.eu/")
    assert client.sources([]) == []


def test_search_and_comparison(here: Client) -> None:
    assert here.search("house search", limit=1).rows[0].resource.endswith("/measure/a.30")
    assert {row.code for row in here.compare("A.30", ["LU", "BE"])} == {"LU", "BE"}
    voices = here.essentials("BE", "LU", "A.30", on=DAY)
    assert voices.rows[0].question == "basis"


def test_labels_come_in_the_language_of_the_client(elsewhere: Client, address: str) -> None:
    with Client(address, lang="fr") as french:
        (row,) = french.query("label", resource="measure/a.30")
        (other,) = french.query("label", resource="measure/a.30", lang="de")
    (english,) = elsewhere.query("label", resource="measure/a.30")
    assert len({row.label, other.label, english.label}) == 3


@BOTH
@pytest.mark.parametrize(
    ("name", "parameters", "kind", "would_be_right"),
    [
        ("legal-base", {}, UnknownQuery, "legal-bases"),
        ("legal-bases", {"stat": "LU", "measure": "A.30"}, UnknownParameter, "state"),
        ("legal-bases", {"state": "LU"}, MissingParameter, "A.30"),
        ("standing", REQUEST | {"on": "1/5/2024"}, InvalidValue, "2024-05-01"),
        ("legal-bases", {"state": "LX", "measure": "A.30"}, UnknownValue, "Luxembourg (LU)"),
        ("states", {"limit": -1}, InvalidValue, "from 0"),
    ],
)
def test_an_error_says_what_would_be_right(
    client: Client,
    name: str,
    parameters: dict[str, Any],
    kind: type[InputError],
    would_be_right: str,
) -> None:
    with pytest.raises(kind) as caught:
        client.query(name, **parameters)
    assert type(caught.value) is kind and would_be_right in caught.value.detail


def test_the_members_of_a_problem_are_kept(elsewhere: Client) -> None:
    with pytest.raises(UnknownValue) as caught:
        elsewhere.query("legal-bases", state="LX", measure="A.30")
    assert "LU" in caught.value.extensions["nearest"]


def test_what_can_be_seen_to_be_wrong_is_not_sent() -> None:
    sent: list[str] = []

    def note(exchange: Exchange) -> None:
        sent.append(exchange.path)
        exchange.answer(b"{}", "application/json")

    with endpoint(note) as url, Client(url.removesuffix("/sparql")) as client:
        for wrong in ({"state": "LU"}, {"state": "LU", "measure": "A.30", "x": "y"}):
            with pytest.raises(InputError):
                client.query("legal-bases", **wrong)
        with pytest.raises(InvalidValue):
            client.dossier("BE", "be", "A.30", on="now")
        with pytest.raises(UnsupportedFormat):
            client.graph("legal-bases", state="LU", measure="A.30")
    assert sent == []


def busy(status: int, **headers: str) -> tuple[list[str], Any]:
    """An endpoint that has no time at first; the paths that it was asked for."""
    asked: list[str] = []
    detail = json.dumps({"type": "x/limit-reached", "detail": "Later."}).encode()

    def respond(exchange: Exchange) -> None:
        asked.append(exchange.path)
        if len(asked) == 1:
            exchange.answer(detail, PROBLEM, status, **headers)
        else:
            meta = {"query": "states", "parameters": {}, "release": "r", "count": 0, "offset": 0,
                    "truncated": False, "disclaimer": ""}  # fmt: skip
            exchange.answer(json.dumps({"data": [], "meta": meta}).encode(), "application/json")

    return asked, respond


@pytest.mark.parametrize(
    ("status", "headers", "attempts"),
    [(503, {"Retry_After": "0"}, 2), (429, {"Retry_After": "0"}, 2), (503, {}, 1),
     (503, {"Retry_After": "3600"}, 1)],
)  # fmt: skip
def test_a_request_is_sent_again_only_if_the_service_asks_for_it(
    status: int, headers: dict[str, str], attempts: int
) -> None:
    asked, respond = busy(status, **headers)
    with endpoint(respond) as url, Client(url.removesuffix("/sparql")) as client:
        if attempts == 2:
            assert len(client.query("states")) == 0
        else:
            with pytest.raises(LimitReached, match="Later"):
                client.query("states")
    assert len(asked) == attempts


def test_an_answer_that_spans_two_releases_is_fetched_anew() -> None:
    releases = iter("abbb")

    def respond(exchange: Exchange) -> None:
        first = "offset=0" in exchange.path
        meta = {"query": "label", "parameters": {}, "release": next(releases), "count": 1,
                "offset": 0, "truncated": first, "disclaimer": ""}  # fmt: skip
        data = [{"resource": "urn:x", "label": "first" if first else "last", "code": None}]
        exchange.answer(json.dumps({"data": data, "meta": meta}).encode(), "application/json")

    with endpoint(respond) as url, Client(url.removesuffix("/sparql")) as client:
        found = client.query("label", resource="state/lu")
    assert [row.label for row in found] == ["first", "last"]
    assert found.meta.release == "b"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "says"),
    [
        ("<html>", "text/html", 502, "answered 502"),
        ("moved", "text/plain", 301, "answered 301"),
        ("{}", "application/json", 200, "version"),
        ("no JSON", "text/plain", 200, "version"),
    ],
)
def test_what_is_no_service_of_ours_is_told(
    body: str, media_type: str, status: int, says: str
) -> None:
    def respond(exchange: Exchange) -> None:
        exchange.answer(body.encode(), media_type, status)

    with endpoint(respond) as url, Client(url.removesuffix("/sparql")) as client:
        with pytest.raises(StoreUnavailable, match=says):
            client.query("states")
        with pytest.raises(StoreUnavailable, match=says):
            client.dossier("BE", "LU", "A.30")


def test_nobody_there() -> None:
    with (
        Client("http://127.0.0.1:1") as client,
        pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1"),
    ):
        client.query("states")


def test_a_program_with_asyncio_asks_several_things_at_once(address: str, here: Client) -> None:
    async def ask() -> list[Any]:
        async with AsyncClient(address) as client:
            return await asyncio.gather(
                *(client.query("languages", state=one, measure="A.30") for one in ("LU", "BE"))
            )

    luxembourg, belgium = asyncio.run(ask())
    assert luxembourg.rows == here.query("languages", state="LU", measure="A.30").rows
    assert luxembourg.rows != belgium.rows


def test_the_package_and_the_command_start_without_what_the_client_needs() -> None:
    lines = (
        "import sys, mla_graph, mla_graph.cli.main",
        "print(*{'httpx', 'fastapi', 'mcp', 'pandas'} & set(sys.modules))",
        "import mla_graph.client",
        "print(*{'fastapi', 'mcp', 'pandas'} & set(sys.modules))",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.split() == []
