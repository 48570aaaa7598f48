"""One edition of the graph to compare: a release, a file of RDF, or a folder of files."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model import rdf_files
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import DERIVED_GRAPH

_PACKED: Final = ".gz"
_DERIVED: Final = ox.NamedNode(DERIVED_GRAPH)


@dataclass(frozen=True)
class Edition:
    """A graph as sorted lines of canonical N-Quads without line ends, and as a store.

    ``graphs``: it has named graphs beside the default graph.
    """

    name: str
    lines: Callable[[], Iterator[bytes]]
    store: ox.Store
    graphs: bool

    @property
    def derives(self) -> bool:
        """It tells what is derived from what is stated."""
        return any(True for _ in self.store.quads_for_pattern(None, None, None, _DERIVED))

    @classmethod
    def of_release(cls, name: str, nquads: Path, store: Path) -> "Edition":
        """Open what a release has on disk.

        Raises:
            OSError: it is not there.
        """
        return cls(name, lambda: lines_of(nquads), ox.Store.read_only(str(store)), graphs=True)

    @classmethod
    def of_files(cls, path: Path) -> "Edition":
        """Read a file, or every file of RDF below a folder; ``.gz`` is unpacked.

        Blank nodes are named by RDFC-1.0, so that those that say the same have the same name.

        Raises:
            UnreadableInput: there is none, or one cannot be parsed; names it.
        """
        paths = sorted(one for one in path.rglob("*") if _format(one)) if path.is_dir() else [path]
        if not paths:
            raise UnreadableInput(f"{path} holds no release and no file of RDF.")
        store = ox.Store()
        for one in paths:
            store.extend(_parsed(one))
        _name_blank_nodes(store, path)
        text: bytes = store.dump(format=ox.RdfFormat.N_QUADS) or b""
        lines = sorted(text.split(b"\n")[:-1])
        return cls(str(path), lambda: iter(lines), store, any(True for _ in store.named_graphs()))


def lines_of(nquads: Path) -> Iterator[bytes]:
    """Read the lines of a file without their ends."""
    with nquads.open("rb") as file:
        for line in file:
            yield line[:-1]


def _format(path: Path) -> ox.RdfFormat | None:
    name = path.name.removesuffix(_PACKED)
    return ox.RdfFormat.from_extension(name.rpartition(".")[2]) if path.is_file() else None


def _parsed(path: Path) -> Iterable[ox.Quad]:
    """Parse a file in the format that its name says.

    Raises:
        UnreadableInput: it cannot be read or parsed, or has another ending.
    """
    if not path.is_file():
        raise UnreadableInput(f"There is no release, file or folder {path}.")
    if (format := _format(path)) is None:
        raise UnreadableInput(f"{path} has no ending of RDF, such as .ttl, .nq, .trig or .nt.gz.")
    data = rdf_files.content(path)
    try:
        plain = gzip.decompress(data) if path.suffix == _PACKED else data
    except (OSError, EOFError) as error:
        raise UnreadableInput(f"{path} is no file of gzip: {error}.") from error
    return rdf_files.parsed(plain, format, path)


def _name_blank_nodes(store: ox.Store, path: Path) -> None:
    """Give blank nodes names that follow from what is said of them.

    Raises:
        UnreadableInput: too many say the same to tell them apart.
    """
    with_blank = [quad for quad in store if ox.BlankNode in (type(quad.subject), type(quad.object))]
    if not with_blank:
        return
    named = ox.Dataset(with_blank)
    rdf_files.check_blank_nodes(named, path)
    named.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in with_blank:
        store.remove(quad)
    store.extend(named)
