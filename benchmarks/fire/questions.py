"""Questions whose answers are known: computed from a release in this process, before the load."""

import html
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from benchmarks.fire.client import Reply, Request
from mla_graph.dossier.compose import compose, understand
from mla_graph.model.namespaces import MLAD
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release, open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

DAY: Final = "2024-05-01"
RESULTS_JSON: Final = "application/sparql-results+json"
_ROWS: Final = "application/json"
_FICHE: Final = (
    "legal-bases", "conditions", "authorities", "languages", "time-limits", "formalities",
    "alternatives", "implementation",
)  # fmt: skip
_ADHOC: Final = (
    "SELECT (COUNT(*) AS ?n) WHERE {{ ?s a ?class . ?s ?p {node} }}",
    "SELECT ?p ?o WHERE {{ {node} ?p ?o }}",
    "SELECT ?s ?p WHERE {{ ?s ?p {node} }} ORDER BY ?s ?p LIMIT 200",
    "ASK {{ {node} a ?class }}",
    "SELECT ?class (COUNT(?s) AS ?n) WHERE {{ ?s ?p {node} ; a ?class }} GROUP BY ?class",
)

_UNION: Final = "EU"
"""It neither asks nor executes: it acts through its members."""

Values = Mapping[str, str]
Expected = Any


@dataclass
class Question:
    """A request, and for each release what its answer must say.

    ``read`` takes from an answer what is compared; ``stated`` the release that it names, if any.
    """

    kind: str
    request: Request
    expected: dict[str, Expected]
    read: Callable[[bytes], Expected]
    stated: Callable[[bytes], str | None] = lambda body: None
    _seen: dict[bytes, str | None] = field(default_factory=dict, repr=False)

    def wrong(self, reply: Reply) -> str | None:
        """What is wrong with a whole answer of status 200; None if it is one of the expected."""
        if reply.body in self._seen:
            return self._seen[reply.body]
        found = self._judge(reply.body)
        if len(self._seen) < 8:
            self._seen[reply.body] = found
        return found

    def release_of(self, body: bytes) -> str | None:
        """The release that an answer comes from, where it can be told."""
        if (stated := self.stated(body)) is not None:
            return stated
        found = self.read(body)
        same = [release for release, expected in self.expected.items() if expected == found]
        return same[0] if len(same) == 1 else None

    def _judge(self, body: bytes) -> str | None:
        try:
            found, stated = self.read(body), self.stated(body)
        except (ValueError, KeyError, TypeError) as error:
            return f"{self.request.path}: not readable: {error!r}"
        if stated is not None:
            right = self.expected.get(stated) == found
        else:
            right = found in self.expected.values()
        return None if right else f"{self.request.path}: not the answer of the release"


def questions(releases: Sequence[Release], seed: int, size: float = 1.0) -> list[Question]:
    """Questions of every kind about what the first release holds, answered for every release."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    chance = random.Random(seed)
    made: list[Question] = []
    for number, release in enumerate(releases):
        store = open_release(release, in_memory=True)
        if number == 0:
            made = list(_made(catalogue, store, chance, size))
        for question in made:
            question.expected[release.id] = _TELLERS[question.kind](catalogue, store, question)
        store.close()
    chance.shuffle(made)
    return made


def dossier_like(found: Sequence[Question]) -> list[Question]:
    """Saved queries alone, those of a dossier among them, for a steady stream."""
    return [question for question in found if question.kind in ("saved", "rows")]


def _made(
    catalogue: Catalogue, store: EmbeddedStore, chance: random.Random, size: float
) -> Iterator[Question]:
    def some(number: int) -> range:
        return range(max(2, round(number * size)))

    cells = [(row["code"], row["measureCode"]) for row in _rows(catalogue, store, "coverage", {})]
    states = [row["code"] for row in _rows(catalogue, store, "states", {}) if row["code"] != _UNION]
    instruments = [row["key"] for row in _rows(catalogue, store, "instruments", {})]
    measures = [row["code"] for row in _rows(catalogue, store, "measures", {})]
    for _ in some(240):
        state, measure = chance.choice(cells)
        values = {"state": state, "measure": measure}
        yield _saved(chance, chance.choice(_FICHE), values)
    for _ in some(40):
        yield _saved(chance, "parties", {"instrument": chance.choice(instruments)})
        yield _saved(chance, "participations", {"state": chance.choice(states)})
        yield _saved(chance, "applicable-instruments", _pair(chance, states, measures))
        yield _saved(chance, "dossier-warnings", _pair(chance, states, measures))
    for word in ("hearing", "interception", "bank", "témoin", "Vernehmung", "transfer")[:6]:
        yield _saved(chance, "search", {"q": word})
    for _ in some(24):
        pair = _pair(chance, states, [measure for _, measure in cells])
        yield Question(
            "dossier", Request(f"/api/dossier?{urlencode(pair | {'format': 'json'})}"), {},
            _dossier_of, lambda body: str(json.loads(body)["release"]),
        )  # fmt: skip
    nodes = [f"state/{code.lower()}" for code in states]
    nodes += [f"instrument/{key}" for key in instruments]
    nodes += [f"implementation/{state}-{measure}".lower() for state, measure in cells]
    for _ in some(60):
        node = chance.choice(nodes)
        yield Question("triples", Request(f"/id/{node}?format=ntriples"), {}, _statements_of(node))
        page = Request(f"/id/{chance.choice(nodes)}", {"Accept": "text/html"})
        yield Question("page", page, {}, _heading_of)
    for _ in some(50):
        node = f"<{MLAD}{chance.choice(nodes)}>"
        yield adhoc(chance.choice(_ADHOC).format(node=node))


def adhoc(text: str) -> Question:
    """A stranger's query, with the answer still open."""
    headers = {"Accept": RESULTS_JSON, "Content-Type": "application/sparql-query"}
    return Question("adhoc", Request("/sparql", headers, "POST", text.encode()), {}, _bindings_of)


