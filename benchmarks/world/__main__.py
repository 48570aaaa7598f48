"""`python -m benchmarks.world`: an invented world to measure on."""

import sys
from pathlib import Path

import click

from mla_graph.cli.stores import progress
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources


@click.group()
def main() -> None:
    """Invent a world of states and treaties, and build a release of it, to measure on."""


@main.command("write", short_help="Write the facts of an invented world of any size.")
@click.option(
    "--scale", "triples", type=click.IntRange(min=1), default=100_000, show_default=True,
    metavar="N", help="About so many triples: the last page is whole.",
)  # fmt: skip
@click.option("--states", type=click.IntRange(50, 204), default=195, show_default=True)
@click.option("--measures", type=click.IntRange(42, 200), default=60, show_default=True)
@click.option("--seed", type=int, default=20261128, show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Unless given, standard output.",
)  # fmt: skip
@click.option(
    "--format", "format", type=click.Choice(["ntriples", "nquads"]), default="ntriples",
    show_default=True, help="nquads: each page in a graph of its own.",
)  # fmt: skip
def write_facts(
    triples: int, states: int, measures: int, seed: int, out: Path | None, format: str
) -> None:
    """Write facts in the shape of the graph, all made up but the names of states, measures and
    instruments. The same options give the same bytes; a smaller world is the start of a larger one.
    The ontology is not part of it.

    \b
    Examples:
      python -m benchmarks.world write --scale 1000000 --out world.nt
      python -m benchmarks.world build world.nt --out world
    """
    from benchmarks.world.world import units, write

    world = units(Sources.shipped(), states=states, measures=measures, seed=seed)
    named_graphs = format == "nquads"
    try:
        if out:
            with out.open("wb") as file:
                written = write(world, triples, file, named_graphs=named_graphs)
        else:
            written = write(world, triples, sys.stdout.buffer, named_graphs=named_graphs)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise UnreadableInput(f"{out} cannot be written: {error.strerror}.") from error
    progress(f"{written:,} triples")


@main.command("build", short_help="Build a release from such facts.")
@click.argument("facts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="FOLDER",
    help="Folder of the release: new, or one that holds a release.",
)  # fmt: skip
def build(facts: Path, out: Path) -> None:
    """Build a release from a file of N-Triples or N-Quads, unchecked, in the place of the shipped
    facts. Prints its folder.
    """
    from benchmarks.world.large import build_large

    click.echo(build_large(Sources.shipped(), facts, out, progress=progress).path)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.world")
