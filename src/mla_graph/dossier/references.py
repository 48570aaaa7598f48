"""The facts behind the rows of a dossier, and their places in documents."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mla_graph.dossier.model import Reference
from mla_graph.dossier.questions import Questions, Row

Place = tuple[str, str | None]
"""A source document, with the section in it where that is known."""


class Facts:
    """The rows of ``dossier-facts``: the path of each fact, and its places."""

    def __init__(self, found: Iterable[Row]) -> None:
        """Sort the rows by fact."""
        self.places: Mapping[str, list[Place]]
        self.declared: set[tuple[str, str]] = set()
        self._paths: dict[tuple[str, str | None], str] = {}
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for row in found:
            fact, basis, place = row["fact"], row["basis"], (row["source"], row["locator"])
            if place not in places[fact]:
                places[fact].append(place)
            self._paths.setdefault((fact, basis), row["path"])
            self._paths.setdefault((fact, None), row["path"])
            if row["part"] == "declaration":
                self.declared.add((row["state"], basis))
        self.places = dict(places)

    def path(self, fact: str | None, basis: str | None) -> str:
        """Return the path of a fact as far as it rests on the basis."""
        if fact is None or not self._paths:
            return "first"
        return self._paths.get((fact, basis)) or self._paths.get((fact, None), "other")

    def behind(self, row: Row, fact: str | None) -> list[Place]:
        """Return the places of a row's fact, else its source, and of both participations."""
        places = list(self.places.get(fact, ())) if fact else []
        if not places and row["source"]:
            places.append((row["source"], row.get("locator")))
        for participation in ("requestingParticipation", "executingParticipation"):
            if row.get(participation):
                places += self.places.get(row[participation], ())
        return places


class References:
    """The places that are referred to, numbered in the order of their first use."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[Place, int] = {}

    def numbers(self, places: Iterable[Place]) -> list[int]:
        """Return the numbers of the places, each once."""
        return list(
            dict.fromkeys(
                self._numbers.setdefault(place, len(self._numbers) + 1) for place in places
            )
        )

    def listed(self, questions: Questions) -> list[Reference]:
        """Return the places with title, publisher and days of their documents."""
        documents = {
            source: questions.ask("source-document", {"source": source})
            for source in dict.fromkeys(source for source, _ in self._numbers)
        }
        return [
            Reference(number=number, section=section, **documents[source].result()[0])
            for (source, section), number in self._numbers.items()
        ]
