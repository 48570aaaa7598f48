"""`mla-graph stats`: how much the graph holds."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

import click
import pyoxigraph as ox

from mla_graph.cli.stores import open_store, store_option
from mla_graph.model.about import NOTICE
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.store.interface import Store

_COUNTS: Final = {"classes": "Resources by class", "sources": "Facts by source document"}
"""The queries of the folder ``counts``, with their titles."""
_AVAILABILITIES: Final = ("yes", "conditional", "no", "unknown")


@click.command("stats", short_help="Count what the graph holds.")
@click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@store_option
def command(format: str, store: str | None, union_default_graph: bool) -> None:
    """Count resources by class, facts by source document and what is covered, and list what
    contradicts itself.

    What is covered: of each state with a page, the measures whose availability is known, out of
    all measures of the catalogue.

    \b
    Examples:
      mla-graph stats
      mla-graph stats --format json
    """
    from mla_graph.cli.table import show_rows, show_solutions
    from mla_graph.saved_queries.rows import rows

    opened = open_store(store, union_default_graph, Settings.from_environ())
    covered = _coverage(opened)
    if format == "json":
        counts = {name: rows(_counted(opened, name)) for name in _COUNTS}
        contradictions = rows(_saved(opened, "contradictions"))
        counts |= {"coverage": covered, "contradictions": contradictions}
        click.echo(json.dumps(counts, ensure_ascii=False, indent=1))
        return
    for name, title in _COUNTS.items():
        click.echo(click.style(title, bold=True))
        show_solutions(_counted(opened, name))
        click.echo()
    click.echo(click.style("Coverage: measures by state, and how many of all are known", bold=True))
    show_rows(list(covered[0]), [[str(cell) for cell in row.values()] for row in covered])
    click.echo(click.style("\nContradictions", bold=True))
    show_solutions(_saved(opened, "contradictions"), ("label", "claim", "source"))
    click.echo()
    click.echo(f"From {opened.description}. {NOTICE}", err=True)


def _counted(store: Store, name: str) -> ox.QuerySolutions:
    path = Path(__file__).parents[1] / "counts" / f"{name}.rq"
    return store.select(path.read_text("utf-8"))


def _saved(store: Store, name: str) -> ox.QuerySolutions:
    """Answer a saved query without parameters."""
    from mla_graph.saved_queries.catalogue import Catalogue
    from mla_graph.saved_queries.run import bind

    query = Catalogue.load(Sources.shipped().queries).get(name)
    return store.select(bind(query, store, {}).text)


def _coverage(store: Store) -> list[dict[str, object]]:
    """Make a row for each state with a page, and a last one for all."""
    from mla_graph.saved_queries.rows import rows

    measures = len({row["measure"] for row in rows(_saved(store, "measures"))})
    states: dict[object, Counter[object]] = defaultdict(Counter)
    for cell in rows(_saved(store, "coverage")):
        states[cell["code"]][cell["availability"]] += 1
    total = (sum(states.values(), Counter()), measures * len(states))
    return [
        {
            "state": state,
            "known": counts.total() - counts["unknown"],
            "of": cells,
            **{code: counts[code] for code in _AVAILABILITIES},
        }
        for state, counts, cells in (
            *((code, counts, measures) for code, counts in sorted(states.items(), key=str)),
            ("all", *total),
        )
    ]
