"""Whether a query calls another endpoint, told from its text without parsing it."""

import re

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
_TOKEN = re.compile(
    r"""
    \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
  | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n\r]* | [?$@]\w+
  | (?P<word>(?:[\w:.\-%]|\\.)+)
    """,
    re.VERBOSE | re.DOTALL,
)


def calls_service(sparql: str) -> bool:
    """Whether the keyword SERVICE stands in the query (SPARQL 1.1 Federated Query)."""
    return any(
        (found["word"] or "").strip(".").upper() == "SERVICE"
        for found in _TOKEN.finditer(_decoded(sparql))
    )


def may_call_service(sparql: str) -> bool:
    """Whether the letters SERVICE stand anywhere in the query."""
    return "SERVICE" in _decoded(sparql).upper()


def _decoded(sparql: str) -> str:
    """The text with its escapes decoded, as a parser reads it (SPARQL 1.1, section 19.2)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), sparql)
