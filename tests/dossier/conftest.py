"""Dossiers on the shipped graph."""

from collections.abc import Callable

import pytest

from mla_graph.dossier.compose import compose, understand
from mla_graph.dossier.model import Dossier
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.store.embedded import EmbeddedStore

Make = Callable[..., Dossier]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load(Sources.shipped().queries)


@pytest.fixture(scope="session")
def make(catalogue: Catalogue, shipped_store: EmbeddedStore) -> Make:
    """The dossier of two states, a measure and a day; each is composed once."""
    made: dict[tuple[str, ...], Dossier] = {}

    def dossier(question: str, **further: str) -> Dossier:
        requesting, executing, measure, on = question.split()
        key = (question, *further.values())
        if key not in made:
            raw = {
                "requesting": [requesting],
                "executing": [executing],
                "measure": [measure],
                "on": [on],
            } | {name: [text] for name, text in further.items()}
            made[key] = compose(catalogue, shipped_store, understand(catalogue, shipped_store, raw))
        return made[key]

    return dossier
