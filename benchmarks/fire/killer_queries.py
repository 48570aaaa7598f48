"""Queries made to bring a SPARQL service down, one for each way that is known."""

from collections.abc import Iterator
from dataclasses import dataclass

_EVERYTHING = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


@dataclass(frozen=True)
class Killer:
    """A query with its name; ``slow`` readers take one byte a second of its answer.

    With a ``path`` that is asked instead.
    """

    name: str
    text: str
    slow: bool = False
    accept: str = "application/sparql-results+json"
    path: str | None = None


def killers(listener: int) -> Iterator[Killer]:
    """All of them; ``listener`` is a port of this machine that nothing may ever call."""
    graph = "application/n-triples"
    yield Killer("nested braces, 9 kB", "SELECT * WHERE " + "{" * 4500 + "}" * 4500)
    yield Killer("nested braces, 900 kB", "SELECT * WHERE " + "{" * 450_000 + "}" * 450_000)
    yield Killer(
        "nested parentheses, 9 kB",
        "SELECT * WHERE { FILTER" + "(" * 4500 + "1" + ")" * 4500 + " }",
    )
    yield Killer(
        "nested triple terms", "ASK { " + "<<( ?s ?p " * 2000 + "?o" + " )>>" * 2000 + " ?p ?o }"
    )
    yield Killer("nested lists", "ASK { ?s ?p " + "(" * 4500 + ")" * 4500 + " }")
    yield Killer("triple cross product, counted", _count(_EVERYTHING))
    yield Killer(
        "triple cross product, distinct", f"SELECT DISTINCT ?a ?d ?g WHERE {{ {_EVERYTHING} }}"
    )
    yield Killer(
        "cross product, sorted",
        "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(STR(?c), STR(?f)))",
    )
    yield Killer(
        "huge join, sorted",
        "SELECT * WHERE { ?a a ?t . ?b a ?t . ?c a ?t . ?c ?p ?o } ORDER BY ?o ?a ?b",
    )
    yield Killer(
        "regular expression, nested repeats",
        _count('?s ?p ?o FILTER(REGEX(STR(?o), "^(([a-z])+.)+[A-Z]([a-z])+$"))'),
    )
    yield Killer(
        "regular expression, counted repeats",
        _count('?s ?p ?o . ?x ?y ?z FILTER(REGEX(STR(?o), "(((a{1,60}){1,60}){1,60})z"))'),
    )
    yield Killer(
        "regular expression, made from the data",
        _count("?s ?p ?o . ?x ?y ?z FILTER(REGEX(STR(?o), STR(?z)))"),
    )
    yield Killer("path over everything", _count("?s (!<urn:none>)+ ?o"))
    yield Killer("path, nested closures", _count("?s ((!<urn:a>)*/(!<urn:b>)*)* ?o"))
    yield Killer(
        "path, 1,000 nested groups",
        "ASK { ?s " + "(" * 1000 + "!<urn:a>" + ")*" * 1000 + " ?o }",
    )
    unions = " UNION ".join(f"{{ ?s ?p {number} }}" for number in range(10_000))
    yield Killer("ten thousand UNIONs", f"SELECT * WHERE {{ {unions} }}")
    values = ", ".join(f"<urn:x:{number}>" for number in range(40_000))
    yield Killer("IN with 40,000 IRIs", _count(f"?s ?p ?o FILTER(?s IN ({values}))"))
    rows = " ".join(f"(<urn:x:{number}> {number})" for number in range(25_000))
    yield Killer("VALUES with 25,000 rows", _count(f"VALUES (?s ?n) {{ {rows} }} ?a ?b ?c"))
    yield Killer(
        "nested aggregates",
        "SELECT (MAX(?n) AS ?m) WHERE { { SELECT ?d (COUNT(*) AS ?n) WHERE "
        "{ { SELECT ?a ?d (COUNT(*) AS ?k) WHERE { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d } } "
        "GROUP BY ?d } }",
    )
    doubled = "".join(f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    yield Killer("text doubled forty times", f'SELECT ?x40 WHERE {{ BIND("x" AS ?x0){doubled} }}')
    yield Killer(
        "GROUP_CONCAT over a cross product",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?t) WHERE { ?a ?b ?c . ?d ?e ?f }",
    )
    yield Killer(
        "CONSTRUCT of a cross product",
        "CONSTRUCT { ?a ?e ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
        accept=graph,
    )
    yield Killer("DESCRIBE everything", "DESCRIBE ?a WHERE { ?a ?b ?c . ?d ?e ?f }", accept=graph)
    yield Killer(
        "EXISTS in every row",
        _count("?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?y ?f . ?z ?y ?c . ?z ?b ?w }"),
    )
    yield Killer("million rows, read slowly", "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", slow=True)
    yield Killer("dumps, again and again", "", path="/dumps/mla-graph.nt", accept="*/*")
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "0.0.0.0"):
        yield _service(f"SERVICE to {host}", f"http://{host}:{listener}/sparql")
    yield _service("SERVICE to 169.254.169.254", "http://169.254.169.254/latest/meta-data/")
    yield _service("SERVICE with an escape", f"http://127.0.0.1:{listener}/", "SER\\u0056ICE")


def _count(pattern: str) -> str:
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"


def _service(name: str, address: str, keyword: str = "SERVICE") -> Killer:
    return Killer(name, f"SELECT * WHERE {{ {keyword} <{address}> {{ ?s ?p ?o }} }}")
