"""The JSON-LD context: short keys for every property, and no triple lost or changed."""

import json

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, XSD, Graph, URIRef
from rdflib.compare import to_canonical_graph

from mla_graph.model.namespaces import MLA, MLAD, PREFIXES


def no_repeated_keys(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), {key for key in keys if keys.count(key) > 1}
    return dict(pairs)


@pytest.fixture(scope="module")
def context(vocabulary):
    text = (vocabulary.sources.ontology / "context.jsonld").read_text("utf-8")
    return json.loads(text, object_pairs_hook=no_repeated_keys)["@context"]


def expand(context, name):
    prefix, colon, local = name.partition(":")
    return URIRef(context[prefix] + local) if colon and prefix in context else URIRef(name)


def by_iri(context):
    named = {}
    for key, entry in context.items():
        if not key.startswith("@") and entry not in ("@id", "@type"):
            definition = entry if isinstance(entry, dict) else {"@id": entry}
            named[expand(context, definition["@id"])] = (key, definition)
    return named


def test_every_term_of_ours_has_a_key(vocabulary, context, refuse):
    named = by_iri(context)

    def missing():
        for term in vocabulary.classes | vocabulary.properties:
            name = term.removeprefix(MLA)
            link = {"@type": "@id"} if vocabulary.kind_of(term) == OWL.ObjectProperty else {}
            key, entry = named.get(term, (None, {}))
            if key != name or not link.items() <= entry.items():
                yield f"{json.dumps(name)}: {json.dumps({'@id': f'mla:{name}', **link})}"

    refuse("these lines are missing in ontology/context.jsonld", missing())


def test_every_property_of_the_facts_has_a_key(vocabulary, context, refuse):
    used = set(vocabulary.stated.predicates()) - {RDF.type}
    refuse(
        "a property that facts use has a key in ontology/context.jsonld",
        used - set(by_iri(context)),
    )


def test_keys_fit_the_kind_of_property(vocabulary, context, refuse):
    def fits(term, entry):
        kind = vocabulary.kind_of(term)
        if kind == OWL.ObjectProperty:
            return entry.get("@type") == "@id"
        return kind != OWL.DatatypeProperty or entry.get("@type", "xsd:").startswith("xsd:")

    refuse(
        "an object property has @type @id, a datatype property a datatype or none",
        (key for term, (key, entry) in by_iri(context).items() if not fits(term, entry)),
    )


def test_coerced_datatypes_are_those_of_the_facts(vocabulary, context, refuse):
    """A value of another type would need the long form and surprise whoever reads the key."""
    graph = vocabulary.stated
    refuse(
        "the @type of a key is the datatype that the facts use",
        (
            (term, value.datatype)
            for term, (_, entry) in by_iri(context).items()
            if entry.get("@type", "").startswith("xsd:")
            for value in graph.objects(None, term)
            if value.datatype != XSD[entry["@type"].removeprefix("xsd:")]
        ),
    )


def test_prefixes_agree_with_every_other_writer(vocabulary, context, refuse):
    prefixes = {k: v for k, v in context.items() if isinstance(v, str) and v.endswith(("/", "#"))}
    refuse(
        "a prefix of the context means the same as in Turtle",
        (
            prefix
            for prefix, space in prefixes.items()
            if PREFIXES.get(prefix, f"{MLAD}{prefix}/") != space
        ),
    )
    kinds = {
        s[len(MLAD) :].split("/")[0] for s in vocabulary.merged.subjects() if vocabulary.is_ours(s)
    }
    refuse("every kind of resource has a prefix in ontology/context.jsonld", kinds - set(prefixes))


def test_compact_json_says_the_same_as_turtle(vocabulary, context):
    """Compacted with this context and read by two other readers: the same triples.

    The resources are those with a property, or a kind of value of it, that none before them had.
    """
    stated, seen, original = vocabulary.stated, set(), Graph()
    for subject in sorted(set(stated.subjects())):
        kind = str(subject).rpartition("/")[0]
        triples = list(stated.triples((subject, None, None)))
        told = {
            (kind, p, getattr(o, "datatype", None), getattr(o, "language", None))
            for _, p, o in triples
        }
        if not told <= seen:
            seen |= told
            original += triples
    compact = original.serialize(format="json-ld", context=context, use_native_types=True)
    by_rdflib = Graph().parse(data=compact, format="json-ld")
    by_oxigraph = Graph().parse(
        data=ox.serialize(
            ox.parse(compact, format=ox.RdfFormat.JSON_LD), format=ox.RdfFormat.N_TRIPLES
        ),
        format="nt",
    )
    wanted = set(to_canonical_graph(original))
    assert set(to_canonical_graph(by_rdflib)) == wanted
    assert set(to_canonical_graph(by_oxigraph)) == wanted


def test_compact_json_is_short(vocabulary, context):
    one = Graph()
    one += vocabulary.facts.triples((URIRef(f"{MLAD}implementation/lu-a.30"), None, None))
    document = json.loads(one.serialize(format="json-ld", context=context, use_native_types=True))
    assert document["id"] == "implementation:lu-a.30"
    assert document["type"] == "Implementation"
    assert document["concernsState"] == "state:lu"
    assert document["label"]["de"] == "Durchsuchung und Beschlagnahme in Luxemburg"
    assert document["reviewedDate"] == "2022-05-31"
    assert document["coercive"] is True
