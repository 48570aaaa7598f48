"""The shipped graph, by subject and by object."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from mla_graph.model.namespaces import MLAD, RDF, RDFS
from mla_graph.model.sources import Sources
from mla_graph.validation.run import read

TYPE = ox.NamedNode(f"{RDF}type")
_OUTLINE = {TYPE, ox.NamedNode(f"{RDFS}subClassOf"), ox.NamedNode(f"{RDFS}isDefinedBy")}
_CLASS = ox.NamedNode("http://www.w3.org/2002/07/owl#Class")
_MOST_REFERRERS = 20


class Graph:
    """Ontology and facts; ``facts`` are the triples that can be corrupted."""

    def __init__(self, sources: Sources) -> None:
        ontology = read(sources.ontology.glob("*.ttl"))
        terms = {quad.subject for quad in ontology}
        everything = dict.fromkeys(quad.triple for quad in read(sources.graph_files()))
        folder = dict.fromkeys(
            quad.triple
            for quad in read(p for p in sources.graph_files() if sources.graph_data in p.parents)
        )
        self.triples = list(everything)
        self.facts = sorted(folder, key=str)
        self.outline = [t for t in everything if t.subject in terms and t.predicate in _OUTLINE]
        self.said: dict[object, list[ox.Triple]] = defaultdict(list)
        self.referrers: dict[object, list[object]] = defaultdict(list)
        self.class_of: dict[object, ox.NamedNode] = {}
        for triple in everything:
            if triple.subject in terms:
                continue
            self.said[triple.subject].append(triple)
            self.referrers[triple.object].append(triple.subject)
            if triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode):
                self.class_of[triple.subject] = triple.object
        self.always = self._always()
        """Class and property, where every instance of the class has the property."""
        self.classes = sorted(
            {t.subject for t in everything if t.predicate == TYPE and t.object == _CLASS}, key=str
        )

    def _always(self) -> set[tuple[object, object]]:
        instances = Counter(self.class_of.values())
        having = Counter(
            (class_, predicate)
            for node, class_ in self.class_of.items()
            for predicate in {triple.predicate for triple in self.said[node]}
        )
        return {pair for pair, number in having.items() if number == instances[pair[0]]}

    def around(self, starts: Iterable[object]) -> Iterator[ox.Triple]:
        """What is said of the nodes, of some that refer to them, and of all that these lead to.

        Not all of the graph bears on a node: with everything that it leads to nothing is dangling.
        """
        waiting = [
            node for start in starts for node in (start, *self.referrers[start][:_MOST_REFERRERS])
        ]
        seen = set()
        yield from self.outline
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                yield from self.said.get(node, ())
                waiting += (
                    t.object
                    for t in self.said.get(node, ())
                    if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(MLAD)
                )
