"""A language model asks through the official client of the protocol."""

import asyncio
import json
import os
import sysconfig
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
import uvicorn
from click.testing import CliRunner
from mcp import StdioServerParameters
from mcp.client import Client as Model
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from mla_graph.cli.main import main
from mla_graph.client import AsyncClient, Client
from mla_graph.client.mcp_server import MOST_BYTES, make_server
from mla_graph.client.mcp_tools import TOOLS
from mla_graph.dossier.text import text
from mla_graph.model.about import NOTICE
from mla_graph.release.directory import Release

REQUEST = {"requesting": "BE", "executing": "LU", "measure": "A.30", "on": "2024-05-01"}
QUESTIONS = [
    (requesting, executing, measure, day)
    for requesting, executing, measure in (
        ("BE", "LU", "A.30"), ("Germany", "United States", "A.22"), ("FR", "IE", "A.50"),
        ("LU", "JP", "C.1"), ("IT", "CH", "E.1"),
    )
    for day in ("2026-06-01", "2010-06-01")
]  # fmt: skip


@pytest.fixture(scope="module")
def ask(here: Client) -> Callable[..., Any]:
    """Call tools of a server in memory that asks the graph in this process."""
    server = make_server(here._client)

    async def calls(then: Callable[[Model], Awaitable[Any]]) -> Any:
        async with Model(server) as model:
            return await then(model)

    return lambda then: here._wait(calls(then))


def answer(result: types.CallToolResult) -> Any:
    assert not result.is_error, result.content
    return result.structured_content


def error(result: types.CallToolResult) -> str:
    assert result.is_error
    (said,) = result.content
    assert isinstance(said, types.TextContent)
    return said.text


def test_the_tools_say_what_they_take_and_that_they_only_read(ask: Callable[..., Any]) -> None:
    async def look(model: Model) -> Any:
        return model.server_info, model.instructions, (await model.list_tools()).tools

    info, instructions, tools = ask(look)
    assert info.name == "mla-graph" and NOTICE in instructions
    assert [tool.name for tool in tools] == [tool.name for tool in TOOLS]
    for tool in tools:
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert NOTICE in tool.description and tool.input_schema["type"] == "object"
    dossier = tools[0].input_schema
    assert dossier["required"] == ["requesting", "executing", "measure"]
    assert dossier["properties"]["on"]["format"] == "date"
    assert dossier["properties"]["offence"]["type"] == "array"
    assert "authorities" in tools[-1].input_schema["properties"]["name"]["enum"]


def test_ten_questions_get_the_answers_of_the_dossier(
    ask: Callable[..., Any], here: Client
) -> None:
    async def questions(model: Model) -> list[Any]:
        names = ("requesting", "executing", "measure", "on")
        return [
            [await model.call_tool(tool, dict(zip(names, question, strict=True)))
             for tool in ("dossier", "essentials")]
            for question in QUESTIONS
        ]  # fmt: skip

    found = ask(questions)
    assert len(found) == 10
    for (*request, day), (whole, first) in zip(QUESTIONS, found, strict=True):
        dossier = here.dossier(*request, on=day)
        memo = answer(whole)
        assert memo["data"] == text(dossier, 100) == whole.content[0].text
        assert [one["title"] for one in memo["sources"]] == [
            one.title for one in dossier.references
        ]
        said = answer(first)
        basis = dossier.essentials.bundles[0].basis
        assert basis and said["data"]["bundles"][0]["basis"]["text"] == basis.text
        assert (said["on"], said["release"]) == (day, dossier.release)
        numbers = {one["reference"] for one in said["sources"]}
        assert set(said["data"]["bundles"][0]["basis"]["references"]) <= numbers


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("dossier", REQUEST),
        ("essentials", REQUEST),
        ("search", {"q": "house search"}),
        ("compare", {"measure": "A.30", "state": ["LU", "BE"]}),
        ("why", REQUEST | {"instrument": "coe-030"}),
        ("why", REQUEST | {"executing": "IE", "instrument": "eu-dir-2014-41"}),
        ("run_query", {"name": "conditions", "parameters": {"state": "LU", "measure": "A.30"}}),
    ],
)
def test_an_answer_has_its_sources_release_day_and_notice(
    ask: Callable[..., Any], tool: str, given: dict[str, Any]
) -> None:
    found = answer(ask(lambda model: model.call_tool(tool, given)))
    assert found["data"] and found["release"] and found["disclaimer"] == NOTICE
    assert found["on"] == given.get("on", found["on"])
    if tool != "search":  # a name has no source of its own
        assert found["sources"]
    for source in found["sources"]:
        assert source["title"] and source["address"].startswith("http")


