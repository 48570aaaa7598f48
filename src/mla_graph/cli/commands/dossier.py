"""`mla-graph dossier`: the whole answer to one request for assistance."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

import click

from mla_graph.cli.answers import write_graph
from mla_graph.cli.stores import open_store, store_option
from mla_graph.dossier.compose import compose, understand
from mla_graph.dossier.model import Dossier
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.store.interface import Store

_WIDEST: Final = 100


@click.command("dossier", short_help="The whole answer to a request for assistance.")
@click.option("--requesting", required=True, metavar="STATE", help="State that asks.")
@click.option("--executing", required=True, metavar="STATE", help="State that is asked.")
@click.option("--measure", required=True, metavar="CODE", help="Measure of the EJN catalogue.")
@click.option("--on", metavar="DATE", help="Day on which the request arrives; today unless given.")
@click.option(
    "--offence",
    multiple=True,
    metavar="CODE",
    help="Kind of offence, such as corruption; instruments only for it move up. May be repeated.",
)
@click.option("--lang", metavar="CODE", help="Language of labels: en (default), fr, de.")
@click.option(
    "--confidence",
    metavar="LEVEL",
    help="Least confidence that a fact must have: seen, known or unsure (default).",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json", "turtle", "jsonld", "html"]),
    default="text",
    show_default=True,
)
@store_option
def command(
    format: str,
    store: str | None,
    union_default_graph: bool,
    **values: str | tuple[str, ...] | None,
) -> None:
    """Answer what a person needs to know who drafts a request, and show what the answers rest on.

    On which basis, whom to write to, in which language, on which form, by when; what to beware of.
    Then in which order the instruments apply and why, the acts that give them effect, conditions,
    authorities, languages, time limits, formalities, declarations, other measures that may serve,
    and what to mind. Each fact has the number of a reference at the end.

    \b
    Examples:
      mla-graph dossier --requesting BE --executing LU --measure A.30
      mla-graph dossier --requesting be --executing lu --measure a.30 --on 2010-01-01
      mla-graph dossier --requesting FR --executing DE --measure A.50 --format html > dossier.html
    """
    catalogue = Catalogue.load(Sources.shipped().queries)
    opened = open_store(store, union_default_graph, Settings.from_environ())
    raw = {
        name: [text] if isinstance(text, str) else list(text)
        for name, text in values.items()
        if text
    }
    dossier = compose(catalogue, opened, understand(catalogue, opened, raw))
    _WRITERS[format](dossier, opened)


def _text(dossier: Dossier, _: Store) -> None:
    from mla_graph.dossier.text import text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDEST
    click.echo(text(dossier, min(width, _WIDEST)), nl=False)


def _json(dossier: Dossier, _: Store) -> None:
    click.echo(json.dumps(asdict(dossier), ensure_ascii=False, indent=1))


def _turtle(dossier: Dossier, store: Store) -> None:
    _graph(dossier, store, "turtle")


def _jsonld(dossier: Dossier, store: Store) -> None:
    _graph(dossier, store, "jsonld")


def _graph(dossier: Dossier, store: Store, format: str) -> None:
    from mla_graph.dossier.graph import triples

    write_graph(sorted(triples(dossier, store), key=str), format)


def _html(dossier: Dossier, _: Store) -> None:
    """Write a page whose links are the IRIs of the graph, not a service."""
    from mla_graph.pages.dossier import page
    from mla_graph.pages.render import STATIC

    stylesheet = (STATIC / "style.css").read_text("utf-8")
    click.echo(page(dossier, "standalone.html", str, stylesheet=stylesheet))


_WRITERS: Final[dict[str, Callable[[Dossier, Store], None]]] = {
    "text": _text,
    "json": _json,
    "turtle": _turtle,
    "jsonld": _jsonld,
    "html": _html,
}
