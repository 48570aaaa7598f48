"""`mla-graph dossier`: the whole answer on the command line."""

import json
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest

BE_LU = ("dossier", "--requesting", "BE", "--executing", "LU", "--measure", "A.30",
         "--on", "2024-05-01")  # fmt: skip


def test_it_is_a_memo_on_stdout(run) -> None:
    result = run(*BE_LU)
    assert result.exit_code == 0
    assert result.stdout.startswith("Belgium asks Luxembourg: A.30")
    assert "Directive 2014/41/EU" in result.stdout and result.stderr == ""


def test_codes_are_taken_in_any_case(run) -> None:
    again = run("dossier", "--requesting", "be", "--executing", "lu", "--measure", "a.30",
                "--on", "2024-05-01")  # fmt: skip
    assert again.stdout == run(*BE_LU).stdout


def test_json_holds_the_same(run) -> None:
    document = json.loads(run(*BE_LU, "--format", "json", "--lang", "fr").stdout)
    assert document["question"]["requesting"]["label"] == "Belgique"
    assert document["instruments"][0]["status"] == "governs"


@pytest.mark.parametrize(
    ("format", "parsed_as"), [("turtle", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)]
)
def test_graphs_can_be_read_again(run, format, parsed_as) -> None:
    found = list(ox.parse(run(*BE_LU, "--format", format).stdout_bytes, format=parsed_as))
    assert "https://w3id.org/mla-graph/id/source/ejn-lu-a.30" in {q.subject.value for q in found}


def test_the_page_stands_alone(run) -> None:
    """It is mailed and printed: no stylesheet, script or link that needs a service."""
    addresses: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes) -> None:
            assert tag not in ("script", "link", "img", "form")
            addresses.extend(value for name, value in attributes if name == "href")

    page = run(*BE_LU, "--format", "html").stdout
    Reader().feed(page)
    assert "<style>" in page
    assert addresses and all(a.startswith(("#", "https://", "http://")) for a in addresses)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--requesting", "XX", "--executing", "LU", "--measure", "A.30"), "nearest"),
        (("--requesting", "BE", "--executing", "BE", "--measure", "A.30"), "the same"),
        (("--requesting", "BE", "--executing", "LU"), "--measure"),
        (("--requesting", "BE", "--executing", "LU", "--measure", "A.30", "--on", "May"), "on"),
    ],
)
def test_bad_input_is_told_and_ends_with_2(run, arguments, said) -> None:
    result = run("dossier", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr and result.stdout == ""
