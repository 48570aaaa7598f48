"""The forms of all kinds of fact: what is in them, and where they are."""

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.namespaces import RDFS, SH
from mla_graph.model.sources import Sources
from mla_graph.service.metadata.forms import forms

FORMS = forms(Sources.shipped())
KINDS = sorted(FORMS.classes)
LANGUAGES = {"de", "en", "fr"}


def literals(form: ox.Store, field: ox.BlankNode, name: str) -> set[str | None]:
    """Return the languages in which something is said of a field."""
    quads = form.quads_for_pattern(field, ox.NamedNode(SH + name), None, None)
    return {quad.object.language for quad in quads if isinstance(quad.object, ox.Literal)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_its_fields_named_and_in_order_and_in_groups(kind: str) -> None:
    form = ox.Store()
    form.extend(ox.Quad(*triple) for triple in FORMS.shapes(kind))
    path, order = ox.NamedNode(f"{SH}path"), ox.NamedNode(f"{SH}order")
    fields = [quad.subject for quad in form.quads_for_pattern(None, path, None, None)]
    assert len(fields) == len(FORMS.fields[kind]) > 1
    for field in fields:
        assert isinstance(field, ox.BlankNode)
        assert literals(form, field, "name") == LANGUAGES
        (group,) = form.quads_for_pattern(field, ox.NamedNode(f"{SH}group"), None, None)
        label = ox.NamedNode(f"{RDFS}label")
        assert len(list(form.quads_for_pattern(group.object, label, None, None))) == 3
    numbers = [
        quad.object for field in fields for quad in form.quads_for_pattern(field, order, None, None)
    ]
    assert len(set(numbers)) == len(fields)


def test_a_form_is_served_with_what_there_is_to_choose(client: TestClient) -> None:
    form = client.get("/shapes/forms/language-rule", headers={"Accept": "text/turtle"})
    assert form.status_code == 200 and "sh:PropertyGroup" in form.text
    choices = client.get("/edit/choices/Instrument", headers={"Accept": "text/turtle"})
    assert "European Convention on Mutual Assistance" in choices.text
    page = client.get("/edit/language-rule?of=language-rule/x", headers={"Accept": "text/html"})
    assert 'data-of="language-rule/x"' in page.text


@pytest.mark.parametrize(
    "address", ["/edit/no-such-kind", "/shapes/forms/no-such-kind", "/edit/choices/Nothing"]
)
def test_a_kind_without_a_form_is_told(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404 and answer.json()["title"] == "No such resource"
