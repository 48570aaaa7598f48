"""The server of tools for language models (Model Context Protocol); needs the extra ``mcp``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any, Final

import anyio
import mcp_types as types
import msgspec
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from mla_graph import __version__
from mla_graph.client import AsyncClient
from mla_graph.client.answers import Row, Table
from mla_graph.client.mcp_tools import ROWS, TOOLS, check, input_schema
from mla_graph.dossier.model import Bundle, Dossier, Topic
from mla_graph.dossier.text import text
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import AnswerTooLarge, MlaGraphError, UnknownParameter
from mla_graph.saved_queries.catalogue import describe
from mla_graph.saved_queries.parameters import today_utc

MOST_BYTES: Final = 256 << 10
"""Bytes of one answer; more is no help to a model."""
_WIDTH: Final = 100
_INSTRUCTIONS: Final = (
    "Mutual legal assistance in criminal matters: which instrument applies between two states, "
    "which authority, which conditions, languages and time limits, with the source of every fact. "
    "Begin with essentials or dossier; search finds the codes. Name the sources that an answer "
    f"lists, and its day. {NOTICE}"
)
_READS_ONLY: Final = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_CONTEXT = ServerRequestContext[Any]

Answer = dict[str, Any]
Arguments = dict[str, Any]


def make_server(client: AsyncClient) -> Server[Any]:
    """Make the server of the tools, which ask through this client."""
    by_name = {tool.name: tool for tool in TOOLS}
    schemas = {tool.name: input_schema(tool, client.catalogue) for tool in TOOLS}
    answering = _Tools(client)

    async def listed(_: _CONTEXT, __: object) -> types.ListToolsResult:
        tools = [
            types.Tool(name=one.name, title=one.title, description=f"{one.description} {NOTICE}.",
                       input_schema=schemas[one.name], annotations=_READS_ONLY)
            for one in TOOLS
        ]  # fmt: skip
        return types.ListToolsResult(tools=tools)

    async def called(_: _CONTEXT, asked: types.CallToolRequestParams) -> types.CallToolResult:
        if asked.name not in by_name:
            names = ", ".join(by_name)
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {asked.name!r}, but {names}.")
        given = asked.arguments or {}
        try:
            check(by_name[asked.name], schemas[asked.name], given)
            return _result(await getattr(answering, asked.name)(**given))
        except MlaGraphError as error:
            said = types.TextContent(text=f"{error.title}. {error.detail}")
            return types.CallToolResult(content=[said], is_error=True)

    return Server(
        "mla-graph",
        version=__version__,
        title="mla-graph",
        instructions=_INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


class _Tools:
    """One method for each tool, with the tool's arguments."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def dossier(self, **given: Any) -> Answer:
        found = await self._client.dossier(**given)
        return {"data": text(found, _WIDTH), **_about_dossier(found)}

    async def essentials(self, **given: Any) -> Answer:
        found = await self._client.dossier(**given)
        bundles = [_answers(bundle) for bundle in found.essentials.bundles]
        beware = [
            {
                "text": " ".join(filter(None, (one.label, one.aboutLabel))),
                "references": one.references,
            }
            for one in found.essentials.beware
        ]
        data = {"question": asdict(found.question), "bundles": bundles, "beware": beware}
        cited = {number for one in (*bundles, *beware) for number in _cited(one)}
        about = _about_dossier(found)
        sources = [one for one in about["sources"] if one["reference"] in cited]
        return {"data": data, **about, "sources": sources}

    async def search(self, limit: int = ROWS, offset: int = 0, **given: Any) -> Answer:
        return await self.run_query("search", given, limit, offset)

    async def compare(self, limit: int = ROWS, offset: int = 0, **given: Any) -> Answer:
        return await self.run_query("compare", given, limit, offset)

    async def why(self, **given: Any) -> Answer:
        found = await self._client.why(**given)
        place = None if found.place is None else msgspec.to_builtins(found.place)
        steps, missing = found.steps.plain(), found.missing.plain()
        about = await self._about([*([found.place] if found.place else []), *found.steps,
                                   *found.missing], found.steps)  # fmt: skip
        return {"data": {"place": place, "missing": missing, "steps": steps}, **about}

    async def list_queries(self, name: str | None = None) -> Answer:
        catalogue = self._client.catalogue
        if name is not None:
            return {"data": describe(catalogue.get(name)), "disclaimer": NOTICE}
        named = [{"name": one.name, "summary": one.summary} for one in catalogue]
        return {"data": named, "disclaimer": NOTICE}

    async def run_query(
        self,
        name: str,
        parameters: Arguments | None = None,
        limit: int = ROWS,
        offset: int = 0,
    ) -> Answer:
        asked = parameters or {}
        if beside := {"limit", "offset"} & asked.keys():
            raise UnknownParameter(f"{beside.pop()} stands beside parameters, not in it.")
        found = await self._client.query(name, limit=limit, offset=offset, **asked)
        about = {"query": name, "parameters": found.meta.parameters}
        more = {"offset": offset, "truncated": found.meta.truncated}
        return {"data": found.plain(), **about, **more, **await self._about(found, found)}

    async def _about(self, rows: Iterable[Row], asked: Table) -> Answer:
        """Give what stands below every answer of rows: its sources, release and day."""
        return {
            "sources": [one._asdict() for one in await self._client.sources(rows)],
            "release": asked.meta.release,
            "on": asked.meta.parameters.get("on", [today_utc().isoformat()])[0],
            "disclaimer": asked.meta.disclaimer,
        }


