"""Pages as states write them: nothing is added, and little is lost."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.record import facts_of
from mla_graph.ingest.saved_page.sections import divide
from mla_graph.ingest.saved_page.text import read
from mla_graph.model.sources import Sources

PAGES = yaml.safe_load(Path(__file__).with_name("sample_pages.yaml").read_text("utf-8"))
TOLD = {
    "availability": r"Measure Implementation: availability (\w+)",
    "instruments": r"Legal Framework: legal basis instrument/([\w.-]+).*",
    "conditions": r"Legal Framework: ((?:dual criminality|a threshold) for .*)",
    "offices": r"Competent Authority: (.*)",
    "languages": r"Accepted languages: (.*)",
    "periods": r"Execution deadline: (.*)",
    "alternatives": r"Measure Implementation: alternative (.*)",
}
"""How the account tells each fact."""


@pytest.mark.slow
def test_nothing_is_added_and_little_is_lost(tmp_path: Path) -> None:
    shipped = Sources.shipped()
    known = Known(shipped.ontology, [shipped.graph_data])
    right, all_of = Counter[str](), Counter[str]()
    for sample in PAGES:
        path = tmp_path / "page.txt"
        path.write_text(sample["text"])
        state, measure = sample["page"].split()
        reading = Reading(divide(read(path)), Names(known, state), state, measure)
        facts_of(reading, path.name)
        told = [f"{section}: {what}" for section, what in reading.account.read]
        for field, pattern in TOLD.items():
            found = {match[1] for line in told if (match := re.fullmatch(pattern, line))}
            expected = set(sample["facts"].get(field, []))
            assert found <= expected, (sample["page"], field)
            right[field] += len(found)
            all_of[field] += len(expected)
    assert {field for field in TOLD if right[field] < 0.8 * all_of[field]} == set()
