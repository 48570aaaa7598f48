"""What the tests in Chromium share."""

from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WAIT_SECONDS = 30

Driver = webdriver.Chrome


def until(browser: Driver, condition: Callable[[Driver], Any]) -> Any:
    """Wait until something is true of the page."""
    return WebDriverWait(browser, WAIT_SECONDS).until(condition)
