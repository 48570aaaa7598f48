"""The JSON-LD context of the ontology, as it is published."""

import json
from functools import cache
from typing import Any, Final

from mla_graph.model.sources import Sources

CONTEXT_PATH: Final = "/ontology/context.jsonld"


@cache
def context_text(sources: Sources) -> bytes:
    """The file, byte for byte."""
    return (sources.ontology / "context.jsonld").read_bytes()


def json_ld_context(sources: Sources) -> dict[str, Any]:
    """The object under ``@context``."""
    found = json.loads(context_text(sources))["@context"]
    assert isinstance(found, dict)
    return found
