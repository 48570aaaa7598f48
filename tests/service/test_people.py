"""The pages for people: a question in words, the card, reasons, comparison, languages."""

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import yaml
from lxml import etree, html
from starlette.testclient import TestClient
from tests.service.conftest import BROWSER

from mla_graph.model.about import ISSUES_URL
from mla_graph.model.sources import Sources
from mla_graph.pages.language import LANGUAGES
from mla_graph.saved_queries.lists import names_of

PAIRS = (
    "BE LU A.30", "FR DE A.22", "DE US A.22", "LU JP C.1", "ES MA A.30", "FR IE A.50", "IT CH E.1",
)  # fmt: skip
LINES = 7
PHRASES = Path(__file__).parents[1] / "queries/phrases.yaml"
FIRST_WORDS = 60


def page(client: TestClient, address: str, language: str = "") -> html.HtmlElement:
    """Read a page."""
    answer = client.get(address, headers={"Accept": BROWSER, "Accept-Language": language})
    assert answer.status_code == 200, answer.text[:500]
    return html.fromstring(answer.text)


def asked(client: TestClient, address: str) -> dict[str, list[str]]:
    """Give the parameters of the answer to which a question leads."""
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == 303, (address, answer.status_code)
    return parse_qs(urlsplit(answer.headers["location"]).query)


def dossier(pair: str, more: str = "") -> str:
    requesting, executing, measure = pair.split()
    return f"/api/dossier?requesting={requesting}&executing={executing}&measure={measure}{more}"


