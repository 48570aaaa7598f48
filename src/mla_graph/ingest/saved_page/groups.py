"""For which states a basis is named: those bound by the investigation order, the others, some."""

from dataclasses import dataclass
from typing import Final

from mla_graph.ingest.saved_page.grammar import Statement

_LEADS: Final = (":", "-", "–", "—")


@dataclass
class Groups:
    """The group of states that the text before has named for what follows."""

    _heading: str | None = None

    def of(self, statement: Statement) -> dict[int, str]:
        """Return the group for the things of a statement, by where they begin.

        A group counts for what follows where it comes first or a colon or dash is behind it, else
        for what is before it. One that is all of a line counts for the lines that follow.
        """
        found: dict[int, str] = {}
        named = self._heading
        waiting: list[int] = []
        acts = False
        for thing in statement.parts[""]:
            if thing.kind == "group":
                after = statement.text[thing.end :].lstrip()
                if not waiting or after.startswith(_LEADS):
                    named, waiting = thing.value, []
                else:
                    found |= dict.fromkeys(waiting, thing.value)
                    waiting = []
            elif thing.kind == "instrument":
                acts = True
                waiting.append(thing.start)
                if named:
                    found[thing.value.start] = named
        keyed = {t.start: t.value.start for t in statement.parts[""] if t.kind == "instrument"}
        found = {keyed.get(place, place): group for place, group in found.items()}
        if not acts and named:
            self._heading = named
        elif named != self._heading or not named:
            self._heading = None
        return found