def _pair(chance: random.Random, states: list[str], measures: list[str]) -> dict[str, str]:
    requesting, executing = chance.sample(states, 2)
    measure = chance.choice(measures)
    return {"requesting": requesting, "executing": executing, "measure": measure, "on": DAY}


def _saved(chance: random.Random, name: str, values: Values) -> Question:
    path = f"/api/queries/{name}?{urlencode(values)}"
    coding = {"Accept-Encoding": "gzip"} if chance.random() < 0.3 else {}
    if chance.random() < 0.3:
        request = Request(path, {"Accept": _ROWS} | coding)
        return Question("rows", request, {}, _data_of, _release_of)
    return Question("saved", Request(path, {"Accept": RESULTS_JSON} | coding), {}, _bindings_of)


# What is compared, read from an answer.


def _bindings_of(body: bytes) -> Expected:
    document = json.loads(body)
    if "boolean" in document:
        return document["boolean"]
    bindings = document["results"]["bindings"]
    return Counter(json.dumps(row, sort_keys=True) for row in bindings)


def _data_of(body: bytes) -> Expected:
    return Counter(json.dumps(row, sort_keys=True) for row in json.loads(body)["data"])


def _release_of(body: bytes) -> str | None:
    return str(json.loads(body)["meta"]["release"])


def _dossier_of(body: bytes) -> Expected:
    return json.loads(body)


def _statements_of(node: str) -> Callable[[bytes], Expected]:
    about = f"<{MLAD}{node}> ".encode()

    def read(body: bytes) -> Expected:
        return frozenset(line for line in body.splitlines() if line.startswith(about))

    return read


def _heading_of(body: bytes) -> Expected:
    text = body.decode()
    start = text.index("<h1")
    return html.unescape(text[text.index(">", start) + 1 : text.index("</h1>", start)]).strip()


# The expected answers.


def _asked(question: Question) -> tuple[str, dict[str, list[str]]]:
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(question.request.path)
    values = {name: texts for name, texts in parse_qs(parts.query).items() if name != "format"}
    return parts.path.rpartition("/")[2], values


def _rows(
    catalogue: Catalogue, store: EmbeddedStore, name: str, values: Values
) -> list[dict[str, Any]]:
    raw = {key: [text] for key, text in values.items()}
    return rows(run(store, bind(catalogue.get(name), store, raw)))


def _tell_saved(catalogue: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    name, values = _asked(question)
    return _bindings_of(_json(run(store, bind(catalogue.get(name), store, values))))


def _tell_rows(catalogue: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    name, values = _asked(question)
    found = rows(run(store, bind(catalogue.get(name), store, values)))
    return Counter(json.dumps(row, sort_keys=True) for row in found)


def _tell_adhoc(_: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    return _bindings_of(_json(store.query(question.request.body.decode())))


def _tell_dossier(catalogue: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    _, values = _asked(question)
    asked = understand(catalogue, store, values)
    return json.loads(json.dumps(asdict(compose(catalogue, store, asked))))


def _tell_triples(_: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    node = question.request.path.removeprefix("/id/").partition("?")[0]
    answer = store.query(f"CONSTRUCT {{ <{MLAD}{node}> ?p ?o }} WHERE {{ <{MLAD}{node}> ?p ?o }}")
    assert isinstance(answer, ox.QueryTriples)
    return frozenset(f"{triple} .".encode() for triple in answer)


def _tell_page(_: Catalogue, store: EmbeddedStore, question: Question) -> Expected:
    node = question.request.path.removeprefix("/id/")
    answer = store.query(
        "PREFIX mla: <https://w3id.org/mla-graph/ontology#>"
        f"SELECT ?label WHERE {{ <{MLAD}{node}> mla:defaultLabel ?label }}"
    )
    assert isinstance(answer, ox.QuerySolutions)
    return next((str(row["label"].value) for row in answer), node)


def _json(answer: Answer) -> bytes:
    assert not isinstance(answer, ox.QueryTriples)
    body: bytes | None = answer.serialize(format=ox.QueryResultsFormat.JSON)
    return body or b""


_TELLERS: Final[dict[str, Callable[[Catalogue, EmbeddedStore, Question], Expected]]] = {
    "saved": _tell_saved,
    "rows": _tell_rows,
    "adhoc": _tell_adhoc,
    "dossier": _tell_dossier,
    "triples": _tell_triples,
    "page": _tell_page,
}
