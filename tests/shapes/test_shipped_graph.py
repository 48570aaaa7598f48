"""The facts that are shipped."""

from mla_graph.model.sources import Sources
from mla_graph.validation.run import validate_sources


def test_the_shipped_graph_conforms() -> None:
    report = validate_sources(Sources.shipped())
    assert report.conforms, report.text()
