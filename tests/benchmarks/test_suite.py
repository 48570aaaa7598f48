"""The benchmark suite: what it keeps, what it makes of it, and what it does when time is up."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from benchmarks.suite import page
from benchmarks.suite.engines.engine import rows
from benchmarks.suite.figures import Figures, differing, milliseconds, power
from benchmarks.suite.growth import exponent
from benchmarks.suite.measured import Bounds, TooLong, at_most, warm
from benchmarks.suite.results import Results
from benchmarks.suite.session import together

WANTED = {
    "part": "query",
    "size": 10,
    "engine": "disk",
    "name": "states",
    "world": "w",
    "text": "t",
}
RUN = {"at": "2026-11-28T10:00:00+00:00", "others": 0.0}


def measured(**changes: Any) -> dict[str, Any]:
    """A measurement of a query."""
    plain = {"seconds": 0.01, "rows": [3], "kind": "state", "runs": 5}
    return WANTED | plain | RUN | changes


@pytest.mark.parametrize("power_of_size", [0, 0.5, 1, 2])
def test_the_exponent_is_that_of_the_power_by_which_a_figure_grows(power_of_size: float) -> None:
    sizes = [10**5, 10**6, 10**7]
    values = [3 * size**power_of_size for size in sizes]
    assert exponent(sizes, values) == pytest.approx(power_of_size)


def test_one_size_has_no_exponent() -> None:
    assert exponent([10**5], [1.0]) is None


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    Results(tmp_path / "kept.jsonl").add(measured())
    again = Results(tmp_path / "kept.jsonl")
    assert again.has(WANTED)
    for change in ({"text": "other"}, {"world": "other"}, {"size": 100}):
        assert not again.has(WANTED | change)


def test_a_fault_is_tried_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "kept.jsonl")
    results.add(WANTED | RUN | {"fault": "the process ended"})
    assert not results.has(WANTED)


def test_a_run_that_is_cut_off_loses_only_what_it_was_writing(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    results = Results(path)
    results.add(measured())
    results.add(measured(name="other"))
    path.write_text(path.read_text()[:-20])
    found = Results(path)
    assert [one["name"] for one in found] == ["states"]
    found.add(measured(name="third"))
    assert [one["name"] for one in Results(path)] == ["states", "third"]


def test_the_last_measurement_counts(tmp_path: Path) -> None:
    results = Results(tmp_path / "kept.jsonl")
    results.add(measured(seconds=1.0))
    results.add(measured(seconds=2.0))
    results.tidy()
    kept = [json.loads(line) for line in results.path.read_text().splitlines()]
    assert [one["seconds"] for one in kept] == [2.0]


def test_a_slow_call_is_given_up_and_a_quick_one_repeated() -> None:
    with pytest.raises(TooLong), at_most(0.02):
        time.sleep(5)
    with at_most(5):
        _, quick = warm(lambda: None, Bounds(budget=0.01))
        _, slow = warm(lambda: time.sleep(0.02), Bounds(budget=0.01))
    assert quick > 3 and slow == 1


def test_one_question_without_an_answer_decides_over_several() -> None:
    found = [{"seconds": 1.0, "runs": 2, "rows": 4}, {"seconds": 3.0, "runs": 1, "rows": 0}]
    assert together(found) == {"seconds": 2.0, "runs": 3, "rows": [4, 0]}
    assert together([*found, {"over": 20.0}]) == {"over": 20.0}


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (b'{"head":{"vars":["a"]},"results":{"bindings":[{},{}]}}', 2),
        (b"<urn:a> <urn:b> 1, 2 . <urn:a> <urn:b> 2 .", 2),
    ],
)
def test_rows_and_different_triples_are_counted(answer: bytes, count: int) -> None:
    assert rows(answer) == count


def test_engines_that_give_other_numbers_of_rows_are_named() -> None:
    found = [
        measured(),
        measured(engine="virtuoso", rows=[2]),
        measured(name="same"),
        measured(name="same", engine="virtuoso"),
        measured(name="changed since"),
        measured(name="changed since", engine="virtuoso", rows=[2], text="other"),
    ]
    assert differing(Figures(found, "query")) == [(10, "states", {"disk": [3], "virtuoso": [2]})]
    assert "1 faults" in page.differences(Figures(found, "query"))


def test_figures_of_different_queries_or_facts_are_not_passed_off_as_one_series() -> None:
    same = [measured(), measured(size=100)]
    assert list(page.mixed(same)) == []
    told = "".join(page.mixed([*same, measured(size=1000, text="other", world="other")]))
    assert "2 states" in told and "states" in told.partition("queries changed")[2]


def test_growth_beyond_what_is_asked_is_marked() -> None:
    found = [
        measured(name=name, size=size, seconds=seconds)
        for name, larger in (("held", 0.029), ("missed", 0.031))
        for size, seconds in ((10**5, 0.01), (10**7, larger))
    ]
    table = page.growth(Figures(found, "query"))
    assert "| held | state | 3 | 10.0 | 29.0 | 2.90 | 0.23 |" in table
    assert "| missed | state | 3 | 10.0 | 31.0 | **3.10** | 0.25 |" in table


def test_what_was_too_slow_or_refused_is_said() -> None:
    assert milliseconds({"over": 20.0}) == "> 20 s"
    assert milliseconds({"fault": "HTTP 500"}) == "refused"
    told = page.refusals([WANTED | RUN | {"fault": "HTTP 500: a | b"}])
    assert "| embedded, disk | states (10¹) | HTTP 500: a / b |" in told


def test_validation_is_shown_beside_the_referee(tmp_path: Path) -> None:
    kept = tmp_path / "validation.json"
    quick = {"seconds": 2.0, "processor seconds": 3.5, "peak MB": 300.0, "digest": "d"}
    slow = quick | {"seconds": 80.0, "processor seconds": 50.0}
    ways = {"fast": quick, "referee": slow, "late": {"ended after": 90}}
    kept.write_text(json.dumps({"100000": ways}))
    told = page.validation(kept)
    assert "| 10⁵ | referee | 50.0 | 300 | yes | 25.0 |" in told
    assert "| 10⁵ | late | > 90 | – | – | > 45.0 |" in told
    assert page.validation(tmp_path / "none.json") == "Not measured yet."


def test_every_place_of_the_page_is_written() -> None:
    text = page.PAGE.read_text("utf-8")
    for name in page.sections([]):
        text = page.placed(text, name, f"new {name}")
        assert f"\nnew {name}\n" in text


def test_a_size_is_shown_as_a_power_of_ten() -> None:
    assert [power(size) for size in (10**5, 10**12, 250_000)] == ["10⁵", "10¹²", "250,000"]