def _about_dossier(found: Dossier) -> Answer:
    """Give what stands below a dossier; its facts name the numbers of the sources."""
    sources = [
        {"reference": one.number, "title": one.title, "publisher": one.publisher,
         "section": one.section, "address": one.page or one.source}
        for one in found.references
    ]  # fmt: skip
    return {"sources": sources, "release": found.release, "on": found.question.on,
            "disclaimer": found.disclaimer}  # fmt: skip


def _answers(bundle: Bundle) -> Answer:
    """Give the answers on one basis without the single voices."""
    topics = {one.name: getattr(bundle, one.name) for one in fields(bundle)}
    return {"basisStatus": bundle.basisStatus} | {
        name: {"text": topic.text, "status": topic.status, "confidence": topic.confidence,
               "references": topic.references}
        for name, topic in topics.items()
        if isinstance(topic, Topic)
    }  # fmt: skip


def _cited(part: Mapping[str, Any]) -> Iterator[int]:
    for name, value in part.items():
        if name == "references":
            yield from value
        elif isinstance(value, Mapping):
            yield from _cited(value)


def _result(answer: Answer) -> types.CallToolResult:
    """Write an answer as JSON and, for those that read text, a long text as it is.

    Raises:
        AnswerTooLarge: it has more bytes than a model should read at once.
    """
    data = answer["data"]
    whole = json.dumps(answer, ensure_ascii=False)
    if len(whole.encode()) > MOST_BYTES:
        raise AnswerTooLarge(
            f"The answer has more than {MOST_BYTES >> 10} KiB; ask for fewer rows with limit and "
            "offset, or for a query of less."
        )
    return types.CallToolResult(
        content=[types.TextContent(text=data if isinstance(data, str) else whole)],
        structured_content=answer,
    )


def serve_stdio(url: str | None, store: str | None) -> None:
    """Serve on stdin and stdout until stdin ends."""

    async def serve() -> None:
        async with AsyncClient(url, store=store) as client, stdio_server() as (read, write):
            server = make_server(client)
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


def serve_http(url: str | None, store: str | None, host: str, port: int) -> None:
    """Serve over HTTP at ``/mcp`` until stopped."""
    import uvicorn

    server = make_server(AsyncClient(url, store=store))
    uvicorn.run(server.streamable_http_app(host=host), host=host, port=port, log_level="warning")
