"""RDF files that anybody may have written; hostile ones are refused.

The parsers recurse on quoted triples until the process crashes, and need hours for deeply nested
or self-multiplying XML. What no honest file holds is therefore refused before it is parsed.
"""

import re
import stat
from pathlib import Path
from typing import Final
from xml.parsers import expat

import pyoxigraph as ox

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import PREFIXES

LARGEST: Final = 256 << 20
"""Bytes. A file of facts has a few thousand; a dump of the whole graph some 70 million."""

_DEEPEST: Final = 100
_ALIKE: Final = 4
_NESTING: Final = re.compile(rb"<<|>>")
_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_UNDECLARED: Final = re.compile(r"The prefix ([^\s:]{0,100}): has not been declared")


def content(path: Path, name: str | None = None) -> bytes:
    """Read a regular file without its byte order mark; ``name`` as in ``parse``.

    Raises:
        UnreadableInput: it cannot be read, is a pipe, device or folder, too large, or UTF-16.
    """
    data = raw(path, name)
    if data.startswith(_WIDE):
        raise _refused(Path(name or path), "is UTF-16; save it as UTF-8")
    return data.removeprefix(_BOM)


def raw(path: Path, name: str | None = None) -> bytes:
    """Read a regular file as it is; ``name`` as in ``parse``.

    Raises:
        UnreadableInput: it cannot be read, is a pipe, device or folder, or too large.
    """
    shown = Path(name or path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _refused(shown, "is not a regular file")
        if about.st_size > LARGEST:
            raise _refused(shown, f"has more than {LARGEST >> 20} MiB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(error, shown) from error


def parse(path: Path, format: ox.RdfFormat, name: str | None = None) -> list[ox.Quad]:
    """Parse the file; blank nodes get names that no other file has.

    Errors call the file by ``name``, its path unless given.

    Raises:
        UnreadableInput: it cannot be read or parsed; names the file and, where known, the line.
    """
    return parsed(content(path, name), format, Path(name or path))


def parsed(data: bytes, format: ox.RdfFormat, path: Path) -> list[ox.Quad]:
    """Parse what a file of this path holds; see ``parse``."""
    check(data, format, path)
    try:
        return list(ox.parse(data, format=format, rename_blank_nodes=True))
    except MemoryError:  # the parser's own limit of 16 MiB
        raise too_long(path) from None
    except (SyntaxError, ValueError) as error:
        if path.is_symlink():  # its words may be of a file that the reader may not see
            line = error.lineno if isinstance(error, SyntaxError) else None
            raise _refused(path, "is a link to a file that cannot be parsed", line) from None
        raise unreadable(error, path) from error


def check(data: bytes, format: ox.RdfFormat, path: Path) -> None:
    """Refuse what would crash or stall the parser.

    Raises:
        UnreadableInput: the data holds such a thing.
    """
    if format == ox.RdfFormat.RDF_XML:
        _check_xml(data, path)
        return
    depth = 0
    for found in _NESTING.finditer(data) if b"<<" in data else ():
        depth = depth + 1 if found[0] == b"<<" else max(0, depth - 1)
        if depth > _DEEPEST:
            line = data.count(b"\n", 0, found.start()) + 1
            raise _refused(path, f"nests triples more than {_DEEPEST} deep", line)


def check_blank_nodes(quads: ox.Dataset, path: Path) -> None:
    """Refuse blank nodes that only a search through all orders could tell apart (RDFC-1.0).

    Raises:
        UnreadableInput: there are more than a few such nodes beside each other.
    """
    said: dict[ox.BlankNode, list[str]] = {}
    beside: dict[tuple[ox.BlankNode, str], list[ox.BlankNode]] = {}
    for quad in quads:
        ends = quad.subject, quad.object
        for node, other, mark in ((*ends, ">"), (*ends[::-1], "<")):
            if isinstance(node, ox.BlankNode):
                blank = isinstance(other, ox.BlankNode)
                said.setdefault(node, []).append(f"{mark}{quad.predicate}{'' if blank else other}")
                if isinstance(other, ox.BlankNode):
                    beside.setdefault((node, f"{mark}{quad.predicate}"), []).append(other)
    for others in beside.values():
        looks = [tuple(sorted(said[other])) for other in others]
        if len(looks) - len(set(looks)) >= _ALIKE:
            raise _refused(path, f"has more than {_ALIKE} blank nodes that say the same; name them")


def unreadable(error: SyntaxError | OSError | ValueError, path: Path | None) -> UnreadableInput:
    """Turn the error of a parser or file system into one that names file and line."""
    name = str(path) if path else "the data"
    if isinstance(error, SyntaxError):
        line = f", line {error.lineno}" if error.lineno else ""
        return UnreadableInput(
            f"{name}{line}: {error.msg}{_remedy(error.msg)}", file=name, line=error.lineno
        )
    reason = error.strerror if isinstance(error, OSError) else None
    return UnreadableInput(f"{name}: {reason or error}", file=name, line=None)


def too_long(path: Path) -> UnreadableInput:
    """Compose the error for a file with a token that the parser does not hold."""
    return _refused(path, "holds a value or a name of more than 16 MiB")


def _remedy(message: str) -> str:
    """Say what mends the fault that a parser found, where that is known."""
    if found := _UNDECLARED.search(message):
        space = PREFIXES.get(found[1], "…")
        return f"; add at the beginning: @prefix {found[1]}: <{space}> ."
    return "; save the file as UTF-8" if "Invalid UTF-8" in message else ""


def _check_xml(data: bytes, path: Path) -> None:
    parser, depth = expat.ParserCreate(), 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            line = parser.CurrentLineNumber
            raise _refused(path, f"nests elements more than {_DEEPEST} deep", line)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(data, True)  # which also stops at entities that multiply themselves
    except expat.ExpatError as error:
        raise _refused(path, f"is not XML: {error}", error.lineno) from None


def _refused(path: Path, reason: str, line: int | None = None) -> UnreadableInput:
    where = f"{path}, line {line}" if line else str(path)
    return UnreadableInput(f"{where} {reason}.", file=str(path), line=line)
