"""`mla-graph queries`: the list of saved queries, or one of them."""

import json

import click

from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import FEDERATED, Catalogue, SavedQuery, describe
from mla_graph.saved_queries.header import Parameter


def complete_name(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of saved queries that begin so, for the shell."""
    folder = Sources.shipped().queries
    names = Catalogue.load(folder).names + Catalogue.load_federated(folder).names
    return [name for name in names if name.startswith(incomplete)]


def find(name: str) -> SavedQuery:
    """Return the saved query of this name, federated if its name begins so.

    Raises:
        UnknownQuery: there is none; names the nearest.
        UnreadableInput: its file is wrong.
    """
    return _catalogue(name.startswith(f"{FEDERATED}/")).get(name)


def _catalogue(federated: bool) -> Catalogue:
    folder = Sources.shipped().queries
    return Catalogue.load_federated(folder) if federated else Catalogue.load(folder)


@click.command("queries", short_help="List the saved queries, or show one.")
@click.argument("name", required=False, shell_complete=complete_name)
@click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--federated", is_flag=True, help="List the queries that also call endpoints elsewhere."
)
def command(name: str | None, format: str, federated: bool) -> None:
    """List the saved queries with their parameters, or show all about the query NAME.

    \b
    Examples:
      mla-graph queries
      mla-graph queries legal-bases
      mla-graph queries --format json
      mla-graph queries --federated
    """
    catalogue = _catalogue(federated)
    if format == "json":
        found = describe(find(name)) if name else [describe(q) for q in catalogue]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif name:
        _show_one(find(name))
    else:
        _list(catalogue)


def _list(catalogue: Catalogue) -> None:
    for query in catalogue:
        parameters = " ".join(_written(p) for p in query.parameters)
        click.echo(f"{click.style(query.name, bold=True)}  {parameters}".rstrip())
        click.echo(f"    {query.summary}")
    click.echo("\n[…] can be left out, … can be repeated. All take limit and offset.", err=True)


def _written(parameter: Parameter) -> str:
    text = f"{parameter.name}={parameter.type.upper()}" + ("…" if parameter.list else "")
    return text if parameter.required else f"[{text}]"


def _show_one(query: SavedQuery) -> None:
    click.echo(click.style(query.name, bold=True) + f": {query.summary}\n")
    if query.description:
        click.echo(click.wrap_text(query.description, 96, preserve_paragraphs=True) + "\n")
    if query.parameters:
        click.echo("Parameters")
        for p in query.parameters:
            facts = [p.type, "required" if p.required else "optional"]
            facts += ["can be repeated"] if p.list else []
            facts += [f"default {' '.join(p.default)}"] if p.default else []
            click.echo(f"  {p.name:<14}{p.description} ({', '.join(facts)})")
    click.echo("\nColumns")
    for column in query.columns:
        empty = ", may be empty" if column.optional else ""
        click.echo(f"  {column.name:<14}{column.description} ({column.type}{empty})")
    example = " ".join(
        f"{p.name}={text}" for p in query.parameters if p.required for text in p.example
    )
    click.echo(f"\nExample\n  mla-graph query {query.name} {example}".rstrip())