def test_rows_are_those_of_the_saved_query(ask: Callable[..., Any], here: Client) -> None:
    call = {"name": "parties", "parameters": {"instrument": "coe-030"}, "limit": 5, "offset": 3}
    found = answer(ask(lambda model: model.call_tool("run_query", call)))
    assert found["data"] == here.query("parties", instrument="coe-030").plain()[3:8]
    assert found["truncated"]


def test_why_not_says_what_is_missing(ask: Callable[..., Any]) -> None:
    given = REQUEST | {"executing": "IE", "instrument": "eu-dir-2014-41"}
    data = answer(ask(lambda model: model.call_tool("why", given)))["data"]
    assert data["place"] is None and data["missing"][0]["code"] == "not-bound"


def test_the_queries_are_listed_and_described(ask: Callable[..., Any], here: Client) -> None:
    listed = answer(ask(lambda model: model.call_tool("list_queries", {})))["data"]
    assert [one["name"] for one in listed] == list(here.catalogue.names)
    one = answer(ask(lambda model: model.call_tool("list_queries", {"name": "parties"})))["data"]
    assert one["parameters"][0]["name"] == "instrument"


@pytest.mark.parametrize(
    ("tool", "given", "would_be_right"),
    [
        ("dossier", {}, "For example BE"),
        ("dossier", REQUEST | {"state": "LU"}, "it takes requesting"),
        ("dossier", REQUEST | {"executing": "LX"}, "Luxembourg (LU)"),
        ("dossier", REQUEST | {"on": "yesterday"}, "2024-05-01"),
        ("dossier", REQUEST | {"on": []}, "type string"),
        ("dossier", REQUEST | {"on": 5}, "2024-05-01"),
        ("run_query", {"name": "authority"}, "authorities"),
        ("run_query", {"name": "parties", "parameters": {"state": "LU"}}, "instrument"),
        ("run_query", {"name": "parties", "limit": 5000}, "at most 200"),
        ("run_query", {"name": "states", "parameters": {"limit": 5000}}, "beside parameters"),
        ("run_query", {"name": "states", "parameters": {"format": "csv"}}, "no parameter"),
        ("search", {"q": ""}, "empty"),
    ],
)
def test_an_error_is_one_of_the_tool_and_says_what_would_be_right(
    ask: Callable[..., Any], tool: str, given: dict[str, Any], would_be_right: str
) -> None:
    assert would_be_right in error(ask(lambda model: model.call_tool(tool, given)))


def test_an_unknown_tool_is_an_error_of_the_protocol(ask: Callable[..., Any]) -> None:
    async def delete(model: Model) -> None:
        with pytest.raises(MCPError, match="dossier, essentials"):
            await model.call_tool("delete", {})

    ask(delete)


def test_an_answer_too_large_is_refused(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mla_graph.client.mcp_server.MOST_BYTES", 1 << 10)
    call = {"name": "states"}
    assert "limit" in error(ask(lambda model: model.call_tool("run_query", call)))
    assert MOST_BYTES > 1 << 10


def test_the_command_speaks_the_protocol_on_stdin(shipped_release: Release) -> None:
    program = str(Path(sysconfig.get_path("scripts"), "mla-graph"))
    started = StdioServerParameters(
        command=program, args=["mcp", "--store", str(shipped_release.path)], env=dict(os.environ)
    )

    async def search() -> Any:
        async with Model(stdio_client(started)) as model:
            return await model.call_tool("search", {"q": "house search", "limit": 1})

    (found,) = answer(asyncio.run(search()))["data"]
    assert found["label"] == "Search and seizure"


def test_the_same_over_http_from_a_running_service(address: str) -> None:
    server = make_server(AsyncClient(address))
    config = uvicorn.Config(server.streamable_http_app(), port=0, log_level="error")
    served = uvicorn.Server(config)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    while not served.started:
        time.sleep(0.01)
    port = served.servers[0].sockets[0].getsockname()[1]

    async def search() -> Any:
        async with Model(f"http://127.0.0.1:{port}/mcp") as model:
            return await model.call_tool("search", {"q": "house search", "limit": 1})

    found = asyncio.run(search())
    served.should_exit = True
    thread.join()
    assert json.loads(found.content[0].text) == answer(found)
    assert answer(found)["data"][0]["label"] == "Search and seizure"


def test_one_graph_at_a_time() -> None:
    done = CliRunner().invoke(main, ["mcp", "--url", "http://x", "--store", "y"])
    assert done.exit_code == 2 and "give one" in done.output
