"""`mla-graph` as a whole: help, version, what it loads, how it ends."""

import errno
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from mla_graph.cli.main import main
from mla_graph.model.about import NOTICE

COMPLETE = "from mla_graph.cli.main import main; main(prog_name='mla-graph')"
COMMANDS = main.list_commands(main.make_context("mla-graph", [], resilient_parsing=True))


def test_the_version_is_that_of_the_package(run) -> None:
    result = run("--version")
    assert result.stdout == f"mla-graph {version('mla-graph')}\n"


def test_the_main_help_says_what_it_is_for_and_what_it_is_not(run) -> None:
    text = run("--help").stdout
    assert " ".join(NOTICE.split()) in " ".join(text.split())
    assert "Exit codes" in text
    for command in COMMANDS:
        assert f"  {command} " in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_teaches_with_an_example(run, command: str) -> None:
    text = run(command, "--help").stdout
    assert f"mla-graph {command}" in text.partition("Examples:")[2]


def test_the_shell_completes_commands_and_names_of_queries(run) -> None:
    def completed(words: str) -> list[str]:
        environ = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        done = subprocess.run(
            [sys.executable, "-c", COMPLETE],
            env=os.environ | environ | {"_MLA_GRAPH_COMPLETE": "bash_complete"},
            capture_output=True,
            text=True,
        )
        return [line.removeprefix("plain,") for line in done.stdout.splitlines()]

    assert completed("mla-graph que") == ["query", "queries"]
    assert completed("mla-graph query author") == ["authorities"]


def test_a_mistyped_command_gets_the_nearest(run) -> None:
    result = run("qeury")
    assert result.exit_code == 2
    assert "query" in result.stderr


def test_a_wrong_setting_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLA_QUERY_TIMEOUT", "soon")
    result = run("query", "states")
    assert result.exit_code == 2
    assert "MLA_QUERY_TIMEOUT" in result.stderr


def test_a_query_loads_none_of_the_heavy_libraries(home: Path, tmp_path: Path) -> None:
    program = """
import sys
from mla_graph.cli.main import main
try:
    main(["query", "states", "--format", "csv"], prog_name="mla-graph")
finally:
    heavy = {"rdflib", "pyshacl", "SPARQLWrapper", "fastapi", "starlette", "pydantic", "jinja2"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"MLA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("state,code,label")
    assert done.stderr == "[]\n"


def test_a_reader_that_leaves_early_is_no_error(home: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "mla_graph.cli.main", "export", "--format", "nquads"],
        cwd=tmp_path,
        env=os.environ | {"MLA_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout and writer.stderr
    assert writer.stdout.readline()
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait(timeout=20) == 141
    writer.stderr.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device."),
        (MemoryError("Reached the buffer"), "There is too little memory for this."),
        (RuntimeError("can't start new thread"), "There is too little memory for this."),
    ],
)
def test_what_the_machine_lacks_is_told_in_a_sentence(
    run, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("mla_graph.cli.commands.queries.command.callback", fail)
    result = run("queries")
    assert (result.exit_code, told in result.stderr) == (3, True)


def test_an_output_that_is_full_is_told_in_a_sentence() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("There is no /dev/full here.")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mla_graph.cli.main", "queries"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "No space left on device" in done.stderr
