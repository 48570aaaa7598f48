"""The page for queries in Chromium: the editor, its help, and what it does with an answer."""

import re
import time
from urllib.parse import quote

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from tests.clients.browser import Driver, until

pytestmark = pytest.mark.clients

MILLION = "SELECT ?s ?p ?o ?b WHERE { ?s ?p ?o . ?b ?q ?r } LIMIT 1000000"
MOST_SHOWN = 200
"""Rows in the document at a time."""


def ask(browser: Driver, service: str, query: str) -> str:
    """Open the address of a query, which runs it; return what the page says of the answer."""
    browser.get("about:blank")
    browser.get(f"{service}/sparql?query={quote(query)}")
    said: str = until(browser, status)
    return said


def status(page: Driver) -> str:
    """Return what the page says, once it has the answer."""
    text = page.find_element(By.ID, "status").text
    return "" if text.startswith("Running") or "so far" in text else text


def rows(page: Driver) -> list[str]:
    """Return the rows in the document."""
    found: list[str] = page.execute_script(
        "return [...document.querySelectorAll('#result tr[data-index]')].map(row => row.innerText)"
    )
    return found


def write(page: Driver, *keys: str) -> None:
    """Replace the text of the editor by typing."""
    editor = page.find_element(By.ID, "code").shadow_root
    editor.find_element(By.CSS_SELECTOR, ".cm-content").click()
    everything = ActionChains(page).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
    everything.send_keys(Keys.DELETE, *keys).perform()


def text(page: Driver) -> str:
    """Return the query that stands in the editor."""
    found: str = page.find_element(By.ID, "query").get_property("value")
    return found


def view(page: Driver, name: str) -> None:
    """Choose a view of the answer."""
    (button,) = (one for one in page.find_elements(By.CSS_SELECTOR, "#kinds button")
                 if one.text == name)  # fmt: skip
    button.click()


@pytest.mark.parametrize("example", ["lesson-15", "legal-bases"])
def test_an_example_runs(browser: Driver, service: str, example: str) -> None:
    browser.get(f"{service}/sparql")
    Select(browser.find_element(By.ID, "example")).select_by_value(example)
    browser.find_element(By.ID, "run").click()
    assert re.match(r"[1-9]\d* rows? in ", until(browser, status))
    assert rows(browser)


def test_yes_and_triples(browser: Driver, service: str) -> None:
    assert ask(browser, service, "ASK { ?s ?p ?o }").startswith("Yes")
    said = ask(browser, service, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1")
    assert said.startswith("1 row")
    assert browser.find_elements(By.CSS_SELECTOR, "#result td a")


def test_an_error_is_shown_with_its_reason_and_place(browser: Driver, service: str) -> None:
    said = ask(browser, service, "SELECT ?s WHERE {")
    assert "alarm" in browser.find_element(By.ID, "status").get_attribute("class")
    assert "line 1" in said
    assert browser.switch_to.active_element.get_attribute("id") == "code"


def test_a_name_is_completed_and_its_prefix_added(browser: Driver, service: str) -> None:
    browser.get(f"{service}/sparql")
    until(browser, lambda page: page.execute_script(
        "return performance.getEntriesByName(location.origin + '/sparql/terms').length"
    ))  # fmt: skip
    write(browser, "SELECT ?s WHERE { ?s a mla:Particip")
    editor = browser.find_element(By.ID, "code").shadow_root
    until(browser, lambda _: editor.find_elements(By.CSS_SELECTOR, "li[aria-selected]"))
    time.sleep(0.1)  # a completion takes no key in its first moment
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    until(browser, lambda page: "?s a mla:Participation" in text(page))
    assert text(browser).startswith("PREFIX mla: <https://w3id.org/mla-graph/ontology#>\n")


def test_what_was_written_and_asked_is_kept(browser: Driver, service: str) -> None:
    ask(browser, service, "ASK { ?once ?upon ?time }")
    write(browser, "SELECT * WHERE { ?half ?written")
    browser.get(f"{service}/sparql")
    assert "?half ?written" in text(browser)
    browser.find_element(By.CSS_SELECTOR, "#earlier summary").click()
    browser.find_element(By.CSS_SELECTOR, "#earlier li button").click()
    assert "?once" in text(browser)


def test_a_slow_query_is_stopped(browser: Driver, service: str) -> None:
    browser.get(f"{service}/sparql")
    write(browser, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    ActionChains(browser).key_down(Keys.CONTROL).send_keys(Keys.ENTER).perform()
    stop = browser.find_element(By.ID, "stop")
    until(browser, lambda _: stop.is_displayed())
    stop.click()
    assert until(browser, status).startswith("Stopped")


def test_a_million_rows_leave_the_page_quick(browser: Driver, service: str) -> None:
    """The first rows come within 2 s, the keyboard is answered all along, few rows are drawn."""
    browser.get(f"{service}/sparql")
    write(browser, MILLION)
    browser.execute_script(
        "window.gaps = []; let last = performance.now();"
        "setInterval(() => { const now = performance.now(); gaps.push(now - last); last = now }, 5)"
        ";const since = last;"
        "new MutationObserver(() => window.first ??= document.querySelector('#result [data-index]')"
        " && performance.now() - since)"
        ".observe(document.querySelector('#result'), {childList: true, subtree: true});"
        "document.querySelector('#run').click()"
    )
    assert until(browser, status).startswith("50,000 rows")
    browser.find_element(By.CSS_SELECTOR, "#result thead button").click()
    browser.find_element(By.ID, "filter").send_keys("luxembourg")
    until(browser, lambda page: " of 50,000 rows" in status(page))
    assert 0 < len(rows(browser)) < MOST_SHOWN
    assert all("luxembourg" in row.lower() for row in rows(browser))
    assert browser.execute_script("return first") < 2000
    assert browser.execute_script("return Math.max(...gaps)") < 1000


def test_rows_are_sorted_and_drawn_in_other_views(browser: Driver, service: str) -> None:
    ask(
        browser,
        service,
        "SELECT ?name ?n ?day ?x ?y { BIND(<urn:x> AS ?x) BIND(<urn:y> AS ?y)"
        'VALUES (?name ?n ?day) { ("b" 10 "2001-01-01") ("a" 9 "2002-02-02") '
        '("c" 8 "2003-03-03") } }',
    )
    by_number = browser.find_elements(By.CSS_SELECTOR, "#result thead button")[1]
    by_number.click()
    assert [row[0] for row in rows(browser)] == ["c", "a", "b"]
    by_number.click()
    assert [row[0] for row in rows(browser)] == ["b", "a", "c"]
    for name, drawn, many in (("Bar", "meter", 3), ("Timeline", "rect", 3), ("Graph", "circle", 2)):
        view(browser, name)
        assert len(browser.find_elements(By.CSS_SELECTOR, f"#result {drawn}")) == many


def test_a_name_that_the_vocabulary_lacks_is_told(browser: Driver, service: str) -> None:
    query = "PREFIX mla: <https://w3id.org/mla-graph/ontology#> SELECT * { ?s mla:inforceFrom ?x }"
    assert "mla:inforceFrom" in ask(browser, service, query)
