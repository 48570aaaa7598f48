"""Requests that change a server: repeated while it may help, with advice in each error."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, urlencode

import tenacity

from mla_graph.model.errors import PublishFailed
from mla_graph.store import http
from mla_graph.store.access import Access

_DISK_FULL: Final = re.compile(r"no space left|disk (is )?full|out of disk", re.IGNORECASE)
_CREDENTIALS: Final = (
    "MLA_REMOTE_AUTH (basic, digest or bearer) with MLA_REMOTE_USER and MLA_REMOTE_PASSWORD, or "
    "with MLA_REMOTE_TOKEN, say who you are"
)
_SLOWEST: Final = 300.0
"""Seconds for one request. A busy server takes its time for some ten thousand triples."""
_MOST_BYTES: Final = 16 << 20
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class SmallerOnly(PublishFailed):
    """The server, or a proxy before it, takes smaller requests only."""


class Sender:
    """Sends requests that may be repeated without harm.

    A request whose connection fails, or that the server is too busy for, is sent again with growing
    pauses until ``patience`` (in seconds) is over, once; ``told`` hears of it.
    """

    def __init__(
        self,
        access: Access,
        *,
        patience: float = 60.0,
        told: Callable[[str], None] = lambda message: None,
    ) -> None:
        """Keep how to send; nothing is sent yet."""
        self._access = access
        self._patience, self._told = patience, told
        self._clients: dict[str, http.HttpClient] = {}

    def send(
        self,
        method: str,
        address: str,
        *,
        fields: Mapping[str, str] | None = None,
        content: bytes | None = None,
        media_type: str | None = None,
        missing_is_fine: bool = False,
    ) -> http.Reply | None:
        """Send a request; None for status 404 if ``missing_is_fine``.

        ``fields`` go into the address. ``content`` has this media type.

        Raises:
            SmallerOnly: a smaller request may do.
            PublishFailed: the server does not answer, or refuses.
        """
        request = http.Request(
            method,
            address,
            urlencode(fields or {}, quote_via=quote),
            {"Content-Type": media_type} if media_type else None,
            content,
        )
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_pass),
            wait=tenacity.wait_random_exponential(multiplier=0.2, max=5.0),
            stop=tenacity.stop_after_delay(self._patience),
            before_sleep=lambda state: self._told(f"{_reason(state)}; trying again."),
            reraise=True,
        )
        try:
            return again(self._once, request)
        except http.Rejected as error:
            if error.status == 404 and missing_is_fine:
                return None
            raise self._refused(request, error) from None
        except (http.Unreachable, TimeoutError, http.TooLarge) as error:
            self._patience = 0.0  # who gives up need not wait a second time
            raise PublishFailed(f"{address} {_plain(error)}.") from error

    def _once(self, request: http.Request) -> http.Reply:
        client = self._clients.get(request.url)
        if client is None:
            client = self._clients[request.url] = http.HttpClient(request.url, self._access)
        return client.once(request, time.monotonic() + _SLOWEST, _MOST_BYTES)

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _refused(self, request: http.Request, error: http.Rejected) -> PublishFailed:
        status, text, where = error.status, self._access.hide(error.text), request.url
        if status == 401:
            return PublishFailed(
                f"{where} does not accept the user, password or token that the settings name."
                if self._access.auth
                else f"{where} wants to know who writes: {_CREDENTIALS}."
            )
        if error.dialect.forbids(status, text):
            who = "the user of the settings" if self._access.auth else f"a stranger; {_CREDENTIALS}"
            return PublishFailed(f"{where} does not allow this to {who}.")
        if status == 404:
            return PublishFailed(
                f"There is nothing at {where}; give the right address with --graph-store, or with "
                "--update."
            )
        if status in (405, 501):
            return PublishFailed(
                f"{where} does not take {request.method}: it is not for writing. Give the "
                "address that is, with --graph-store or --update."
            )
        if status == 413:
            return SmallerOnly(
                f"{where} takes smaller requests only; raise the limit of the server, or of the "
                "proxy before it, to a megabyte or more."
            )
        if status == 507 or _DISK_FULL.search(text):
            return PublishFailed(f"The disk of the server at {where} is full: {_line(text)}")
        if status in _REDIRECTS and "Location" in error.headers:
            target = error.headers["Location"]
            return PublishFailed(f"{where} leads on to {target}; give that address.")
        return PublishFailed(f"{where} answers with HTTP status {status}: {_line(text)}")


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or http.may_pass(error, writing=True)


def _reason(state: tenacity.RetryCallState) -> str:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, http.Rejected):
        return f"The server answers with HTTP status {error.status}"
    return f"The server does not answer ({_plain(error)})"


def _plain(error: BaseException | None) -> str:
    if isinstance(error, http.TooLarge):
        return "sent a long answer, which was not read"
    if not isinstance(error, http.Unreachable):
        return "did not answer in time"
    if "CERTIFICATE" in error.what:
        return (
            "cannot be reached: its certificate is not trusted; MLA_REMOTE_CA_FILE names a file "
            f"of others ({error.what})"
        )
    return error.what


def _line(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 300 else f"{line[:299]}…") or "no reason given."