def test_a_question_in_words_leads_to_the_answer(client: TestClient) -> None:
    found = asked(client, "/ask?from=belgium&to=ireland&for=house+search&on=2024-05-01&lang=fr")
    assert found == {
        "requesting": ["BE"], "executing": ["IE"], "measure": ["A.30"],
        "on": ["2024-05-01"], "lang": ["fr"],
    }  # fmt: skip
    assert asked(client, "/ask?from=UK&to=EL&for=wiretap")["requesting"] == ["GB"]
    several = asked(client, "/ask?from=belgium&to=luxembourg,+France&for=house+search")
    assert several["executing"] == ["LU", "FR"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_goes_by_its_name(client: TestClient, language: str) -> None:
    """A name that two states bear, such as Congo, offers both."""
    served = client.context.served  # type: ignore[attr-defined]
    wrong, doubtful = {}, set()
    for state in names_of(served.store, "state/").candidates(language):
        other = "LU" if state.key != "lu" else "BE"
        address = f"/ask?from={quote(state.label)}&to={other}&for=A.30&lang={language}"
        answer = client.get(address, follow_redirects=False)
        if answer.status_code == 200 and f"from={state.key.upper()}&" in answer.text:
            doubtful.add(state.key)
        elif f"requesting={state.key.upper()}&" not in answer.headers.get("location", ""):
            wrong[state.label] = answer.headers.get("location")
    assert not wrong
    assert doubtful <= {"cd", "cg"}


def test_everyday_phrases_lead_to_their_measure(client: TestClient) -> None:
    """Each of 210 phrases leads to its measure, or offers it first or as one of two."""
    phrases = yaml.safe_load(PHRASES.read_text("utf-8"))
    assert [len(texts) for texts in phrases.values()] == [5] * 42
    lost = {}
    for code, text in ((code, text) for code, texts in phrases.items() for text in texts):
        answer = client.get(f"/ask?from=BE&to=LU&for={quote(text)}", follow_redirects=False)
        if answer.status_code == 303:
            found = parse_qs(urlsplit(answer.headers["location"]).query)["measure"]
        else:
            links = html.fromstring(answer.text).xpath("//*[@role='alert']//a/@href")
            found = [parse_qs(urlsplit(link).query)["for"][0] for link in links]
        if code not in found[: 2 if len(found) == 2 else 1]:
            lost[text] = code, found
    assert not lost


def test_several_meanings_and_slips_are_offered(client: TestClient) -> None:
    offered = page(client, "/ask?from=belgum&to=ireland&for=hearing")
    links = offered.xpath("//*[@role='alert']//a/@href")
    assert any("from=BE" in link for link in links)
    assert {"for=A.11", "for=A.12"} <= {link.rpartition("&")[2] for link in links}
    unknown = page(client, "/ask?from=zzzz&to=ireland&for=A.30")
    assert "zzzz" in unknown.xpath("string(//*[@role='alert'])")


@pytest.mark.parametrize("pair", PAIRS)
def test_seven_lines_say_what_to_do(client: TestClient, pair: str) -> None:
    found = page(client, dossier(pair))
    card = found.xpath("//dl[contains(@class, 'card')]")[0]
    lines = dict(zip(card.xpath("dt"), card.xpath("dd"), strict=True))
    assert len(lines) == LINES
    assert all(line.text_content().strip() for line in lines.values())
    before = found.xpath("//main//text()[following::dt[normalize-space() = 'Send to']]")
    assert len(" ".join(before).split()) <= FIRST_WORDS
    for line in lines.values():
        known = not line.xpath(".//*[@class='unknown']")
        linked = {link.rpartition("#")[2] for link in line.xpath(".//a/@href") if link[0] == "#"}
        assert bool(line.xpath(".//a")) or known
        assert all(found.xpath(f"//*[@id='{target}']") for target in linked), linked


def test_an_addressee_is_told_with_its_page_and_mailbox(client: TestClient) -> None:
    address = dossier("BE JP A.30", "&on=2024-05-01")
    rows = client.get(address).json()["essentials"]["authority"]["rows"]
    pages = {row["page"] for row in rows if row["authority"]} - {None}
    links = page(client, address).xpath("//dl[1]/dd//a/@href")
    assert pages and pages & set(links)
    written = page(client, dossier("BE TW A.30")).xpath("//dl[1]/dd//a/@href")
    assert "mailto:mla-taiwan@mail.moj.gov.tw" in written


def test_a_citation_names_the_release_and_says_if_another_answers(client: TestClient) -> None:
    address = dossier("BE LU A.30", "&on=2024-05-01")
    found = page(client, address)
    (cited,) = found.xpath("//*[@id='citation']/a/@href")
    release = client.get(address).json()["release"]
    assert parse_qs(urlsplit(cited).query)["release"] == [release[:12]]
    assert found.xpath("//button[@data-copy='citation']")
    follow = cited[cited.index("/api/dossier") :]
    assert not page(client, follow).xpath("//*[@role='status']")
    later = page(client, follow.replace(release[:12], "0123456789ab"))
    (told,) = later.xpath("//*[@role='status']")
    assert "0123456789ab" in told.text_content() and release[:12] in told.text_content()
    assert client.get(follow).status_code == 400, "data names its release itself"


def test_what_is_unknown_is_never_told_as_no(client: TestClient) -> None:
    found = page(client, dossier("ES MA A.30"))
    box = found.xpath("//*[@id='unknown']/..")[0].text_content()
    assert "punish the act" in box and "does not mean that there is no rule" in box
    first = found.xpath("//dl[contains(@class, 'card')]/dd")[0].text_content()
    assert "own law not known to us" in first


def test_a_reason_is_drawn_and_told_in_three_sentences(client: TestClient) -> None:
    pair = "/why?requesting=BE&executing=LU&measure=A.30&on=2024-05-01"
    replaced = page(client, f"{pair}&instrument=coe-030")
    assert "Do not use it" in replaced.text_content()
    assert len(replaced.xpath("//main//ol/li")) == 3
    assert "Belgium" in replaced.xpath("string(//svg/@aria-label)")
    none = page(client, "/why?requesting=FR&executing=IE&measure=A.50&instrument=eu-dir-2014-41")
    assert "does not apply" in none.text_content()
    assert "Ireland: not bound." in none.text_content()


def test_states_stand_side_by_side_with_what_differs(client: TestClient) -> None:
    found = page(client, "/compare?requesting=BE&measure=A.30&executing=LU&executing=FR")
    assert len(found.xpath("//thead//th")) == 2
    assert found.xpath("//tr[@class='differs']/th[contains(., 'Language')]")
    assert not found.xpath("//tr[@class='differs']/th[contains(., 'Use')]")


def test_the_matrix_tells_no_page_from_no(client: TestClient) -> None:
    found = page(client, "/coverage")
    row = found.xpath("//tbody/tr[th[contains(., 'Luxembourg')]]")[0]
    cells = [cell.text_content().strip() for cell in row.xpath("td")]
    assert {"✔", "–"} <= set(cells)
    assert "does not mean no" in found.text_content()


def test_the_matrix_shows_a_theme_or_the_work_left_and_can_be_drawn(client: TestClient) -> None:
    found = page(client, "/coverage?theme=securing-evidence&view=work")
    codes = found.xpath("//thead//th/a/text()")
    assert "A.30" in codes and "A.11" not in codes
    signs = set(found.xpath("//tbody/tr/td/a/text()"))
    assert "∅" in signs and not {"✔", "✘"} & signs
    (drawing,) = (link for link in found.xpath("//main//a/@href") if "coverage.svg" in link)
    answer = client.get(drawing)
    assert answer.headers["content-type"] == "image/svg+xml"
    titles = etree.fromstring(answer.content).xpath("//*[local-name() = 'rect']/*/text()")
    assert "Luxembourg, A.30: nothing to do" in titles
    assert client.get("/coverage?view=other").status_code == 400


def test_curators_see_what_to_look_at_and_where_it_stands(client: TestClient) -> None:
    found = page(client, "/curate?work=suspect&state=DE")
    (task,) = found.xpath("//ol[@class='tasks']/li[.//a[@href='/id/implementation/de-e.1']]")
    place = task.xpath("string(.//code)")
    name, _, line = place.rpartition(":")
    text = (Sources.shipped().root / name).read_text("utf-8").splitlines()
    assert text[int(line) - 1] == "implementation:de-e.1"
    report = next(link for link in task.xpath(".//a/@href") if link.startswith(ISSUES_URL))
    asked = parse_qs(urlsplit(report).query)
    assert "Freezing of assets" in asked["title"][0] and place in asked["body"][0]
    assert asked["body"][0].strip() in task.xpath("string(.//pre)")


def test_the_work_list_leads_on_by_pages(client: TestClient) -> None:
    first = page(client, "/curate?work=undated&lang=fr")
    assert first.xpath("//h1[. = 'Travail des curateurs']")
    tasks = "//ol[@class='tasks']/li/p[1]//strong/a/@href"
    (following,) = first.xpath("//main//a[@rel='next']/@href")
    assert not set(first.xpath(tasks)) & set(page(client, following).xpath(tasks))
    empty = page(client, "/curate?work=empty&state=FR").xpath(tasks)
    assert "/id/measure/a.23" in empty
    assert client.get("/curate?state=XX").status_code == 400


def test_things_can_be_browsed_and_asked_about(client: TestClient) -> None:
    kinds = page(client, "/id/").xpath("//main//li/a/@href")
    assert {"/id/state/", "/id/instrument/", "/id/measure/", "/id/authority/"} <= set(kinds)
    german = page(client, "/id/state/?q=luxem&lang=de").xpath("//ul[@class='things']/li/a")
    assert [(one.text, one.get("href")) for one in german] == [
        ("Luxemburg", "/id/state/lu?lang=de")
    ]
    state = page(client, "/id/state/lu")
    assert "/ask?to=LU" in state.xpath("//main//a/@href")
    times = {row.xpath("string(th)"): row for row in state.xpath("//table[@class='times']//tr")}
    convention = times["European Convention on Mutual Assistance in Criminal Matters"]
    assert convention.xpath("string(td)") == "1977-02-16"
    party = page(client, "/id/instrument/coe-030").xpath("//table[@class='times']//th/a/text()")
    assert "Luxembourg" in party
    assert client.get("/id/instrument/coe-030?q=x&format=turtle").status_code == 400


def test_a_state_answers_with_what_is_known_of_it(client: TestClient) -> None:
    text = page(client, "/id/state/lu").xpath("string(//main)")
    assert "European Union, since 1 January 1958" in text
    offices = page(client, "/id/state/lu").xpath(
        "//h3[. = 'Receives the request']/following::ul[1]"
    )
    assert "General State Prosecutor" in offices[0].text_content()
    row = "//tr[th[contains(., 'Directive 2014/41')]]/td"
    notified = page(client, "/id/state/lu").xpath(row)
    assert "French" in notified[0].text_content() and "direct" in notified[1].text_content()
    german = page(client, "/id/state/lu", "de")
    assert german.xpath("//h2[. = 'Behörden nach Aufgabe']")
    assert "Großherzogtum Luxemburg" in german.xpath("string(//main)")


def test_the_map_shows_who_is_bound_on_a_day(client: TestClient) -> None:
    """Luxembourg is bound by the convention of 1959 since 16 February 1977, France since 1967."""
    before = page(client, "/id/instrument/coe-030?on=1970-01-01")
    shown = set(before.xpath("//*[@class='bound']/*/text()"))
    assert "France" in shown and not {"Luxembourg", "United States"} & shown
    listed = before.xpath("//*[@class='map']/following::ul[1]//a/text()")
    assert set(listed) >= shown
    after = page(client, "/id/instrument/coe-030")
    assert "Luxembourg" in after.xpath("//*[@class='bound']/*/text()")
    assert (
        client.get("/id/instrument/coe-030?on=soon", headers={"Accept": BROWSER}).status_code == 400
    )
    assert client.get("/id/state/lu?on=1970-01-01", headers={"Accept": BROWSER}).status_code == 400


def test_the_ties_of_an_instrument_are_drawn_and_told(client: TestClient) -> None:
    convention = page(client, "/id/instrument/coe-030")
    drawn = set(convention.xpath("//*[@class='network']//a/@href"))
    told = set(convention.xpath("//*[@class='network']/following::ul[1]//a/@href"))
    assert "/id/instrument/coe-099" in drawn <= told
    articles = convention.xpath("//tr[th/a[. = 'Search and seizure']]/td[1]")
    assert articles[0].text_content().strip() == "Art. 3, 5"
    laws = page(client, "/id/instrument/eu-dir-2014-41").xpath("//main//li/a/@href")
    assert "/id/statute/lu-2018-08-01" in laws


def test_other_things_answer_too(client: TestClient) -> None:
    measure = page(client, "/id/measure/a.30")
    assert "Hausdurchsuchung" in measure.xpath("string(//main/dl[1])")
    assert measure.xpath("//tr[th/a[. = 'Luxembourg']]//a[@href='/ask?to=LU&for=A.30']")
    assert "/id/instrument/coe-030" in measure.xpath("//main/ul//a/@href")
    office = page(client, "/id/authority/lu-general-state-prosecutor")
    assert office.xpath(
        "//h3[. = 'Receives the request']/following::ul[1]//a[contains(., '2014/41')]"
    )
    act = page(client, "/id/statute/lu-2018-08-01")
    assert "/id/instrument/eu-dir-2014-41" in act.xpath("//main/ul//a/@href")
    source = page(client, "/id/source/ejn-lu-g.1").xpath("//details[@class='fold']//a/@href")
    assert "/id/competence/lu-g.1-mutual-recognition-execute-pre-trial-chamber" in source


def test_who_is_not_bound_takes_no_part(client: TestClient) -> None:
    """The graph says of Ireland and the directive that it is not bound (recital 44)."""
    ireland = page(client, "/id/state/ie").xpath("//table[@class='times']//th/a/@href")
    assert "/id/instrument/coe-030" in ireland
    assert "/id/instrument/eu-dir-2014-41" not in ireland
    parties = page(client, "/id/instrument/eu-dir-2014-41").xpath(
        "//table[@class='times']//a/@href"
    )
    assert "/id/state/lu" in parties
    assert not {"/id/state/ie", "/id/state/dk"} & set(parties)


def test_an_answer_with_a_condition_is_told_with_it(client: TestClient) -> None:
    """Coercion alone allows to refuse for lack of dual criminality (EU-Japan, Art. 11(2))."""
    address = dossier("IT JP A.10", "&on=2024-05-01")
    assert "(if: coercive measure)" in page(client, address).xpath("string(//dl[1])")
    answer = client.get(address, headers={"Accept": "application/json"}).json()
    assert "(if: coercive measure)" in answer["essentials"]["dualCriminality"]["text"]


def test_checklist_and_draft_on_paper(client: TestClient) -> None:
    address = dossier("BE LU A.30", "&on=2024-05-01").replace("/api/dossier", "/paper")
    docx = pytest.importorskip("docx")
    paper = docx.Document(BytesIO(client.get(f"{address}&format=docx&lang=de").content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert paper.core_properties.language == "de"
    assert "Generalstaatsanwalt" in text and "Entwurf des Ersuchens" in text
    written = client.get(f"{address}&format=pdf")
    assert written.headers["content-type"] == "application/pdf"
    assert written.content.startswith(b"%PDF-")
    links = page(client, dossier("BE LU A.30")).xpath("//main//a/@href")
    assert any(link.startswith("/paper?") and "format=pdf" in link for link in links)


def test_a_page_speaks_the_language_asked_for(client: TestClient) -> None:
    german = client.get(dossier("BE LU A.30"), headers={"Accept": BROWSER, "Accept-Language": "de"})
    assert "Accept-Language" in german.headers["vary"]
    assert german.headers["content-language"] == "de"
    assert "Belgien ersucht Luxemburg" in german.text and '<html lang="de"' in german.text
    english = client.get(dossier("BE LU A.30"), headers={"Accept": BROWSER})
    assert english.headers["etag"] != german.headers["etag"]
    french = page(client, dossier("BE LU A.30", "&lang=fr"), "de")
    assert french.get("lang") == "fr" and french.xpath("//dt[. = 'Envoyer à']")
    assert {one.get("lang") for one in french.xpath("//dl//*[@lang]")} <= {"en"}
    kept = client.get("/?lang=fr", headers={"Accept-Language": "de"}).text
    assert 'href="/compare?lang=fr"' in kept


def test_data_does_not_depend_on_the_language_of_the_reader(client: TestClient) -> None:
    answers = [
        client.get(dossier("BE LU A.30"), headers={"Accept-Language": language})
        for language in ("de", "en")
    ]
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert "Accept-Language" not in answers[0].headers["vary"]


def test_names_come_in_every_language_for_the_script_of_a_form(client: TestClient) -> None:
    """The script weighs less than 3 KB as it is sent."""
    states = client.get("/ask/state").json()
    assert {"Greece", "Grèce", "Griechenland", "EL"} <= set(states["GR"])
    assert {"wiretap", "écoutes téléphoniques"} <= set(client.get("/ask/measure").json()["A.50"])
    assert client.get("/ask/authority").status_code == 404
    for address in ("/", "/compare", "/api/queries/legal-bases", dossier("BE LU A.30")):
        assert page(client, address).xpath("//script[contains(@src, 'combobox.js')]"), address
    script = client.get("/static/combobox.js", headers={"Accept-Encoding": "gzip"})
    assert int(script.headers["content-length"]) < 3000


def test_lists_have_the_name_first(client: TestClient) -> None:
    options = page(client, "/api/queries/legal-bases", "fr").xpath("//select[@id='state']/option")
    names = [option.text for option in options[1:]]
    assert "Allemagne (DE)" in names and names[0].startswith("Afghanistan")
    languages = page(client, "/api/queries/legal-bases").xpath("//select[@id='lang']/option/@value")
    assert set(languages) - {""} == set(LANGUAGES)


@pytest.mark.parametrize(
    "address", ("/", "/coverage", "/api/queries", "/id/state/lu", "/ontology", "/dumps/", "/sparql")
)
def test_every_page_has_a_box_to_search(client: TestClient, address: str) -> None:
    (box,) = page(client, f"{address}?lang=fr").xpath("//header//form[@role='search']")
    assert (box.get("action"), box.get("method")) == ("/search", "get")
    assert set(box.fields) == {"q", "lang"}


def test_what_was_found_leads_to_a_request(client: TestClient) -> None:
    found = page(client, "/search?q=Hausdurchsuchung&lang=de").xpath("//main//li[h2]")[0]
    assert found.xpath("string(h2)") == "Durchsuchung und Beschlagnahme"
    assert "Maßnahme · Hausdurchsuchung" in found.text_content()
    assert found.xpath("h2/a/@href") == ["/id/measure/a.30?lang=de"]
    assert found.xpath("p/a/@href") == ["/ask?for=A.30&lang=de"]
    asks = page(client, "/search?q=house+search+Luxembourg").xpath("//main//li[h2]/p/a/@href")
    assert asks[0] == "/ask?to=LU&for=A.30"


def test_a_search_goes_on_and_keeps_to_a_kind(client: TestClient) -> None:
    first = page(client, "/search?q=extradition&kind=statute")
    (more,) = first.xpath("//a[@rel='next']/@href")
    second = page(client, more)
    links = [one.xpath("//main//li/h2/a/@href") for one in (first, second)]
    assert [len(one) for one in links] == [20, 20]
    assert not set(links[0]) & set(links[1])
    assert all(link.startswith("/id/statute/") for one in links for link in one)


def test_a_search_without_a_find_says_what_to_try(client: TestClient) -> None:
    nothing = page(client, "/search?q=xyzzyplugh").xpath("//main")[0]
    assert "ETS 30" in nothing.text_content()
    assert "/id/measure/" in nothing.xpath(".//a/@href")
