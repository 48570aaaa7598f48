"""Writer of `docs/reference.md`: commands, saved queries and settings of the program.

`make docs` runs it; a test fails when the file is not what it would write.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from mla_graph.cli.main import main as mla_graph
from mla_graph.model.settings import variables
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery

FILE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"


def reference() -> str:
    """Return the whole text."""
    return "\n".join([*_commands(), *_queries(), *_settings()])


def _commands() -> Iterator[str]:
    yield "# Reference\n\nWritten by `make docs` from the program itself.\n\n## Commands\n"
    yield from _command(mla_graph, "mla-graph", None)
    context = _context(mla_graph, "mla-graph", None)
    for name in mla_graph.list_commands(context):
        command = mla_graph.get_command(context, name)
        assert command is not None
        yield f"### mla-graph {name}\n"
        yield from _command(command, name, context)


def _command(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    yield f"```text\n{command.get_help(_context(command, name, parent)).rstrip()}\n```\n"


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=100, **command.context_settings
    )


def _queries() -> Iterator[str]:
    yield "## Saved queries\n"
    yield "Every query takes `limit` and `offset`. `/api/queries` serves the same over HTTP.\n"
    for query in Catalogue.load(Sources.shipped().queries):
        yield from _query(query)


def _query(query: SavedQuery) -> Iterator[str]:
    yield f"### {query.name}\n\n{query.summary}. {query.description}\n"
    if query.parameters:
        yield "| parameter | type | | meaning |\n|---|---|---|---|"
        for parameter in query.parameters:
            facts = ["required"] if parameter.required else []
            facts += ["several"] if parameter.list else []
            facts += [f"default {' '.join(parameter.default)}"] if parameter.default else []
            yield _row(parameter.name, parameter.type, ", ".join(facts), parameter.description)
        yield ""
    if query.columns:
        yield "| column | type | | meaning |\n|---|---|---|---|"
        for column in query.columns:
            empty = "may be empty" if column.optional else ""
            yield _row(column.name, column.type, empty, column.description)
        yield ""


def _settings() -> Iterator[str]:
    yield "## Settings\n\nRead from the environment; the command line wins.\n"
    yield "| variable | value | default | meaning |\n|---|---|---|---|"
    for variable in variables():
        yield _row(f"`{variable.name}`", variable.expected, variable.default, variable.help)
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    FILE.write_text(reference(), "utf-8")
