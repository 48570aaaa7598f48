"""Nothing is added to what the pages of the two measures say, and little of it is lost."""

import pytest
from tests.ingest.measured import GOALS, PRECISION, measured

from mla_graph.ingest.facts.known import Known
from mla_graph.model.sources import Sources


@pytest.mark.slow
def test_the_pages_that_the_grammar_was_written_after_are_read() -> None:
    shipped = Sources.shipped()
    scores, _ = measured("tuning", Known(shipped.ontology, [shipped.graph_data]))
    assert {field for field, score in scores.items() if score.precision < PRECISION} == set()
    assert {field for field, goal in GOALS.items() if scores[field].recall < goal} == set()
