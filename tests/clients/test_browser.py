"""Chromium, with what people do on the pages: by keyboard, on a phone, and what is in the way."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

pytestmark = pytest.mark.clients

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
DOSSIER = "/api/dossier?requesting=BE&executing=LU&measure=A.30&on=2024-05-01"
LEGAL_BASES = "/api/queries/legal-bases?state=LU&measure=A.30"
PAGES = [
    "/", "/api/queries", LEGAL_BASES, "/api/queries/search?q=search", "/api/dossier", DOSSIER,
    "/ask?from=belgum&to=ireland&for=hearing", "/coverage",
    "/search?q=house+search", "/search?q=xyzzyplugh&lang=fr",
    "/compare?requesting=BE&measure=A.30&executing=LU&executing=FR",
    "/why?requesting=BE&executing=LU&measure=A.30&instrument=coe-030",
    "/coverage?view=work", "/curate", "/id/measure/a.30", "/id/instrument/coe-030?lang=de",
    "/id/authority/lu-general-state-prosecutor", "/id/source/ejn-lu-g.1",
    "/id/statute/lu-2018-08-01", "/sparql", "/id/state/lu", "/id/instrument/eu-dir-2014-41",
    "/ontology", "/dumps/", "/docs", "/docs?q=legal+bases",
    "/no/such/page", "/api/queries/legal-bases?state=XX&measure=A.30",
]  # fmt: skip
TEN_SECONDS = [
    f"/api/dossier?requesting={a}&executing={b}&measure={c}&on={day}"
    for a, b, c in (
        ("BE", "LU", "A.30"), ("FR", "DE", "A.22"), ("DE", "US", "A.22"), ("LU", "JP", "C.1"),
        ("ES", "MA", "A.30"), ("FR", "IE", "A.50"), ("IT", "CH", "E.1"),
    )
    for day in ("2026-11-30", "2010-06-01")
]  # fmt: skip
SCREENS = ((1366, 768), (390, 844))
PHONE = 320
WAIT_SECONDS = 30

Driver = webdriver.Chrome


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """One browser with an empty profile; it notes each request and each message."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
                 "--window-size=1280,900"):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.get("about:blank")  # leaves Chromium's own first page
    yield driver
    driver.quit()


@pytest.fixture
def browser(started: Driver, service: str, tmp_path: Path) -> Iterator[Driver]:
    """The browser; afterwards the page must not have complained nor asked another host."""
    for kind in ("browser", "performance"):
        started.get_log(kind)
    yield started
    started.save_screenshot(str(tmp_path / "last.png"))
    host = urlsplit(service).netloc
    events = [json.loads(entry["message"])["message"] for entry in started.get_log("performance")]
    asked = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    away = {url for url in asked if urlsplit(url).netloc not in (host, "")}
    assert not away, "requests to other hosts"
    assert not [m for m in started.get_log("browser") if not _expected(m)], "messages of the page"


def _expected(message: dict[str, Any]) -> bool:
    """Chromium notes each answer of 4xx as an error of the network: the tests ask for some."""
    return message["source"] == "network" and "status of 40" in message["message"]


def focused(browser: Driver) -> WebElement:
    """The element that has the focus."""
    return browser.switch_to.active_element


def tab_to(browser: Driver, found: Callable[[WebElement], bool]) -> WebElement:
    """Press Tab until the focus is where it should be."""
    for _ in range(40):
        focused(browser).send_keys(Keys.TAB)
        if found(focused(browser)):
            return focused(browser)
    raise AssertionError("the keyboard does not reach it")


def until(browser: Driver, condition: Callable[[Driver], Any]) -> Any:
    """Wait until something is true of the page."""
    return WebDriverWait(browser, WAIT_SECONDS).until(condition)


def test_a_dossier_by_keyboard_alone(browser: Driver, service: str) -> None:
    browser.get(service)
    for name, keys in (("from", "Belgium"), ("for", "house search"), ("to", "Luxembourg")):
        field = tab_to(browser, lambda at, name=name: at.get_attribute("id") == name)
        field.send_keys(keys)
    tab_to(browser, lambda at: at.tag_name == "button").send_keys(Keys.ENTER)
    until(browser, lambda page: "/api/dossier?" in page.current_url)
    assert "executing=LU" in browser.current_url
    text = browser.find_element(By.TAG_NAME, "main").text
    assert "Luxembourg" in text and "Belgium" in text
    assert browser.find_elements(By.CSS_SELECTOR, ".dossier > section")


