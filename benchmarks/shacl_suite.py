"""`make shacl-suite`: the W3C test suite of SHACL (core and SPARQL) for both engines.

The tests travel in pySHACL's source archive, whose path is the argument. A report is right if it
has the expected results: focus node, value, constraint component and severity.
"""

import logging
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mla_graph.model.namespaces import RDF, SH
from mla_graph.validation.run import ENGINES

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
AT_LEAST = {"fast": 120, "pyshacl": 118}
"""Tests that each engine is known to pass."""

Said = dict[Any, dict[str, list[Any]]]


def main(archive: str) -> int:
    """Run all tests on all engines; fails if an engine passes fewer than it is known to."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        (root,) = Path(folder).glob("*/test/resources/sht_tests")
        tests = [test for file in sorted(root.rglob("*.ttl")) for test in _tests(file)]
        worse = False
        for name, engine in ENGINES.items():
            failed = []
            for label, data, shapes, expected in tests:
                try:
                    found = _results(_said(engine(data, shapes)))
                except Exception as error:  # an engine may refuse ill-formed shapes in many ways
                    found = None if expected is None else Counter({str(error): 1})
                if found != expected:
                    failed.append(label)
            passed = len(tests) - len(failed)
            worse |= passed < AT_LEAST[name]
            print(f"{name}: {passed} of {len(tests)} passed; not {', '.join(failed) or 'any'}")
    return int(worse)


def _tests(
    file: Path,
) -> Iterator[tuple[str, Sequence[ox.Triple], Sequence[ox.Triple], Counter[Any] | None]]:
    """Label, data, shapes, and the expected results (None: the shapes are to be refused)."""
    said = _said(_parse(file))
    for facts in said.values():
        if ox.NamedNode(f"{SHT}Validate") not in facts[f"{RDF}type"]:
            continue
        action, result = said[facts[f"{MF}action"][0]], facts[f"{MF}result"][0]
        data, shapes = (
            list(
                dict.fromkeys(_parse(Path(action[f"{SHT}{kind}"][0].value.removeprefix("file://"))))
            )
            for kind in ("dataGraph", "shapesGraph")
        )
        refused = result == ox.NamedNode(f"{SHT}Failure")
        expected = None if refused else _results(said, [result])
        yield file.stem, data, shapes, expected


def _parse(file: Path) -> list[ox.Triple]:
    quads = ox.parse(path=file, format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())
    return [quad.triple for quad in quads]


def _said(triples: Iterable[ox.Triple]) -> Said:
    said: Said = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        said[subject][predicate.value].append(value)
    return said


def _results(said: Said, reports: Iterable[Any] | None = None) -> Counter[Any]:
    """The results of a report, without the details that engines may add to them."""
    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
    heads = list(said) if reports is None else reports
    return Counter(
        tuple(_text(said[node].get(f"{SH}{name}", [None])[0]) for name in names)
        for node in [node for head in heads for node in said[head].get(f"{SH}result", [])]
    )


def _text(term: Any) -> str:
    return "a blank node" if isinstance(term, ox.BlankNode) else str(term)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
