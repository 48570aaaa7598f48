"""`make lint`: check the saved queries of a folder; print what is wrong and exit with 1."""

import sys
from pathlib import Path

from mla_graph.adhoc.federated_check import check_federated
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.check import check_folder

folder = Path(sys.argv[1])
findings = check_folder(folder)
for query in Catalogue.load_federated(folder):
    findings[f"{query.name}.rq"] = check_federated(query)
for name, sentences in findings.items():
    for sentence in sentences:
        print(f"{name}: {sentence}")
sys.exit(any(findings.values()))
