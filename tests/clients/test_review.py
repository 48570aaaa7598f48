"""A reviewer in Chromium: by keyboard with the script, by the buttons without it."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from tests.ingest.saved_pages import as_text
from tests.review.conftest import HOSTILE, written

from .browser import FLAGS, WAIT_SECONDS

pytestmark = pytest.mark.clients

PAGE = {
    "Measure Implementation": f"Yes. {HOSTILE}",
    "Legal Framework": "Directive 2014/41/EU",
    "Accepted languages": "EIOs: French or German",
    "Execution deadline": "The decision on the recognition of the EIO is taken within 45 days.",
}
"""A page on a measure on which the graph has none of these states."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("review") / "pages"
    found.mkdir()
    for name in ("LU-F.1.txt", "MT-F.1.txt"):
        (found / name).write_text(as_text(PAGE))
    return found


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address that the command prints."""
    program = Path(sysconfig.get_path("scripts"), "mla-graph")
    process = subprocess.Popen(
        [program, "review", folder, "--reviewer", "Jane Doe", "--out", folder.parent, "--no-open"],
        env=os.environ | {"MLA_HOME": str(folder.parent)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    found = re.search(r"http://127\.0\.0\.1:\S+", process.stderr.readline())
    assert found
    yield found[0]
    process.terminate()
    process.wait(timeout=20)


def browser(folder: Path, *, script: bool) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, "--window-size=1400,900"):
        options.add_argument(flag)
    setting = {"profile.managed_default_content_settings.javascript": 1 if script else 2}
    options.add_experimental_option("prefs", setting)
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


def decided(driver: webdriver.Chrome, number: int) -> None:
    text = f"{number} of "
    gone = [StaleElementReferenceException]  # the page before
    WebDriverWait(driver, WAIT_SECONDS, ignored_exceptions=gone).until(
        lambda d: d.find_element(By.CLASS_NAME, "count").text.startswith(text)
    )


def focused(driver: webdriver.Chrome) -> WebElement:
    """The fact that has the focus."""
    wait = WebDriverWait(driver, WAIT_SECONDS, ignored_exceptions=[StaleElementReferenceException])
    wait.until(lambda d: d.switch_to.active_element.tag_name == "article")
    return driver.switch_to.active_element


def test_by_keyboard(address: str, folder: Path) -> None:
    driver = browser(folder, script=True)
    try:
        driver.get(f"{address}page/LU-F.1.txt")
        facts = [one.find_element(By.TAG_NAME, "h3").text for one in articles(driver)]
        driver.switch_to.active_element.send_keys("j")
        for number, fact in enumerate(facts, start=1):
            here = focused(driver)
            assert fact.split()[1] in here.text
            if "eio-de" in fact:
                here.send_keys("r")
            elif "recognition" in fact:
                assert driver.find_element(By.CSS_SELECTOR, "mark.here").text.endswith("45 days.")
                here.send_keys("c")
                field = here.find_element(By.NAME, "mla:value")
                field.clear()
                field.send_keys("P30D", Keys.TAB)
                here.find_element(By.CSS_SELECTOR, "button[value=changed]").send_keys(Keys.ENTER)
            else:
                here.send_keys("a")
            decided(driver, number)
        assert "alert('x')" in driver.find_element(By.CLASS_NAME, "source").text
        assert not driver.get_log("browser")
        driver.save_screenshot(str(folder.parent / "keyboard.png"))
    finally:
        driver.quit()
    nodes = written(folder.parent / "implementations" / "lu" / "f.1.ttl")
    assert {name for name in nodes if name.startswith("language-rule/")} == {
        "language-rule/lu-f.1-eio-fr"
    }
    limit = nodes["time-limit/lu-f.1-eio-recognition"]
    assert limit["value"] == {"P30D"}
    assert limit["hasReviewDecision"] == {"review-decision/changed"}
    basis = nodes["legal-basis/lu-f.1-eu-dir-2014-41"]
    assert basis["hasReviewDecision"] == {"review-decision/accepted"}
    assert basis["wasAttributedTo"] == {"agent/jane-doe"}


def test_without_script(address: str, folder: Path) -> None:
    driver = browser(folder, script=False)
    try:
        driver.get(address)
        driver.find_element(By.LINK_TEXT, "MT-F.1.txt").click()
        for number in range(len(articles(driver))):
            choice = "rejected" if number == 1 else "accepted"
            articles(driver)[number].find_element(
                By.CSS_SELECTOR, f"button[value={choice}]"
            ).click()
            decided(driver, number + 1)
    finally:
        driver.quit()
    assert written(folder.parent / "implementations" / "mt" / "f.1.ttl")


def articles(driver: webdriver.Chrome) -> list[WebElement]:
    return driver.find_elements(By.TAG_NAME, "article")
