"""What the sentences of a section say, as far as every word of them is understood."""

from collections.abc import Iterator
from itertools import groupby

from mla_graph.ingest.saved_page.grammar import Statement, understand
from mla_graph.ingest.saved_page.mentions.things import things_in
from mla_graph.ingest.saved_page.phrases import Sentence, framed
from mla_graph.ingest.saved_page.reading import Reading, Said


def statements(reading: Reading, name: str) -> list[Said]:
    """Return each statement of a section, which is read once."""
    if name not in reading.said:
        reading.said[name] = list(_read(reading, name))
    return reading.said[name]


def _read(reading: Reading, name: str) -> Iterator[Said]:
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
    things = list(things_in(clause.text, name, reading.names, reading.last_instrument))
    named = [thing.value.key for thing in things if thing.kind == "instrument"]
    reading.last_instrument = named[-1] if named else reading.last_instrument
    return understand(name, clause.text, things)
