"""Pages in English, French and German: what is translated, and what is marked as English."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from lxml import html
from starlette.testclient import TestClient
from tests.service.conftest import BROWSER

from mla_graph.model.sources import Sources
from mla_graph.pages.language import CATALOGUES, LANGUAGES
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.wire.problems import types

ENGLISH = {"the", "and", "of", "with", "which", "since", "under", "asks", "is", "are", "by", "this"}
SPOKEN = (
    "/", "/api/dossier", "/ask?from=belgum&to=ireland&for=hearing", "/api/queries", "/no/such",
    "/api/dossier?requesting=BE&executing=LU&measure=A.30&on=2024-05-01",
    "/api/dossier?requesting=ES&executing=MA&measure=A.30",
    "/compare?requesting=BE&measure=A.30&executing=LU&executing=FR", "/search?q=xyzzyplugh",
    "/api/queries/legal-bases?state=LU&measure=A.30", "/api/queries/legal-bases?state=XX",
)  # fmt: skip
MARKED = {"dossier": dict.fromkeys(("said", "phrase", "later", "_titled"))}
"""Functions whose first argument is translated, by folder."""
ELSEWHERE = {
    "unreadable-input", "read-only-store", "publish-failed", "invalid-release", "unreliable-engine",
}  # fmt: skip
"""Problems of commands, which no page has."""


def page(client: TestClient, address: str, language: str) -> html.HtmlElement:
    """Read a page in a language, whatever its status."""
    headers = {"Accept": BROWSER, "Accept-Language": language}
    return html.fromstring(client.get(address, headers=headers).text)


@pytest.mark.parametrize("language", ["fr", "de"])
def test_no_english_is_taken_for_the_language_of_the_page(
    client: TestClient, language: str
) -> None:
    """What stands in English alone, such as the title of a treaty, is marked as English."""
    for address in SPOKEN:
        answer = client.get(address, headers={"Accept": BROWSER, "Accept-Language": language})
        found = html.fromstring(answer.text)
        assert found.get("lang") == language
        left = found.xpath(
            "//body//text()[not(ancestor::*[@lang = 'en' or self::option or self::script"
            " or self::code or contains(@class, 'statements')])]"
            " | //body//@aria-label | //body//@placeholder"
        )
        said = [text for text in left if ENGLISH & set(re.findall("[a-z]+", text.lower()))]
        assert [text for text in said if "CC-BY" not in text] == [], address


def test_the_details_of_an_answer_are_in_the_language_of_its_page(client: TestClient) -> None:
    address = "/api/dossier?requesting=BE&executing=LU&measure=A.30&on=2024-05-01"
    french = page(client, address, "fr")
    details = french.xpath("//details[@class='fold']")
    assert details[0].xpath("string(summary)") == "Instruments entre Belgique et Luxembourg"
    said = " ".join(" ".join(one.text_content() for one in details).split())
    for words in ("Régit la demande", "(reçoit la demande)", ": 30 jours (DEE)", "; en principe"):
        assert words in said, words
    german = " ".join("".join(page(client, address, "de").itertext()).split())
    for words in ("Rechtsgrundlage", "30 Tage", "Voraussetzungen", "nach dem Recht beider Staaten"):
        assert words in german, words


def test_a_problem_is_told_in_the_language_of_its_page(client: TestClient) -> None:
    """The document for programs is in English, as their logs are."""
    address = "/api/queries/legal-bases?state=XX&measure=A.30"
    alarm = page(client, address, "fr").xpath("//*[@role='alert']")[0]
    assert "Cette valeur n’existe pas" in alarm.text_content()
    assert "« XX » ne figure pas parmi les valeurs de « État »" in alarm.text_content()
    assert alarm.xpath("p[@lang='en']")
    lost = page(client, "/no/such/page", "de")
    assert lost.xpath("string(//h1)") == "Seite nicht gefunden"
    answer = client.get(address, headers={"Accept-Language": "fr"})
    assert answer.json()["title"] == "No such value"
    assert answer.headers["content-language"] == "en"


def test_a_question_is_answered_in_the_language_of_its_page(client: TestClient) -> None:
    address = "/api/queries/legal-bases?state=LU&measure=A.30"
    asked = page(client, address, "de")
    assert asked.xpath("string(//h1)") == "Rechtsgrundlagen einer Maßnahme in einem Staat"
    assert "Europäische Ermittlungsanordnung" in asked.xpath("string(//tbody)")
    assert asked.xpath("string(//select[@id='lang']/option[@selected]/@value)") == "de"


def test_every_text_of_the_pages_is_translated() -> None:
    templates = CATALOGUES.parent / "templates"
    texts = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            templates,
            [("**.html", "jinja2"), ("**.txt", "jinja2")],
            {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}},
        )
    }
    texts |= {
        str(message)
        for folder, keywords in MARKED.items()
        for _, _, message, _, _ in extract_from_dir(
            CATALOGUES.parents[1] / folder, [("**.py", "python")], keywords=keywords
        )
    }
    headers = list(Catalogue.load(Sources.shipped().queries))
    texts |= {query.summary for query in headers}
    texts |= {one.description for query in headers for one in query.parameters}
    texts |= {error.title for error in types().values() if error.code not in ELSEWHERE}
    for language in set(LANGUAGES) - {"en"}:
        with Path(CATALOGUES / f"{language}.po").open("rb") as source:
            catalogue = read_po(source, locale=language)
        translated = {
            message.id if isinstance(message.id, str) else message.id[0]: message
            for message in catalogue
            if message.id
            and all([message.string] if isinstance(message.string, str) else message.string)
        }
        assert texts == set(translated)
        for text, message in translated.items():
            said = message.string if isinstance(message.string, str) else message.string[0]
            assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", said)), text
