"""The order in which the invented world is told, and how it is written.

The world has no end: a smaller one is the beginning of a larger one. First comes a core, in which
the probes are answered. What follows says nothing of the states, instruments and pages that the
probes ask about, so that they have the same answers in a world of any size: state by state its law,
its pages, its first districts and its treaties with states before it, then ever more districts.
"""

import itertools
from collections.abc import Iterator
from typing import BinaryIO, Final

from benchmarks.world.catalogue import Catalogue
from benchmarks.world.lines import Unit
from benchmarks.world.states import Home
from benchmarks.world.treaties import Treaties, bilateral
from mla_graph.model.namespaces import GRAPH
from mla_graph.model.sources import Sources

CORE_STATES: Final = ("be", "de", "fr", "ie", "lu")
CORE_DISTRICTS: Final = 3
DISTRICTS_PER_ROUND: Final = 10
STATES, MEASURES, SEED = 195, 60, 20261128


def units(
    sources: Sources, *, states: int = STATES, measures: int = MEASURES, seed: int = SEED
) -> Iterator[Unit]:
    """The world, without end.

    Raises:
        UnreadableInput: the installation carries no facts.
    """
    catalogue = Catalogue.read(sources, states, measures)
    treaties = Treaties(catalogue, seed)
    homes = {
        state.code: Home(state, seed, treaties.bound(state), catalogue.measures)
        for state in catalogue.states
    }
    yield from catalogue.units
    yield from treaties.units()
    for code in CORE_STATES:
        yield from _told(homes[code], CORE_DISTRICTS)
    growing = [home for code, home in homes.items() if code not in CORE_STATES]
    for number, home in enumerate(growing):
        yield from _told(home, DISTRICTS_PER_ROUND)
        for other in growing[:number]:
            first, second = sorted((home.state, other.state), key=lambda state: state.code)
            yield bilateral(first, second, catalogue.measures, seed)
    for start in itertools.count(DISTRICTS_PER_ROUND + 1, DISTRICTS_PER_ROUND):
        for home in growing:
            for number in range(start, start + DISTRICTS_PER_ROUND):
                yield home.district(number, catalogue.measures)


def write(world: Iterator[Unit], triples: int, out: BinaryIO, *, named_graphs: bool) -> int:
    """Write units until so many triples are told; returns how many were.

    With ``named_graphs`` as N-Quads, each unit in the graph of the file it would be; otherwise as
    N-Triples. The last unit is whole, so there can be a few thousand more than asked for.
    """
    written = 0
    for unit in world:
        lines = unit.lines
        written += len(lines)
        if named_graphs:
            end = f" <{GRAPH}{unit.name}> .\n"
            lines = [line[:-3] + end for line in lines]
        out.write("".join(lines).encode())
        if written >= triples:
            break
    return written


def _told(home: Home, districts: int) -> Iterator[Unit]:
    yield home.law()
    yield from home.fiches()
    for number in range(1, districts + 1):
        yield home.district(number, home.measures)
