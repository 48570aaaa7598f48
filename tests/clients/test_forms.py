"""Each form in Chromium: drawn, filled from a resource that is there, given back unchanged."""

import pyoxigraph as ox
import pytest
from selenium.webdriver.common.by import By
from SPARQLWrapper import SPARQLWrapper
from tests.clients.browser import Driver, until

from mla_graph.model.namespaces import DERIVED_GRAPH, MLAD
from mla_graph.model.sources import Sources
from mla_graph.service.metadata.forms import forms

pytestmark = pytest.mark.clients

FORMS = forms(Sources.shipped())
STATED = f"GRAPH ?graph {{ ?fact ?property ?value }} FILTER(?graph != <{DERIVED_GRAPH}>)"


def asked(endpoint: str, query: str, format: str) -> bytes:
    """Return the answer to a query."""
    client = SPARQLWrapper(endpoint, returnFormat=format)
    client.setQuery(query)
    answer: bytes = client.query().response.read()
    return answer


@pytest.mark.parametrize("kind", sorted(FORMS.classes))
def test_a_form_gives_back_what_fills_it(
    browser: Driver, service: str, endpoint: str, kind: str
) -> None:
    """The richest resource of each kind, which conforms to the shapes as the whole graph does."""
    of_kind = STATED.replace("?property ?value", f"a {FORMS.classes[kind]} ; ?property ?value")
    richest = f"SELECT ?fact {{ {of_kind} }} GROUP BY ?fact ORDER BY DESC(COUNT(*)) ?fact LIMIT 1"
    fact = asked(endpoint, richest, "csv").decode().split("\r\n")[1]
    browser.get(f"{service}/edit/{kind}?of={fact.removeprefix(MLAD)}")
    give = browser.find_element(By.ID, "give")
    until(browser, lambda _: give.is_enabled())
    give.click()
    said = until(browser, lambda page: page.find_element(By.ID, "turtle").text)
    assert browser.find_element(By.ID, "conforms").is_displayed()
    given = {quad.triple for quad in ox.parse(said, ox.RdfFormat.TURTLE)}
    whole = f"CONSTRUCT {{ ?fact ?property ?value }} {{ {STATED} }}".replace("?fact", f"<{fact}>")
    stated = asked(endpoint, whole, "turtle")
    assert given == {quad.triple for quad in ox.parse(stated, ox.RdfFormat.TURTLE)}
