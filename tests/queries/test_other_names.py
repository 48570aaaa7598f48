"""Names that people use, in the shipped graph: one place answers for all who take them."""

import time

import pytest

from mla_graph.model.errors import AmbiguousValue, UnknownValue
from mla_graph.model.names import EXACT
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.lists import enumeration, enumeration_path, resolve
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore

QUERIES = Sources.shipped().queries
LISTS = QUERIES / "parameters"

PEOPLE_WRITE = {
    "state": {
        "UK": "GB", "EL": "GR", "uk": "GB", "Great Britain": "GB", "Belgium": "BE",
        "belgique": "BE", "LU ": "LU", "LUX": "LU",
        "<https://w3id.org/mla-graph/id/state/lu>": "LU",
        "HTTPS://W3ID.ORG/mla-graph/id/state/LU": "LU", "state:lu": "LU", "Czech Republic": "CZ",
        "Czechia": "CZ", "Tschechien": "CZ", "the Netherlands": "NL", "les Pays-Bas": "NL",
        "Holland": "NL", "die Schweiz": "CH", "Côte d’Ivoire": "CI", "Cote d'Ivoire": "CI",
        "Republic of Ireland": "IE", "Turkey": "TR", "Türkiye": "TR", "USA": "US",
        "Bundesrepublik Deutschland": "DE", "Österreich": "AT", "Oesterreich": "AT",
        "Grand-Duché de Luxembourg": "LU", "Hellas": "GR", "Bosnia": "BA", "Guinea": "GN",
        "Niger": "NE", "Macedonia": "MK", "Vatican": "VA",
    },
    "measure": {
        "601": "A.30", "house search": "A.30", "HOUSE-SEARCH": "A.30", "perquisition": "A.30",
        "Hausdurchsuchung": "A.30", "wiretap": "A.50", "phone tapping": "A.50",
        "bank account": "A.22", "a30": "A.30", "A 30": "A.30", "video-conference": "A.12",
        "Video conference": "A.12", "écoutes téléphoniques": "A.50",
        "ecoutes telephoniques": "A.50",
        "JIT": "B.1", "EAW": "C.1", "compte bancaire": "A.22", "measure/a.30": "A.30",
    },
    "instrument": {
        "ETS 030": "coe-030", "ETS No. 030": "coe-030", "ets 30": "coe-030",
        "STE n° 030": "coe-030",
        "SEV 030": "coe-030", "CETS 182": "coe-182", "1959 Convention": "coe-030",
        "FD 2003/577": "eu-fd-2003-577", "2003/577/JHA": "eu-fd-2003-577",
        "Framework Decision 2002/584/JHA": "eu-fd-2002-584", "EIO": "eu-dir-2014-41",
        "Directive 2014/41/EU": "eu-dir-2014-41", "2014/41": "eu-dir-2014-41",
        "Richtlinie 2014/41/EU": "eu-dir-2014-41", "32014L0041": "eu-dir-2014-41",
        "décision-cadre 2002/584/JAI": "eu-fd-2002-584", "EAW": "eu-fd-2002-584",
        "Regulation (EU) 2018/1805": "eu-reg-2018-1805", "EU 2000 Convention": "eu-conv-2000-mla",
        "Palermo Convention": "un-2000-untoc", "UNCAC": "un-2003-uncac",
        "Budapest Convention": "coe-185", "SDÜ": "schengen-1990", "TCA": "eu-uk-tca-2020",
    },
}  # fmt: skip
"""What people write, and the one value that it means."""


@pytest.mark.parametrize("kind", PEOPLE_WRITE)
def test_what_people_write_names_one_value(kind: str, shipped_store: EmbeddedStore) -> None:
    found = {
        text: [(one.key, one.how in EXACT) for one in
               resolve(shipped_store, LISTS, kind, text)]
        for text in PEOPLE_WRITE[kind]
    }  # fmt: skip
    assert found == {text: [(key, True)] for text, key in PEOPLE_WRITE[kind].items()}


def test_every_measure_goes_by_everyday_words_in_three_languages(
    shipped_store: EmbeddedStore,
) -> None:
    rows = shipped_store.select(
        "PREFIX mla: <https://w3id.org/mla-graph/ontology#>"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        "SELECT ?code ?lang (COUNT(?name) AS ?count) {"
        " ?measure a mla:Measure ; skos:notation ?code ; skos:altLabel ?name ."
        " BIND(LANG(?name) AS ?lang) } GROUP BY ?code ?lang"
    )
    counts = {(row["code"].value, row["lang"].value): int(row["count"].value) for row in rows}
    codes = {code for code, _ in counts}
    assert len(codes) == 42
    assert [
        (code, lang)
        for code in sorted(codes)
        for lang in ("en", "fr", "de")
        if counts.get((code, lang), 0) < 5
    ] == []


@pytest.mark.parametrize("kind", ["state", "measure", "instrument"])
def test_every_label_names_its_own_value(kind: str, shipped_store: EmbeddedStore) -> None:
    listed = enumeration(enumeration_path(LISTS, kind), shipped_store)
    lost = [
        (value.code, label)
        for value in listed.values
        for label in value.labels
        if value.code not in [one.key for one in listed.resolve(label)]
    ]
    assert lost == []


def test_parameters_take_the_names(shipped_store: EmbeddedStore) -> None:
    query = Catalogue.load(QUERIES).get("time-limits")
    plain = bind(query, shipped_store, {"state": ["GB"], "measure": ["A.30"]})
    named = bind(query, shipped_store, {"state": ["UK"], "measure": ["house search"]})
    assert named.terms == plain.terms


def test_a_name_of_several_is_answered_with_their_names(shipped_store: EmbeddedStore) -> None:
    query = Catalogue.load(QUERIES).get("time-limits")
    with pytest.raises(AmbiguousValue, match=r"congo.* may be each of .*\(CD\)") as caught:
        bind(query, shipped_store, {"state": ["congo"], "measure": ["A.30"]})
    assert set(caught.value.extensions["nearest"]) == {"CD", "CG"}


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Belgum", "Belgium (BE)"), ("Luxenburg", "Luxembourg (LU)"), ("Slowenia", "Slovenia (SI)")],
)
def test_a_slip_is_answered_with_the_name_that_was_meant(
    text: str, nearest: str, shipped_store: EmbeddedStore
) -> None:
    query = Catalogue.load(QUERIES).get("time-limits")
    with pytest.raises(UnknownValue) as caught:
        bind(query, shipped_store, {"state": [text], "measure": ["A.30"]})
    assert nearest in caught.value.detail


def test_a_look_up_takes_no_time(shipped_store: EmbeddedStore) -> None:
    texts = [text for texts in PEOPLE_WRITE.values() for text in (*texts, "interceptoin of mail")]
    for kind in PEOPLE_WRITE:
        resolve(shipped_store, LISTS, kind, "first")
    since = time.thread_time()
    for kind in PEOPLE_WRITE:
        for text in texts:
            resolve(shipped_store, LISTS, kind, text)
    assert (time.thread_time() - since) / (len(PEOPLE_WRITE) * len(texts)) < 0.005