def test_the_first_tab_leads_past_the_menu(browser: Driver, service: str) -> None:
    browser.get(service)
    focused(browser).send_keys(Keys.TAB)
    link = focused(browser)
    assert link.text == "Skip to the content"
    link.send_keys(Keys.ENTER)
    until(browser, lambda page: focused(page).get_attribute("id") == "content")


def test_the_form_of_a_question_gives_a_table(browser: Driver, service: str) -> None:
    browser.get(f"{service}/api/queries/legal-bases")
    Select(browser.find_element(By.ID, "state")).select_by_value("LU")
    Select(browser.find_element(By.ID, "measure")).select_by_value("A.30")
    browser.find_element(By.CSS_SELECTOR, "main form button").click()
    rows = until(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "main tbody tr"))
    assert len(rows) > 1
    assert browser.find_element(By.CSS_SELECTOR, "main h2").text == f"{len(rows)} rows"


def test_a_value_that_does_not_exist_is_told_with_the_nearest(
    browser: Driver, service: str
) -> None:
    browser.get(f"{service}/api/queries/legal-bases?state=LX&measure=A.30")
    alarm = browser.find_element(By.CSS_SELECTOR, "[role=alert]").text
    assert "'LX'" in alarm and "LU" in alarm


def editor(browser: Driver, service: str, query: str) -> None:
    """Run a query in the page for it."""
    browser.get(f"{service}/sparql")
    field = browser.find_element(By.ID, "query")
    field.clear()
    field.send_keys(query)
    field.send_keys(Keys.CONTROL, Keys.ENTER)


def status(page: Driver) -> str:
    """What the page for queries says, once it has the answer."""
    text = page.find_element(By.ID, "status").text
    return "" if text.startswith("Running") else text


def test_an_example_runs_in_the_page_for_queries(browser: Driver, service: str) -> None:
    browser.get(f"{service}/sparql")
    Select(browser.find_element(By.ID, "example")).select_by_value("legal-bases")
    assert "SELECT" in browser.find_element(By.ID, "query").get_attribute("value")
    browser.find_element(By.CSS_SELECTOR, "#editor button").click()
    said = until(browser, status)
    rows = browser.find_elements(By.CSS_SELECTOR, "#result tbody tr")
    assert rows and said.startswith(f"{len(rows)} row")
    assert browser.find_elements(By.CSS_SELECTOR, "#result a[href^='/id/']")


def test_the_page_for_queries_shows_yes_and_triples(browser: Driver, service: str) -> None:
    editor(browser, service, "ASK { ?s ?p ?o }")
    assert until(browser, status).startswith("Yes")
    editor(browser, service, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1")
    assert until(browser, status).startswith("Answered")
    assert browser.find_element(By.CSS_SELECTOR, "#result pre").text


def test_an_error_in_a_query_is_shown_with_its_reason_and_place(
    browser: Driver, service: str
) -> None:
    editor(browser, service, "SELECT ?s WHERE {")
    said = until(browser, status)
    assert "alarm" in browser.find_element(By.ID, "status").get_attribute("class")
    assert "line 1" in said.lower() or "1:" in said
    assert focused(browser).get_attribute("id") == "query"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_errors_and_fits_on_a_phone(
    browser: Driver, service: str, path: str, tmp_path: Path
) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": PHONE, "height": 740, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        browser.get(service + path)
        width = browser.execute_script("return document.documentElement.scrollWidth")
        browser.save_screenshot(str(tmp_path / "phone.png"))
        assert width <= PHONE
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}px")
@pytest.mark.parametrize("path", TEN_SECONDS)
def test_the_answer_is_on_the_first_screen(
    browser: Driver, service: str, path: str, screen: tuple[int, int]
) -> None:
    """Basis, addressee, form, language, deadline and what to watch, without scrolling."""
    width, height = screen
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    try:
        browser.get(service + path)
        lines = browser.find_elements(By.CSS_SELECTOR, "dl.card:not(.second) > dd")
        assert len(lines) == 7
        assert all(line.rect["y"] + line.rect["height"] <= height for line in lines)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
