"""The questions of docs/sparql.md: each runs as it stands, soon, and has the answer under it."""

import re
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import MLAD
from mla_graph.store.embedded import EmbeddedStore

PAGE = Path(__file__, "../../../docs/sparql.md").resolve().read_text("utf-8")
PREFIXES, *_ = re.findall(r"```sparql\n(PREFIX .*?)```", PAGE, re.DOTALL)
QUESTIONS = re.findall(
    r"\*\*(\d+)\. [^\n]*\n\n```sparql\n(.*?)```\n\nOne of the answers: `(.*?)`", PAGE, re.DOTALL
)
EDGES = re.findall(r"^    (\w+) -->\|(\w+)\| (\w+)$", PAGE, re.MULTILINE)
MOST_SECONDS = 2.0


def test_there_are_24_in_order() -> None:
    assert [int(number) for number, _, _ in QUESTIONS] == list(range(1, 25))


@pytest.mark.parametrize(("number", "query", "expected"), QUESTIONS)
def test_a_question_has_the_answer_under_it(
    shipped_store: EmbeddedStore, number: str, query: str, expected: str
) -> None:
    since = time.thread_time()
    answers = {
        " | ".join(_shown(value) for value in row) for row in shipped_store.select(PREFIXES + query)
    }
    assert expected in answers
    assert time.thread_time() - since < MOST_SECONDS


def test_what_is_drawn_joins_facts(shipped_store: EmbeddedStore) -> None:
    drawn = [
        f"?from a mla:{start} ; mla:{link} ?to . ?to a mla:{end} ." for start, link, end in EDGES
    ]
    lost = [one for one in drawn if not shipped_store.ask(f"{PREFIXES} ASK {{ {one} }}")]
    assert len(drawn) > 20 and not lost


@pytest.mark.parametrize("status", ["suspect", "superseded"])
def test_facts_of_pages_that_are_not_current_answer_no_question(
    shipped_store: EmbeddedStore, status: str
) -> None:
    """The page promises it: who asks by ``mla:answersQuestion`` need not look at the status."""
    assert not shipped_store.ask(
        f"{PREFIXES} ASK {{ ?page mla:hasPageStatus page-status:{status} . "
        "?fact mla:belongsToImplementation ?page ; mla:answersQuestion ?question }"
    )


def _shown(value: object) -> str:
    assert isinstance(value, ox.NamedNode | ox.Literal)
    return value.value.removeprefix(MLAD)
