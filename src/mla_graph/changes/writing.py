"""Changes written as text, Markdown, JSON and RDF Patch."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final

from mla_graph.changes.difference import Difference
from mla_graph.changes.words import Account, Item

_TITLES: Final = {"added": "Added", "changed": "Changed", "withdrawn": "Withdrawn"}


def patch(difference: Difference, headers: dict[str, str]) -> Iterator[bytes]:
    """Write an RDF Patch (https://afs.github.io/rdf-patch/) that makes the old edition the new.

    ``headers`` are IRIs by name, such as ``id`` and ``prev``.
    """
    for name, iri in headers.items():
        yield f"H {name} <{iri}> .\n".encode()
    yield b"TX .\n"
    for line in difference.withdrawn:
        yield b"D " + line + b"\n"
    for line in difference.added:
        yield b"A " + line + b"\n"
    yield b"TC .\n"


def as_json(told: Account) -> dict[str, Any]:
    """Give the account as JSON: stated facts one resource an object, derived ones counted."""
    return {
        "stated": {"counts": told.counts, "changes": [asdict(item) for item in told.items]},
        "derived": told.derived,
    }


def summary(counts: dict[str, dict[str, int]]) -> str:
    """Say in one sentence how many resources changed, by kind."""
    if not counts:
        return "No stated fact changed."
    parts = [
        f"{kind}: {', '.join(f'{number:,} {change}' for change, number in sorted(by.items()))}"
        for kind, by in counts.items()
    ]
    return f"{'; '.join(parts)}."


def text(told: Account, title: str) -> Iterator[str]:
    """Write every change in words."""
    yield f"{title}\n\n{summary(told.counts)}\n"
    for kind, items in groupby(told.items, lambda item: item.kind):
        yield f"\n{kind.upper()}\n"
        for item in items:
            yield f"  {item.change}: {item.name}\n"
            yield from (f"    {sentence}\n" for sentence in item.says)
    yield f"\nDERIVED\n{_derived(told)}"


def markdown(told: Account, title: str, most: int = 30) -> Iterator[str]:
    """Write a release note: of each kind the first ``most`` resources, the rest counted."""
    yield f"# {title}\n\n{summary(told.counts)}\n"
    for kind, found in groupby(told.items, lambda item: item.kind):
        items = list(found)
        yield f"\n## {_capital(kind)}\n"
        for change, heading in _TITLES.items():
            same = [item for item in items if item.change == change]
            if not same:
                continue
            yield f"\n### {heading} ({len(same):,})\n\n"
            yield from (_bullet(item) for item in same[:most])
            if len(same) > most:
                yield f"- and {len(same) - most:,} more\n"
    yield f"\n## What follows from them\n\n{_derived(told)}"


def _bullet(item: Item) -> str:
    said = f": {' '.join(item.says)}" if item.says else ""
    return f"- **{_escaped(item.name)}**{_escaped(said)}\n"


def _derived(told: Account) -> str:
    if not told.derived:
        return "No derived statement changed.\n"
    lines = [
        f"- {name}: {', '.join(f'{number:,} {change}' for change, number in sorted(by.items()))}\n"
        for name, by in told.derived.items()
    ]
    return "".join(lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in "\\`*_[]<>#" else one for one in text)


def dumped(document: dict[str, Any]) -> bytes:
    """Write JSON for people and programs."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
