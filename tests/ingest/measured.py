"""Precision and recall of the page reader, field by field: ``python -m tests.ingest.measured``."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import yaml
from tests.ingest.layouts import LAYOUTS

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.identity.authorities import authority_key, kept_authorities
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.record import facts_of
from mla_graph.ingest.saved_page.sections import divide
from mla_graph.ingest.saved_page.text import read
from mla_graph.model.sources import Sources

FIELDS: Final = (
    "availability", "alternatives", "instruments", "acts", "conditions", "offices", "languages",
    "periods",
)  # fmt: skip
GOALS: Final = {
    "availability": 0.9, "alternatives": 0.8, "instruments": 0.9, "conditions": 0.5,
    "offices": 0.7, "languages": 0.9, "periods": 0.8,
}  # fmt: skip
PRECISION: Final = 0.97
FOLDER: Final = Path(__file__).with_name("pages")


class Score(NamedTuple):
    """How many facts of a field were right, were taken, and are on the pages."""

    right: int
    taken: int
    present: int

    @property
    def precision(self) -> float:
        return self.right / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.present if self.present else 1.0


def measured(name: str, known: Known) -> tuple[dict[str, Score], list[str]]:
    """Read the pages of a file, each in another layout; list what was added and what was lost."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    pages = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)
    with TemporaryDirectory() as folder:
        for page, layout in zip(pages, cycle(LAYOUTS), strict=False):
            state, measure = page["page"].split()
            path = layout(page, Path(folder))
            reading = Reading(divide(read(path)), Names(known, state), state, measure)
            (record,) = facts_of(reading, path.name).of("fiches")
            found, expected = taken(record.fields, known), stated(page, known)
            for field in FIELDS:
                both = found[field] & expected[field]
                counts[field] += Counter(
                    right=len(both), taken=len(found[field]), present=len(expected[field])
                )
                for sign, odd in (("+", found[field] - both), ("-", expected[field] - both)):
                    wrong += [f"{page['page']} {sign} {field}: {fact}" for fact in sorted(odd)]
            wrong += [f"{page['page']} ? {where}: {s}" for where, s in reading.account.sentences]
    scores = {f: Score(c["right"], c["taken"], c["present"]) for f, c in counts.items()}
    return scores, wrong


def stated(page: Mapping[str, Any], known: Known) -> dict[str, set[str]]:
    """Return the facts that a page states, offices by key."""
    facts = {field: set(page["facts"].get(field, ())) for field in FIELDS}
    iso = page["page"][:2]
    facts["offices"] = {_by_key(iso, fact, known) for fact in facts["offices"]}
    return facts


def _by_key(iso: str, fact: str, known: Known) -> str:
    role, framework, name = fact.split(" ", 2)
    key = authority_key(iso, name)
    return f"{role} {framework} {kept_authorities(known).get(key, key)}"


def taken(record: Mapping[str, Any], known: Known) -> dict[str, set[str]]:
    """Return the facts of a record in the form in which the pages of the test state them."""
    iso = record["state"]
    available = record["availability"]
    return {
        "availability": {available} - {"unknown"},
        "alternatives": set(record["alternatives"]),
        "instruments": {item["key"] for item in record["instruments"]},
        "acts": {
            f"{a['role']} {a['instrument']} {a.get('date') or a.get('number')}"
            for a in record["statutes"]
            if a["role"] in ("approves", "transposes")
        },
        "conditions": {
            " ".join(filter(None, (c["type"], c.get("value"), _owner(c))))
            for c in record["conditions"]
        },
        "offices": set(_offices(iso, record, known)),
        "languages": {f"{x['for']} {x['lang']} {x['status']}" for x in record["languages"]},
        "periods": {
            " ".join(filter(None, (x["scope"], x["for"], x["value"], x.get("starts"))))
            for x in record["deadlines"]
        },
    }


def _owner(condition: Mapping[str, Any]) -> str:
    return str(condition.get("instrument") or condition.get("statute") or "any")


def _offices(iso: str, record: Mapping[str, Any], known: Known) -> Iterator[str]:
    for role in ("receive", "execute"):
        for item in record[f"{role[:-1]}ing_authorities"]:
            key = item.get("key") or authority_key(iso, item["name"])
            yield f"{role} {item['scope']} {kept_authorities(known).get(key, key)}"


def table(scores: Mapping[str, Score]) -> str:
    """Format the scores, one field a line."""
    lines = [f"{'field':13} {'precision':>9} {'recall':>7} {'goal':>5}  right/taken/present"]
    lines += [
        f"{field:13} {s.precision:9.2f} {s.recall:7.2f} {GOALS.get(field, 0):5.2f}  "
        f"{s.right}/{s.taken}/{s.present}"
        for field, s in scores.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table of each file; with ``-v`` what was added, lost and not understood."""
    shipped = Sources.shipped()
    known = Known(shipped.ontology, [shipped.graph_data])
    names = [a for a in sys.argv[1:] if a != "-v"] or ["tuning", "held_out"]
    for name in names:
        scores, wrong = measured(name, known)
        print(f"{name}\n{table(scores)}\n")
        if "-v" in sys.argv:
            print("\n".join(wrong))


if __name__ == "__main__":
    main()
