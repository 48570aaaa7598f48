"""Texts that try to be more than a value: known attempts, and a generator of others."""

from hypothesis import strategies as st

HOSTILE = [
    '"} UNION { ?s ?p ?o } #',
    '" ) || true || ( "',
    "'} UNION {?s ?p ?o} #",
    '"""} UNION { ?s ?p ?o } #',
    "'''} } #",
    '\\"} UNION { ?s ?p ?o } #',
    '\\\\"} UNION { ?s ?p ?o } #',
    "\\u0022} UNION { ?s ?p ?o } #",
    "\\U00000022} UNION { ?s ?p ?o } #",
    "\\\\u0022} UNION { ?s ?p ?o } #",
    "LU> . ?s ?p ?o . <",
    "<https://w3id.org/mla-graph/id/state/lu> .",
    "<https://w3id.org/mla-graph/id/state/zz>",
    "https://w3id.org/mla-graph/id/state/lu> . ?s ?p ?o . <urn:x",
    "https://w3id.org/mla-graph/id/state/lu\\u003E . ?s ?p ?o . <urn:x",
    "https://w3id.org/mla-graph/id/state/lu%3E%20.%20?s%20?p%20?o",
    "state:zz",
    "urn:x:y?a=1#}",
    "instrument/coe-030> ?p ?o } #",
    "instrument/../state/lu",
    "instrument/$_lang",
    "$_lang",
    "?state",
    "$_resource",
    "_:b0",
    "[]",
    "UNDEF",
    "NULL",
    "LU, BE",
    "LU' OR '1'='1",
    "1; DROP ALL",
    "} ; DELETE WHERE { ?s ?p ?o }",
    "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }",
    "{" * 400,
    "(" * 400,
    '"@en',
    '"^^<http://www.w3.org/2001/XMLSchema#string>',
    'en"@fr',
    "*.*|.+",
    "%s%n{0}${x}{{7*7}}",
    "2024-13-45",
    "-1e999",
    "true||true",
    "line\nbreak } #",
    "tab\there } #",
    "carriage\rreturn } #",
    "nul\x00byte",
    "\ud800",
    "\u202egnp.exe",
    "ﬁ\u0130ß\U0001d11e",
    "é" * 500,
    "a" * 501,
    "a" * 5000,
    " ",
    "",
]

MARK = "zqxj"
"""Stands in each generated text and in nothing that the graph holds."""

_FRAGMENTS = (
    '"', "'", '"""', "'''", "\\", "\\\\", "\\u0022", "\\U00000027", "\\u003E", "<", ">", "{", "}",
    "(", ")", "[", "]", "#", ";", ",", ".", "|", "&&", "||", "!", "?s", "$_lang", "$_state", "@en",
    "^^", "*", "+", "^", "/", "%22", "%3E", "&format=csv", "?query=", "\n", "\r", "\t", "\x00",
    "\u2028", "\ufeff", "\u202e", "\ud800", "\U0001d11e", " ", " UNION { ?s ?p ?o } ",
    " FILTER(true) ",
    "} LIMIT 0 #", " ASK {}", " SERVICE <http://127.0.0.1:9/> {} ", "; DROP ALL",
    " VALUES ?s { UNDEF } ",
    "https://w3id.org/mla-graph/id/", "urn:", "instrument/", "state/lu", "../", "..%2f", "{{7*7}}",
    "${7*7}", "<script>", "1e999", "-1", "_:b", "prefix:name",
)  # fmt: skip


def hostile_texts() -> st.SearchStrategy[str]:
    """Pieces of SPARQL, of its escapes and of anything, in any order, with ``MARK`` among them."""
    pieces = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=3), max_size=6).map("".join)
    return st.tuples(pieces, pieces).map(MARK.join)
