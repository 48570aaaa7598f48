"""`mla-graph stats`: how much the graph holds."""

import json
from typing import Final

import click
import pyoxigraph as ox

from mla_graph.cli.stores import open_store, store_option
from mla_graph.model.about import NOTICE
from mla_graph.model.namespaces import MLA, MLAD
from mla_graph.model.settings import Settings

_QUERIES: Final = {
    ("classes", "Resources by class"): f"""
SELECT ?class (COUNT(DISTINCT ?resource) AS ?resources)
WHERE {{
  ?resource a ?class .
  FILTER(STRSTARTS(STR(?resource), "{MLAD}"))
}}
GROUP BY ?class
ORDER BY DESC(?resources) ?class
""",
    ("sources", "Facts by source document"): f"""
PREFIX mla: <{MLA}>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?source (COUNT(DISTINCT ?fact) AS ?facts) (SAMPLE(?name) AS ?title)
WHERE {{
  ?source a mla:SourceDocument ;
    dcterms:title ?name .
  OPTIONAL {{ ?fact prov:wasDerivedFrom ?source }}
}}
GROUP BY ?source
ORDER BY DESC(?facts) ?source
""",
    ("coverage", "Coverage: implementations by state and availability"): f"""
PREFIX mla: <{MLA}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?state ?availability (COUNT(DISTINCT ?implementation) AS ?implementations)
WHERE {{
  ?implementation a mla:Implementation ;
    mla:concernsState ?of ;
    mla:hasAvailability ?concept .
  ?of skos:notation ?state .
  ?concept skos:notation ?availability .
}}
GROUP BY ?state ?availability
ORDER BY ?state ?availability
""",
}


@click.command("stats", short_help="Count what the graph holds.")
@click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@store_option
def command(format: str, store: str | None, union_default_graph: bool) -> None:
    """Count resources by class, facts by source document, and what is covered.

    \b
    Examples:
      mla-graph stats
      mla-graph stats --format json
    """
    from mla_graph.cli.table import show_solutions
    from mla_graph.saved_queries.rows import rows

    opened = open_store(store, union_default_graph, Settings.from_environ())
    if format == "json":
        counts = {key: rows(opened.query(text)) for (key, _), text in _QUERIES.items()}
        click.echo(json.dumps(counts, ensure_ascii=False, indent=1))
        return
    for (_, title), text in _QUERIES.items():
        click.echo(click.style(title, bold=True))
        answer = opened.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        show_solutions(answer)
        click.echo()
    click.echo(f"From {opened.description}. {NOTICE}", err=True)
