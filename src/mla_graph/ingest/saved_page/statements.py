"""What the sentences of a section say, as far as every word of them is understood."""

from collections.abc import Iterator
from itertools import groupby

from mla_graph.ingest.saved_page.cited import ARTICLE, mentions
from mla_graph.ingest.saved_page.grammar import Statement, Thing, has_odd_sign, understand
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.phrases import Sentence, framed, periods
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.sections import AUTHORITY, IMPLEMENTATION, LANGUAGES


def statements(reading: Reading, name: str) -> Iterator[tuple[Statement, list[str]]]:
    """Give each statement of a section with the frameworks that it is about.

    A sentence counts as a whole: one clause that is not understood leaves out the others. A line
    that ends in a colon and is not understood leaves out the lines that it leads.
    """
    section = reading.page.section(name)
    text = section.text
    heading: set[str] = set()
    led = False
    for (start, end), clauses in groupby(framed(text), key=lambda pair: pair[0].whole):
        said = [(_said(reading, name, clause), found) for clause, found in clauses]
        closing = text[start : end + 1].rstrip()[-1:]
        if led or not all(understood for understood, _ in said):
            reading.account.missed(name, text[start:end].strip())
            led = closing == ":" or (led and closing != ".")
            continue
        section.mark(start, end)
        for statement, found in ((one, found) for understood, found in said for one in understood):
            if statement.says in ("heading", "executing"):
                heading = found - {"any"}
            if statement.says != "heading":
                yield statement, sorted(found or heading)


def _said(reading: Reading, name: str, clause: Sentence) -> list[Statement]:
    return understand(name, clause.text, list(_things(clause.text, name, reading.names)))


def _things(text: str, section: str, names: Names) -> Iterator[Thing]:
    """Find the things in a text in its order; where two overlap, the first kind stays."""
    kinds = {
        AUTHORITY: ("office", names.offices),
        LANGUAGES: ("language", names.languages),
        IMPLEMENTATION: ("measure", names.measures),
    }
    found = [
        Thing(mention.kind if mention.key else "unknown", mention.start, mention.end, mention)
        for mention in mentions(text, names)
    ]
    found += [Thing("period", *place) for place in periods(text)]
    found += [Thing("article", *match.span(), match[0]) for match in ARTICLE.finditer(text)]
    found += [Thing("state", *place) for place in names.own_state.find(text)]
    if section in kinds:
        kind, index = kinds[section]
        found += [Thing(kind, a, b, keys, text[a:b]) for a, b, keys in index.find(text)]
    last = 0
    for thing in sorted(found, key=lambda thing: thing.start):
        if thing.start >= last and not has_odd_sign(text[thing.start : thing.end]):
            yield thing
            last = thing.end
