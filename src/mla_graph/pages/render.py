"""Pages from templates."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mla_graph import __version__
from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL, ISSUES_URL
from mla_graph.pages.address import ROOT

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""Folder of the stylesheet and the scripts."""


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        version=__version__,
        issues_url=ISSUES_URL,
        data_licence=DATA_LICENCE,
        data_licence_url=DATA_LICENCE_URL,
        root=ROOT.get,
    )
    return environment


def render(template: str, **values: Any) -> str:
    """Fill a template; every value is escaped."""
    return _environment().get_template(template).render(values)
