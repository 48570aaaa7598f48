"""The house keeps its measures: small modules, short functions, full rooms nowhere."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "mla_graph"
MODULES = sorted(SOURCE.rglob("*.py"))
FOLDERS = sorted({module.parent for module in MODULES})

LONGEST_MODULE = 350
LONGEST_FUNCTION = 45
DEEPEST_NESTING = 4
MOST_MODULES = 16

DIALECTS = {path.stem for path in (SOURCE / "store" / "dialects").glob("*.py")}
OTHER_ENGINES = {"blazegraph", "graphdb", "qlever", "stardog"}
EMBEDDED = {"oxigraph"}
ENGINES = re.compile(
    rf"\b({'|'.join(DIALECTS - {'__init__', 'dialect'} - EMBEDDED | OTHER_ENGINES)})\b",
    re.IGNORECASE,
)
SPARQL = re.compile(r"^\s*(SELECT\b.*\{|CONSTRUCT\s*\{|ASK\s*\{|PREFIX\s+\w*:\s*<)", re.DOTALL)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def depth(node: ast.AST, inside: int = 0) -> int:
    deepest = inside
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deeper = isinstance(child, BLOCKS) and not chained
        deepest = max(deepest, depth(child, inside + deeper))
    return deepest


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is without its docstring."""
    text = function.body[0] if ast.get_docstring(function) else None
    documented = (text.end_lineno or text.lineno) - text.lineno + 1 if text else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - documented


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_and_its_functions_stay_small(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    long = {f.name: lines(f) for f in functions(module) if lines(f) > LONGEST_FUNCTION}
    deep = {f.name: depth(f) for f in functions(module) if depth(f) > DEEPEST_NESTING}
    assert (long, deep) == ({}, {})


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_folder_holds_no_more_than_a_reader_can_take_in(folder: Path) -> None:
    modules = [module for module in folder.glob("*.py") if module.stem != "__init__"]
    assert len(modules) <= MOST_MODULES


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_package_says_in_a_sentence_what_it_is_for(folder: Path) -> None:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    first = text.split("\n\n")[0].rstrip(".")
    assert first
    assert ". " not in first


def test_engines_have_names_in_their_dialects_alone() -> None:
    named = {
        name(module)
        for module in MODULES
        if "dialects" not in module.parts and ENGINES.search(module.read_text("utf-8"))
    }
    assert named == set()


def test_queries_are_files() -> None:
    texts = Counter(
        name(module)
        for module in MODULES
        if "store" not in module.relative_to(SOURCE).parts
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SPARQL.search(node.value)
    )
    assert texts == Counter()
