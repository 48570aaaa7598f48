"""How an error looks on the command line; the one table of exit codes."""

import re
import sys
from typing import IO, Any, Final

import click

from mla_graph.model.errors import (
    InputError,
    InvalidRelease,
    LimitReached,
    MissingParameter,
    MlaGraphError,
    PublishFailed,
    StoreUnavailable,
    UnknownParameter,
    UnknownQuery,
    UnreadableInput,
    UnreliableEngine,
    UpdateRefused,
)

_UNSAFE: Final = re.compile(r"[^\n\t -~\xa0-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters of a message, which may come from elsewhere, that would steer a terminal."""

VIOLATIONS: Final = 1
BAD_INPUT: Final = 2
UNAVAILABLE: Final = 3
LIMIT: Final = 4
INTERRUPTED: Final = 130
READER_GONE: Final = 141

_EXIT_CODES: Final[dict[type[MlaGraphError], int]] = {
    InvalidRelease: VIOLATIONS,
    InputError: BAD_INPUT,
    StoreUnavailable: UNAVAILABLE,
    LimitReached: LIMIT,
    MlaGraphError: UNAVAILABLE,
}

_NEXT: Final[dict[type[MlaGraphError], str]] = {
    UnknownQuery: "`mla-graph queries` lists the saved queries.",
    UnknownParameter: "`mla-graph queries NAME` shows the parameters of a query.",
    MissingParameter: "`mla-graph queries NAME` shows the parameters of a query.",
    UpdateRefused: "Facts are changed in the Turtle files; `mla-graph validate` checks them.",
    UnreadableInput: "Mend or name another file and run the command again.",
    InvalidRelease: "`mla-graph validate` shows every violation and what to do about it.",
    InputError: "Mend the input and run the command again.",
    UnreliableEngine: "`mla-graph validate --engine pyshacl` asks the slower engine, which is the "
    "referee; report the matter.",
    StoreUnavailable: "If --store names it, check that; else `mla-graph doctor` shows "
    "what is installed and what is wrong.",
    PublishFailed: "Then run the same command again: it goes on where it stopped.",
    LimitReached: "Narrow the query or add a LIMIT, or raise the limit (MLA_QUERY_TIMEOUT for "
    "the seconds, MLA_QUERY_MEMORY for the memory).",
    MlaGraphError: "`mla-graph doctor` shows what is installed and what is wrong.",
}


def exit_code(error: MlaGraphError) -> int:
    """Find the exit code of an error by the nearest class in the table."""
    return next(_EXIT_CODES[cls] for cls in type(error).__mro__ if cls in _EXIT_CODES)


class Failure(click.ClickException):
    """An error as click shows it: title, detail, what to do next, on stderr."""

    def __init__(self, error: MlaGraphError) -> None:
        super().__init__(error.detail)
        self.exit_code = exit_code(error)  # type: ignore[misc]  # click reads it from the instance
        self._title = error.title
        self._next = next(_NEXT[cls] for cls in type(error).__mro__ if cls in _NEXT)

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the three lines."""
        text = f"mla-graph: {self._title}\n{self.message}\n{self._next}"
        click.echo(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text), file=file or sys.stderr)
