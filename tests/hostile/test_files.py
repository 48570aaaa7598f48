"""Broken and hostile files: `validate`, `build` and `format` name the file, and change nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mla_graph.model.sources import Sources

from .conftest import Run, unchanged

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"'
DEEP = 100_000
GOOD = '<urn:a> <urn:p> "é" .\n'


def multiplying(levels: int = 12) -> str:
    """XML whose entities hold each other ten times: a trillion letters."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(levels))
    return (
        f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "a">{entities}]><rdf:RDF {RDF}>'
        f'<rdf:Description rdf:about="urn:a"><e:p>&e{levels};</e:p></rdf:Description></rdf:RDF>'
    )


def outside() -> str:
    return (
        '<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<rdf:RDF {RDF}><rdf:Description rdf:about="urn:a"><e:p>&a;</e:p></rdf:Description>'
        "</rdf:RDF>"
    )


def alike(number: int) -> str:
    """Blank nodes that only a search through all their orders could tell apart."""
    return "".join(
        f"_:b{i} <urn:p> _:b{j} .\n" for i in range(number) for j in range(number) if i != j
    )


UNREADABLE: dict[str, tuple[str, bytes | str, str]] = {
    "binary": ("x.ttl", bytes(range(256)) * 40, "line 1"),
    "truncated": ("x.ttl", f'{GOOD}<urn:a> <urn:p> "no end', "line 2"),
    "UTF-16": ("x.ttl", GOOD.encode("utf-16"), "save it as UTF-8"),
    "Latin-1": ("x.ttl", f"# one\n{GOOD}".encode("latin-1"), "line 2"),
    "bad IRI": ("x.ttl", "\n<urn:a b> <urn:p> 1 .", "line 2"),
    "relative IRI": ("x.ttl", "<a> <urn:p> 1 .", "line 1"),
    "unknown prefix": ("x.ttl", "<urn:a> nobody:knows 1 .", "line 1"),
    "no JSON": ("x.jsonld", "{", "x.jsonld"),
    "nested JSON-LD": ("x.jsonld", '{"urn:p":' * DEEP + "1" + "}" * DEEP, "line 1"),
    "context elsewhere": ("x.jsonld", '{"@context":"http://127.0.0.1:9/","urn:p":1}', "x.jsonld"),
    "no XML": ("x.rdf", "<rdf:RDF", "line 1"),
    "nested XML": (
        "x.rdf",
        f"<rdf:RDF {RDF}>" + "<rdf:Description><e:p>" * DEEP
        + "</e:p></rdf:Description>" * DEEP + "</rdf:RDF>",
        "100 deep",
    ),
    "multiplying XML": ("x.rdf", multiplying(), "amplification"),
    "XML from elsewhere": ("x.rdf", outside(), "x.rdf"),
    "nested triples": (
        "x.ttl",
        "\n<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * DEEP + "1" + " )>>" * DEEP + " .",
        "line 2 nests",
    ),
    "nested triples in N-Triples": (
        "x.nt",
        "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * DEEP + '"1"' + " )>>" * DEEP + " .",
        "100 deep",
    ),
    "an empty name": ("x.ttl", "<urn:a> <urn:p> <> .", "line 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path, case: str) -> None:
    name, content, told = UNREADABLE[case]
    file = tmp_path / "given" / name
    file.parent.mkdir()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with unchanged(tmp_path):
        result = run("validate", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert name in result.stderr and told in result.stderr
    assert len(result.stderr) < 2000


@pytest.mark.parametrize("case", [case for case in UNREADABLE if UNREADABLE[case][0] == "x.ttl"])
def test_a_build_with_such_a_file_keeps_the_release(
    run: Run, tiny_sources: Sources, tmp_path: Path, case: str
) -> None:
    assert run("build").exit_code == 0
    name, content, _ = UNREADABLE[case]
    file = tiny_sources.graph_data / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with unchanged(tmp_path / "home"):
        result = run("build")
    assert result.exit_code == 2
    assert f"graph_data/{name}" in result.stderr


WELL_FORMED = {
    "CRLF and a byte order mark": b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
    "nested blank nodes": b"<urn:a> <urn:p> " + b"[ <urn:p> " * 5000 + b"1" + b" ]" * 5000 + b" .",
    "nested lists": b"<urn:a> <urn:p> " + b"(" * 5000 + b")" * 5000 + b" .",
    "a literal of 10 MB": f'<urn:a> <urn:p> "{"x" * 10_000_000}" .'.encode(),
    "quotes that nest nothing": ('<urn:a> <urn:p> "' + "<< >> " * 500 + '" .').encode(),
    "homoglyphs": '<https://w3id.org/mla-graph/id/stаte/be> <urn:p> "Cyrillic а" .'.encode(),
}  # fmt: skip


@pytest.mark.parametrize("case", WELL_FORMED)
def test_what_is_only_unusual_is_read(run: Run, tmp_path: Path, case: str) -> None:
    file = tmp_path / "x.ttl"
    file.write_bytes(WELL_FORMED[case])
    with unchanged(tmp_path):
        assert run("validate", file).exit_code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (alike(12).encode(), "blank nodes that say the same"),
        (("<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * DEEP).encode(), "100 deep"),
        (GOOD.encode("latin-1"), "line 1: not UTF-8"),
        (GOOD.encode("utf-16"), "save it as UTF-8"),
    ],
)
def test_format_leaves_what_it_refuses(run: Run, tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "x.ttl"
    file.write_bytes(content)
    with unchanged(tmp_path):
        result = run("format", file)
    assert result.exit_code == 2
    assert "x.ttl" in result.stderr and told in result.stderr


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def missing(path: Path) -> None:
    path.symlink_to("nowhere")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def directory(path: Path) -> None:
    path.mkdir()


def unreadable(path: Path) -> None:
    path.write_text(GOOD)
    path.chmod(0)


ODD = [fifo, loop, missing, device, directory]
if os.geteuid() != 0:  # nothing is unreadable to root
    ODD.append(unreadable)


@pytest.mark.parametrize("make", ODD)
def test_what_is_no_file_is_named(run: Run, tmp_path: Path, make: Callable[[Path], None]) -> None:
    file = tmp_path / "x.ttl"
    make(file)
    result = run("validate", file)
    assert result.exit_code == 2
    assert "x.ttl" in result.stderr


@pytest.mark.parametrize("make", [make for make in ODD if make is not directory])
def test_what_is_no_file_among_the_sources_is_named(
    run: Run, tiny_sources: Sources, make: Callable[[Path], None]
) -> None:
    make(tiny_sources.graph_data / "x.ttl")
    for command in ("validate", "build"):
        result = run(command)
        assert result.exit_code == 2
        assert "x.ttl" in result.stderr


@pytest.mark.parametrize(
    "name", ["a b.ttl", "<x>.ttl", "é.ttl", os.fsdecode(b"\xff.ttl"), "x" * 200 + ".ttl"]
)
def test_a_source_file_may_have_any_name(run: Run, tiny_sources: Sources, name: str) -> None:
    (tiny_sources.graph_data / name).write_text(GOOD)
    assert run("validate").exit_code == 0
    assert run("build").exit_code == 0


def test_a_name_that_no_system_allows_is_named(run: Run) -> None:
    result = run("validate", "x" * 5000 + ".ttl")
    assert result.exit_code == 2
    assert "xxx" in result.stderr


@pytest.mark.parametrize("make", [fifo, loop, missing, device, directory])
def test_what_is_no_store_is_named(run: Run, tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = tmp_path / "store"
    make(folder)
    (tmp_path / "q.rq").write_text("ASK {}")
    result = run("sparql", tmp_path / "q.rq", "--store", folder)
    assert result.exit_code == 3
    assert str(folder) in result.stderr


@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*", "*.sst"])
def test_a_damaged_store_is_named(run: Run, tmp_path: Path, pattern: str) -> None:
    assert run("build", "--out", tmp_path / "release").exit_code == 0
    folder = tmp_path / "release" / "store"
    (tmp_path / "release" / "manifest.json").unlink()
    for path in folder.glob(pattern):
        path.write_bytes(b"damaged" * 30)
    (tmp_path / "q.rq").write_text("ASK { ?s ?p ?o }")
    result = run("sparql", tmp_path / "q.rq", "--store", folder)
    assert result.exit_code == 3
    assert str(folder) in result.stderr or "Corruption" in result.stderr


def test_a_value_that_no_parser_holds_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "long.ttl"
    file.write_bytes(b'<urn:a> <urn:p> "' + b"a" * (17 << 20) + b'" .\n')
    for command in ("validate", "format"):
        result = run(command, file)
        assert (result.exit_code, "long.ttl" in result.stderr) == (2, True)


def test_the_words_of_a_linked_file_are_not_repeated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hash:hash\n")
    link = tmp_path / "x.ttl"
    link.symlink_to(tmp_path / "secret")
    result = run("validate", link)
    assert (result.exit_code, "x.ttl" in result.stderr) == (2, True)
    assert "hash" not in result.stderr
