"""Requests that change a server: sent again while it may help, and errors that say what to do."""

import re
import ssl
from collections.abc import Callable
from typing import Any, Final

import httpx
import tenacity

from mla_graph import __version__
from mla_graph.model.errors import PublishFailed
from mla_graph.store.access import Access
from mla_graph.store.dialects.dialect import DEADLOCK
from mla_graph.store.http_client import PASSING

_IN_THE_WAY: Final = re.compile(
    rf"{DEADLOCK.pattern}|S1T\d\d Error|Error S1T\d\d"
    r"|SR197: Non unique primary key on DB\.DBA\.RDF_"
)
"""Virtuoso stopped one of two that write at the same time, or both brought it the same new word."""
_NOT_ALLOWED: Final = re.compile(r"SECURITY|[Nn]o permission")
_DISK_FULL: Final = re.compile(r"no space left|disk (is )?full|out of disk", re.IGNORECASE)
_CREDENTIALS: Final = (
    "MLA_REMOTE_AUTH (basic, digest or bearer) with MLA_REMOTE_USER and MLA_REMOTE_PASSWORD, or "
    "with MLA_REMOTE_TOKEN, say who you are"
)
_SLOWEST: Final = 300.0
"""Seconds without a byte. A busy server takes its time for some ten thousand triples."""


class TooLarge(PublishFailed):
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
        """Nothing is sent yet."""
        self._access = access
        self._patience, self._told = patience, told
        self._client = httpx.Client(
            auth=_digest(access),
            verify=_tls(access),
            timeout=httpx.Timeout(_SLOWEST, connect=access.connect_timeout),
            headers={"User-Agent": f"mla-graph/{__version__}"} | access.header(),
        )

    def send(
        self, method: str, address: str, *, missing_is_fine: bool = False, **request: Any
    ) -> httpx.Response:
        """The server's answer, which is a success, or 404 if ``missing_is_fine``.

        ``request`` is as for ``httpx.Client.request``.

        Raises:
            TooLarge: a smaller request may do.
            PublishFailed: it does not answer, or refuses.
        """
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_pass),
            wait=tenacity.wait_random_exponential(multiplier=0.2, max=5.0),
            stop=tenacity.stop_after_delay(self._patience),
            before_sleep=lambda state: self._told(f"{_reason(state)}; trying again."),
            reraise=True,
        )
        try:
            return again(self._once, method, address, missing_is_fine, request)
        except httpx.HTTPStatusError as error:
            raise self._refused(error.response) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._patience = 0.0  # who gives up need not wait a second time
            raise PublishFailed(f"{address} cannot be reached: {_plain(error)}.") from error

    def _once(
        self, method: str, address: str, missing_is_fine: bool, request: dict[str, Any]
    ) -> httpx.Response:
        answer = self._client.request(method, address, **request)
        if not (answer.status_code == 404 and missing_is_fine):
            answer.raise_for_status()
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _refused(self, answer: httpx.Response) -> PublishFailed:
        status, text = answer.status_code, self._access.hide(answer.text)
        where = str(answer.request.url.copy_with(query=None))
        if status == 401:
            return PublishFailed(
                f"{where} does not accept the user, password or token that the settings name."
                if self._access.auth
                else f"{where} wants to know who writes: {_CREDENTIALS}."
            )
        if status == 403 or (status == 500 and _NOT_ALLOWED.search(text)):
            who = "the user of the settings" if self._access.auth else f"a stranger; {_CREDENTIALS}"
            return PublishFailed(f"{where} does not allow this to {who}.")
        if status == 404:
            return PublishFailed(
                f"There is nothing at {where}; give the right address with --graph-store, or with "
                "--update."
            )
        if status in (405, 501):
            return PublishFailed(
                f"{where} does not take {answer.request.method}: it is not for writing. Give the "
                "address that is, with --graph-store or --update."
            )
        if status == 413:
            return TooLarge(
                f"{where} takes smaller requests only; raise the limit of the server, or of the "
                "proxy before it, to a megabyte or more."
            )
        if status == 507 or _DISK_FULL.search(text):
            return PublishFailed(f"The disk of the server at {where} is full: {_line(text)}")
        if answer.is_redirect:
            target = answer.headers.get("Location", "elsewhere")
            return PublishFailed(f"{where} leads on to {target}; give that address.")
        return PublishFailed(f"{where} answers with HTTP status {status}: {_line(text)}")


def _digest(access: Access) -> httpx.Auth | None:
    if access.auth != "digest" or access.user is None or access.password is None:
        return None
    return httpx.DigestAuth(access.user, access.password.reveal())


def _tls(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=access.ca_file)
    if access.client_cert:
        context.load_cert_chain(access.client_cert, access.client_key)
    return context


def _may_pass(error: BaseException) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(error, httpx.HTTPStatusError):
        answer = error.response
        return answer.status_code in PASSING or (
            answer.status_code == 500 and bool(_IN_THE_WAY.search(answer.text))
        )
    return (
        isinstance(error, httpx.TransportError)
        and not isinstance(error, httpx.UnsupportedProtocol)
        and "CERTIFICATE" not in str(error)
    )


def _reason(state: tenacity.RetryCallState) -> str:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, httpx.HTTPStatusError):
        return f"The server answers with HTTP status {error.response.status_code}"
    return f"The server does not answer ({_plain(error)})"


def _plain(error: BaseException | None) -> str:
    if error and "CERTIFICATE" in str(error):
        return (
            f"its certificate is not trusted; MLA_REMOTE_CA_FILE names a file of others ({error})"
        )
    return str(error) or type(error).__name__


def _line(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 300 else f"{line[:299]}…") or "no reason given."
