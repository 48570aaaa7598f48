"""The decisions on one page, in a file beside it, which each decision replaces whole."""

from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.whole_file import to_file

Choice = Literal["accepted", "changed", "rejected"]

END: Final = ".decisions.json"
"""What the name of a file of decisions adds to that of its page."""


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """A decision on one proposal, with the values that a reviewer typed if it was changed."""

    choice: Choice
    proposal: str
    by: str
    day: str
    values: dict[str, str] = {}


class Decisions(msgspec.Struct):
    """All decisions on a page: on its facts, on itself, and the notes that are settled."""

    facts: dict[str, Decision] = {}
    total: int = 0
    status: str = "current"
    retrieved: str = ""
    replaces: bool | None = None
    settled: list[str] = []


def beside(page: Path) -> Path:
    """Return the file of the decisions on a page."""
    return page.with_name(page.name + END)


def load(page: Path) -> Decisions:
    """Read the decisions on a page; none if there is no file.

    Raises:
        UnreadableInput: the file is not what this module writes.
    """
    path = beside(page)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Decisions)
    except FileNotFoundError:
        return Decisions(retrieved=date.fromtimestamp(page.stat().st_mtime).isoformat())
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableInput(
            f"{path} cannot be read as decisions ({error}); mend it, or remove it to begin anew."
        ) from error


def save(page: Path, decisions: Decisions) -> None:
    """Write the decisions on a page; the file is whole at every moment.

    Raises:
        UnreadableInput: it cannot be written.
    """
    written = msgspec.json.format(msgspec.json.encode(decisions, order="sorted"), indent=1)
    to_file(beside(page), [written + b"\n"])
