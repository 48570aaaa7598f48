"""Turtle templates of the descriptions, rendered to triples."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mla_graph.model.namespaces import HOME
from mla_graph.model.statements import SPACES

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = Path(__file__).with_name("templates")
_PREFIXES: Final = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in SPACES.items())


def rendered(template: str, **values: Any) -> list[ox.Triple]:
    """Render a template and parse it; its relative IRIs are names below https://w3id.org/mla-graph/.

    Raises:
        ValueError: a value that should be an IRI is none.
    """
    text = _PREFIXES + _environment().get_template(f"{template}.ttl.j2").render(values)
    quads = ox.parse(text, ox.RdfFormat.TURTLE, base_iri=HOME)
    return list(dict.fromkeys(quad.triple for quad in quads))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "iri": lambda iri: str(ox.NamedNode(iri)),
        "text": lambda text: str(ox.Literal(text)),
        "english": lambda text: str(ox.Literal(text, language="en")),
        "fragment": _fragment,
    }
    return environment


def _fragment(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "-", iri.partition(":")[2].lstrip("/"))
