"""`make bench-remote`: what the remote engine adds to a query on Virtuoso, beside curl.

Each saved query, bound with its examples, is asked by one curl process over one kept connection
(``time_total`` of each transfer, so that the start of the process does not count) and through
``RemoteStore``, whose time goes up to the last row of the answer read. Both ask for SPARQL results
JSON, or for Turtle where the answer is a graph; short texts go by GET and long ones by POST on both
sides. Rounds alternate, the first of each does not count, and medians are compared. The budget is
for the sum over all queries; single ones are shown, and told if they are beyond it, the worst of
them once more at the end.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from tests.virtuoso_server import VirtuosoServer, missing

from mla_graph.model.namespaces import GRAPH
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.protocol import LONGEST_GET
from mla_graph.store.remote import RemoteStore

BUDGET: Final = 1.5
MERGED: Final = f"{GRAPH}benchmarks/remote"


def main() -> None:
    """Measure, print a table, and end with exit code 1 beyond the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="transfers of each query on each side")
    parser.add_argument("--only", nargs="*", help="names of saved queries")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(f"There is nothing to measure: {reason}.")
    settings = Settings.from_environ()
    store = open_release(ensure(settings, Sources.shipped(), print), in_memory=True)
    catalogue = Catalogue.load(Sources.shipped().queries)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder, "merged.nt")
        dump.write_bytes(merged(store))
        with VirtuosoServer(Path(folder, "virtuoso")) as server:
            server.load_file(dump, MERGED)
            sys.exit(measure(catalogue, store, server.query_url, arguments.runs, arguments.only))


def merged(store: EmbeddedStore) -> bytes:
    """The merged graph as N-Triples."""
    answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    out = io.BytesIO()
    answer.serialize(out, ox.RdfFormat.N_TRIPLES)
    return out.getvalue()


def measure(
    catalogue: Catalogue, store: EmbeddedStore, url: str, runs: int, only: list[str] | None
) -> int:
    """Print the medians of each query on both sides, in milliseconds; the exit code."""
    remote = RemoteStore(url, MERGED)
    sums = [0.0, 0.0]
    worst = (0.0, "")
    print("| query | rows | curl, ms | remote engine, ms | ratio |\n|---|---|---|---|---|")
    for name in only or catalogue.names:
        query = catalogue.get(name)
        examples = {p.name: list(p.example) for p in query.parameters}
        text = bind(query, store, examples).text
        found: tuple[list[float], list[float]] = ([], [])
        for _ in range(3):
            found[0].extend(by_curl(url, text, query.form, runs // 3 + 1)[1:])
            times, rows = by_remote(remote, text, runs // 3 + 1)
            found[1].extend(times[1:])
        direct, through = (median(side) * 1000 for side in found)
        sums[0] += direct
        sums[1] += through
        ratio = through / direct
        worst = max(worst, (ratio, name))
        beyond = " (beyond)" if ratio > BUDGET else ""
        print(
            f"| {name} | {rows} | {direct:.2f} | {through:.2f} | {ratio:.2f}{beyond} |", flush=True
        )
    ratio = sums[1] / sums[0]
    print(f"| all | | {sums[0]:.1f} | {sums[1]:.1f} | {ratio:.2f} |")
    print(f"The worst single one is {worst[1]}: {worst[0]:.2f}")
    print(f"{'ok' if ratio <= BUDGET else 'TOO SLOW'}: {ratio:.2f} of at most {BUDGET}")
    return 0 if ratio <= BUDGET else 1


def by_curl(url: str, text: str, form: str, runs: int) -> list[float]:
    """Seconds of each transfer by one curl process over one connection."""
    accept = "text/turtle" if form == "construct" else "application/sparql-results+json"
    fields = urlencode({"default-graph-uri": MERGED, "query": text})
    long = len(text.encode()) > LONGEST_GET
    target = f'url = "{url}"\ndata = "{fields}"' if long else f'url = "{url}?{fields}"'
    one = (
        f"{target}\nsilent\nfail\noutput = /dev/null\n"
        f'header = "Accept: {accept}"\n'
        'write-out = "%{time_total}\\n"\n'
    )
    done = subprocess.run(
        ["curl", "--config", "-"],
        input="next\n".join([one] * runs),
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in done.stdout.split()]


def by_remote(store: RemoteStore, text: str, runs: int) -> tuple[list[float], int]:
    """Seconds of each query through the remote engine, and the number of rows."""
    found = []
    for _ in range(runs):
        since = time.perf_counter()
        answer = store.query(text)
        assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
        rows = sum(1 for _ in answer)
        found.append(time.perf_counter() - since)
    return found, rows


if __name__ == "__main__":
    main()
