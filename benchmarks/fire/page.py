"""Writes the tables of docs/reliability.md from the figures of the last runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.fire import results

PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
_PLACE: Final = "<!-- written by make fire-{name} -->\n", "<!-- end of make fire-{name} -->"

Figures = dict[str, Any]


def write() -> None:
    """Renew every table for which there are figures."""
    text = PAGE.read_text("utf-8")
    for name, table in _TABLES.items():
        if found := results.read(name):
            start, end = (mark.format(name=name) for mark in _PLACE)
            before, _, rest = text.partition(start)
            text = f"{before}{start}\n{table(found)}\n\n{end}{rest.partition(end)[2]}"
    PAGE.write_text(text, "utf-8")


def killers(found: Figures) -> str:
    """The killers, one a line."""
    calm = found["calm"]
    return "\n".join(
        [
            f"{found['at']}, {found['machine']}; deadline {found['deadline']:g} s, "
            f"{found['memory'] >> 20} MiB for a query; {found['rate']:g} saved queries a second, "
            f"calm p50 {_ms(calm['p50'])}, p99 {_ms(calm['p99'])}. {_verdict(found)}",
            "",
            "| killer | answers | slowest | largest worker | p99 of the stream | × calm | lost |",
            "|---|---|--:|--:|--:|--:|--:|",
            *map(killer_line, found["killers"]),
        ]
    )


def killer_line(told: Figures) -> str:
    """One killer as a line of the table."""
    answers = ", ".join(f"{number} × {what}" for what, number in told["answers"].items())
    ratio = told["p99"] / told["p99_calm"] if told["p99_calm"] else 0
    return (
        f"| {told['killer']} | {answers} | {told['slowest']:.1f} s | "
        f"{told['worker_peak'] >> 20} MiB | {_ms(told['p99'])} | {ratio:.1f} | "
        f"{told['lost']} of {told['stream']} |"
    )


def soak(found: Figures) -> str:
    """The long load: what was asked, what was done to the service, what came of it."""
    lines = [
        f"{found['at']}, {found['machine']}; {found['minutes']:g} minutes, "
        f"{found['clients']} clients, {found['workers']} server process(es). {_verdict(found)}",
        "",
        "| | |",
        "|---|--:|",
    ]
    lines += [f"| {what} | {number} |" for what, number in found["table"].items()]
    lines += ["", "| kind | answers | p50 | p99 | other than 200 |", "|---|--:|--:|--:|---|"]
    lines += [
        f"| {kind} | {told['answers']:,} | {_ms(told['p50'])} | {_ms(told['p99'])} | "
        f"{_counted(told['other'])} |"
        for kind, told in found["kinds"].items()
    ]
    return "\n".join(lines)


def kill(found: Figures) -> str:
    """The kills, by what was killed."""
    lines = [
        f"{found['at']}, {found['machine']}; seed {found['seed']}. {_verdict(found)}",
        "",
        "| killed | times | before it was done | old state after | new state after | faults |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {what} | {told['times']} | {told['killed']} | {told['old']} | {told['new']} | "
        f"{told['faults']} |"
        for what, told in found["table"].items()
    ]
    return "\n".join(lines)


def abuse(found: Figures) -> str:
    """The abuses, one a line."""
    return "\n".join(
        [
            f"{found['at']}, {found['machine']}; seed {found['seed']}; each for "
            f"{found['seconds']:g} s; {found['rate']:g} saved queries a second, calm p99 "
            f"{_ms(found['calm'])}; memory {found['before'] >> 20} MiB before, "
            f"{found['after'] >> 20} MiB after. {_verdict(found)}",
            "",
            "| kind | abuse | answers | p99 of the stream | slowest | memory meanwhile | lost |",
            "|---|---|---|--:|--:|--:|--:|",
            *map(abuse_line, found["abuses"]),
        ]
    )


def abuse_line(told: Figures) -> str:
    """One abuse as a line of the table."""
    return (
        f"| {told['kind']} | {told['name']} | {_counted(told['answers'])} | {_ms(told['p99'])} | "
        f"{_ms(told['slowest'])} | +{max(0, told['grown']) >> 20} MiB | "
        f"{told['lost']} of {told['stream']} |"
    )


_TABLES: Final[dict[str, Callable[[Figures], str]]] = {
    "killers": killers,
    "soak": soak,
    "kill": kill,
    "abuse": abuse,
}


def _verdict(found: Figures) -> str:
    number = len(found["failed"])
    return "**All held.**" if not number else f"**{number} did not hold.**"


def _counted(found: dict[str, int]) -> str:
    return ", ".join(f"{number} × {what}" for what, number in found.items())


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    write()
