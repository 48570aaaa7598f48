"""Whether a corruption changes an answer, decided without the shapes.

It does when a saved query, or a rule that derives facts, names the property of the triple: its
answer rests on the value, which every corruption changes or takes away. What no query and no rule
names, such as an editorial note, is for the reader of the page alone.
"""

import re

import pyoxigraph as ox

from mla_graph.model.namespaces import PREFIXES
from mla_graph.model.sources import Sources

_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"(?<![\w<:-])([a-z][\w-]*):([A-Za-z_][\w.-]*)")
_TYPE = re.compile(r"\sa\s")


def properties_read(sources: Sources) -> set[str]:
    """The properties that the saved queries and the rules name."""
    found = set()
    for path in [*sources.queries.rglob("*.rq"), *sources.rule_files()]:
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        prefixes = {**PREFIXES, **dict(_PREFIX.findall(text))}
        found |= {
            prefixes[prefix] + name for prefix, name in _NAME.findall(text) if prefix in prefixes
        }
        if _TYPE.search(text):
            found.add(PREFIXES["rdf"] + "type")
    return found


def changes_meaning(old: ox.Triple, read: set[str]) -> bool:
    """Whether the answer of a saved query can rest on the triple."""
    return old.predicate.value in read
