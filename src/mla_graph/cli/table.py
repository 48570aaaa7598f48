"""Answers for people: a table if it fits the terminal, else one record after the other."""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Final

import click
import pyoxigraph as ox

from mla_graph.model.namespaces import MLAD, shortened

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None

_GAP: Final = 2
_NARROWEST: Final = 30


def short(cell: Cell) -> str:
    """Shorten a term for people: the text of a literal, `kind/key` or `prefix:name`."""
    if cell is None:
        return ""
    if isinstance(cell, ox.Literal):
        return " ".join(cell.value.split())
    if not isinstance(cell, ox.NamedNode):
        return str(cell)
    if cell.value.startswith(MLAD):
        return cell.value.removeprefix(MLAD)
    return shortened(cell.value) or cell.value


def show_solutions(solutions: ox.QuerySolutions, columns: Sequence[str] = ()) -> int:
    """Print the answer to a SELECT; columns without any value are left out. Gives the rows.

    Where ``columns`` are named there are only these, and rows that are then alike are one.

    Where there is no terminal every row is one line, however long.
    """
    names = list(columns) or [variable.value for variable in solutions.variables]
    rows = [[_printable(short(solution[name])) for name in names] for solution in solutions]
    if columns:
        rows = [list(row) for row in dict.fromkeys(map(tuple, rows))]
    show_rows(names, rows)
    return len(rows)


def show_rows(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of texts; columns without any value are left out."""
    used = [i for i in range(len(names)) if not rows or any(row[i] for row in rows)]
    names, rows = [names[i] for i in used], [[row[i] for i in used] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    width = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and sum(widths) + _GAP * (len(widths) - 1) > width:
        _records(names, rows, width)
    else:
        _table(names, rows, widths)


def _printable(text: str) -> str:
    """Without the control characters that would steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    def line(cells: Sequence[str]) -> str:
        return (
            (" " * _GAP)
            .join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            .rstrip()
        )

    click.secho(line(names), bold=True)
    for row in rows:
        click.echo(line(row))


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> None:
    indent = max(map(len, names)) + _GAP
    for number, row in enumerate(rows, 1):
        click.secho(f"\N{BOX DRAWINGS LIGHT HORIZONTAL} {number} of {len(rows)}", dim=True)
        for name, cell in zip(names, row, strict=True):
            if cell:
                first, *more = textwrap.wrap(cell, max(_NARROWEST, width - indent))
                click.echo(click.style(name.ljust(indent), bold=True) + first)
                for part in more:
                    click.echo(" " * indent + part)
