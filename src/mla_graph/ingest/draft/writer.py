"""The one place that writes: canonical Turtle, a file for each natural unit."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import Node, code, full, ref
from mla_graph.model.errors import UnreadableInput
from mla_graph.release.workspace import replace, workspace


def write(
    nodes: Iterable[Node],
    out: Path,
    progress: Callable[[str, int, int], None],
    kept: Sequence[Path] = (),
) -> int:
    """Write the nodes below ``out``, which appears whole or stays as it was; returns the files.

    A file that one of the folders ``kept`` has too repeats what that one says, so that the draft
    can be copied over it.

    Raises:
        UnreadableInput: ``out`` cannot be written, or holds what would be lost.
    """
    from mla_graph.model import turtle

    units: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        units[node.file].append(node)
    _refuse_loss(out, {out / f"{unit}.ttl" for unit in units}, kept)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with workspace(out.absolute()) as folder:
            new = folder / "new"
            new.mkdir(mode=0o755)
            for done, (unit, found) in enumerate(sorted(units.items()), start=1):
                path = new / f"{unit}.ttl"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(
                    turtle.format_text(_kept(unit, kept) + triples(found), name=unit),
                    encoding="utf-8",
                )
                progress("writing", done, len(units))
            replace(new, out)
    except OSError as error:
        raise UnreadableInput(f"{out} cannot be written: {error.strerror}.") from error
    return len(units)


def _refuse_loss(out: Path, written: set[Path], kept: Sequence[Path]) -> None:
    """Refuse a folder with files that this import does not write anew, and the kept facts."""
    if any(out.resolve() == folder.resolve() for folder in kept):
        raise UnreadableInput(f"{out} holds the kept facts; name another folder with --out.")
    lost = (path for path in out.rglob("*") if path.is_file() and path not in written)
    if found := min(lost, default=None):
        raise UnreadableInput(f"{found} would be lost; name a new folder with --out.")


def _kept(unit: str, folders: Sequence[Path]) -> str:
    paths = [folder / f"{unit}.ttl" for folder in folders]
    return "".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def triples(nodes: Iterable[Node]) -> str:
    """Write nodes as N-Triples."""
    lines = []
    for node in nodes:
        subject = ox.NamedNode(node.iri)
        for name, terms in node.properties.items():
            lines += [f"{subject} {full(name)} {term} ." for term in terms]
        if node.cls_name is not None:
            lines.append(f"{subject} {full('rdf:type')} {full(node.cls_name)} .")
        if node.provenance:
            origin = {
                "prov:wasDerivedFrom": ref("source", node.provenance.source),
                "mla:hasConfidence": ref("confidence", node.provenance.confidence),
                "mla:sourceLocator": code(node.provenance.locator),
            }
            lines += [f"{subject} {full(name)} {term} ." for name, term in origin.items()]
    return "\n".join(lines)
