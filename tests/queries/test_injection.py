"""What a stranger writes for a parameter is a value, whatever it looks like."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import hypothesis
import pyoxigraph as ox
import pytest

from mla_graph.model.errors import InputError
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Bound, Earlier, bind, run
from mla_graph.search.index import words
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Store
from mla_graph.store.remote import RemoteStore

from ..conftest import OxigraphServer
from ..payloads import HOSTILE, hostile_texts

SHIPPED = Catalogue.load(Sources.shipped().queries)
TAKEN = [(query.name, parameter) for query in SHIPPED for parameter in query.parameters]


def each(taken: Iterable[tuple[str, Parameter]]) -> list[Any]:
    """The parameters of queries as cases of a test."""
    return [pytest.param(name, p, id=f"{name} {p.name}") for name, p in taken]


ORDINARY = {"iri": "instrument/no-such-thing", "text": "no such thing anywhere"}
"""A value that is well formed and names nothing, for parameters without a list of values."""


def plain(text: str) -> str:
    """The words of a text, or one that no thing has."""
    return " ".join(words(text)) or "xyzzyplugh"


class Fixed(RemoteStore):
    """An endpoint that stays as it is: the lists of values need not be read again."""

    release_id = "fixed"


@pytest.fixture(scope="module")
def server(shipped_release: Release, start_oxigraph: Callable[[], OxigraphServer]) -> RemoteStore:
    """The whole graph on a server."""
    server = start_oxigraph()
    server.load(shipped_release.nquads.read_bytes(), "application/n-quads")
    return Fixed(server.query_url)


def outcome(store: Store, name: str, values: Mapping[str, Any]) -> Sequence[object] | None:
    """The rows, or None where the value is refused; any other exception is the test's."""
    raw = {key: [v] if isinstance(v, str) else v for key, v in values.items()}
    try:
        answer = run(store, bind(SHIPPED.get(name), store, raw))
    except InputError as error:
        assert error.detail
        return None
    return list(answer) if isinstance(answer, ox.QueryTriples) else rows(answer)


def like_any_unknown_value(store: Store, name: str, parameter: Parameter) -> Callable[[str], bool]:
    """Whether a text for this parameter is refused or has the outcome of an ordinary value.

    An index of words finds for a text what it finds for its words alone.
    """
    rest = others(name, parameter.name)
    if (name, parameter.name) == ("search", "q") and store.release_folder:
        return lambda text: (
            outcome(store, name, {"q": text}) in (None, outcome(store, name, {"q": plain(text)}))
        )
    ordinary = ORDINARY.get(parameter.type, "no-such-thing")
    usual = outcome(store, name, rest | {parameter.name: ordinary})

    def same(text: str) -> bool:
        found = outcome(store, name, rest | {parameter.name: text})
        return found is None or found == usual

    return same


def others(name: str, parameter: str) -> dict[str, list[str]]:
    """The examples of the other parameters that are required."""
    return {
        p.name: list(p.example)
        for p in SHIPPED.get(name).parameters
        if p.required and p.name != parameter
    }


@pytest.mark.parametrize(("name", "parameter"), each(TAKEN))
def test_a_hostile_value_is_refused_or_answers_like_any_unknown_value(
    name: str, parameter: Parameter, shipped_store: EmbeddedStore
) -> None:
    same = like_any_unknown_value(shipped_store, name, parameter)
    for text in HOSTILE:
        assert same(text), repr(text[:80])


@pytest.mark.parametrize(
    ("name", "parameter"), each((name, p) for name, p in TAKEN if not p.enumeration)
)
def test_a_hostile_value_does_no_more_on_a_server(
    name: str, parameter: Parameter, server: RemoteStore
) -> None:
    """Values of a list are looked up here, before anything is sent."""
    same = like_any_unknown_value(server, name, parameter)
    for text in HOSTILE:
        assert same(text), repr(text[:80])


@pytest.mark.parametrize(
    ("engine", "count"),
    [
        ("shipped_store", 5),
        pytest.param("shipped_store", 300, marks=pytest.mark.fuzz),
        pytest.param("server", 300, marks=pytest.mark.fuzz),
    ],
)
@pytest.mark.parametrize(("name", "parameter"), each(TAKEN))
def test_generated_texts_are_values_too(
    name: str, parameter: Parameter, engine: str, count: int, request: pytest.FixtureRequest
) -> None:
    same = like_any_unknown_value(request.getfixturevalue(engine), name, parameter)

    @hypothesis.given(hostile_texts())
    @hypothesis.settings(
        max_examples=count, derandomize=count < 100, deadline=None, database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def is_a_value(text: str) -> None:
        assert same(text)

    is_a_value()


@pytest.mark.parametrize(
    ("name", "parameter"),
    each((name, p) for name, p in TAKEN if p.enumeration or p.type in ("date", "integer")),
)
def test_a_value_that_is_not_in_the_list_or_no_date_is_refused(
    name: str, parameter: Parameter, shipped_store: EmbeddedStore
) -> None:
    rest = others(name, parameter.name)
    for text in HOSTILE:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest | {parameter.name: [text]})


@pytest.mark.parametrize(("name", "parameter"), each((name, p) for name, p in TAKEN if not p.list))
def test_a_second_value_is_refused_where_one_is_taken(
    name: str, parameter: Parameter, shipped_store: EmbeddedStore
) -> None:
    rest = others(name, parameter.name)
    twice = [parameter.example[0], HOSTILE[0]]
    with pytest.raises(InputError):
        bind(SHIPPED.get(name), shipped_store, rest | {parameter.name: twice})


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_hostile_name_of_a_parameter_is_refused(name: str, shipped_store: EmbeddedStore) -> None:
    for text in HOSTILE:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, others(name, "") | {text: ["LU"]})


class NothingEarlier(Earlier):
    """Fails when a query that goes before another is asked."""

    def rows(self, bound: Bound) -> list[ox.QuerySolution]:
        pytest.fail(f"{bound.query.name} was asked for a question that is refused")


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_hostile_limit_or_offset_is_refused(name: str, shipped_store: EmbeddedStore) -> None:
    rest, nothing_earlier = others(name, ""), NothingEarlier(shipped_store)
    for text in [*HOSTILE, "1 } #", "-1", "1e3", "٣", "9" * 30]:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest, limit=text, earlier=nothing_earlier)
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest, offset=text, earlier=nothing_earlier)
