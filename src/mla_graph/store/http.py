"""The HTTP client for endpoints: pooled connections, retries, credentials, TLS, and limits."""

import ssl
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from mla_graph import __version__
from mla_graph.store.access import Access
from mla_graph.store.dialects.dialect import Dialect, dialect_of
from mla_graph.store.network import Network, time_limits, transport

ATTEMPTS: Final = 4
AGENT: Final = f"mla-graph/{__version__}"
_ERROR_BYTES: Final = 1 << 16
_BACK_OFF = wait_random_exponential(multiplier=0.1, min=0.05, max=5)


@dataclass(frozen=True)
class Request:
    """A request; a ``query`` of the address is encoded already."""

    method: str
    url: str
    query: str = ""
    headers: Mapping[str, str] | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class Reply:
    """A whole answer with status 2xx."""

    body: bytes
    headers: Mapping[str, str]
    dialect: Dialect

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Rejected(Exception):
    """The server answered with another status than 2xx; ``text`` is the start of its body."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str], dialect: Dialect):
        super().__init__(status, text)
        self.status, self.text, self.headers, self.dialect = status, text, headers, dialect

    @property
    def retry_after(self) -> float | None:
        """Seconds until the server wants the next request, if it says so (RFC 9110, 10.2.3)."""
        return retry_after(self.headers)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header; None if there is none that can be read."""
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None


class Unreachable(Exception):
    """No whole answer came; ``what`` says why, after the name of the server.

    ``passing`` if the next attempt may succeed.
    """

    def __init__(self, what: str, *, passing: bool) -> None:
        super().__init__(what)
        self.what, self.passing = what, passing


class TooLarge(Exception):
    """The body is larger than was allowed; the rest was not read."""


class HttpClient:
    """The requests to one server; many threads may use it.

    Connections are kept and used again. Redirects are not followed, so that credentials reach no
    other server. Proxies are those of the environment (``https_proxy``, ``no_proxy``).
    """

    def __init__(self, url: str, access: Access) -> None:
        """Name the server; nothing is sent yet."""
        self._url, self._access = url, access
        self._proxy = _proxy(url)
        # An encoded query goes past httpx, which looks at each character of an address: for
        # SPARQL that takes longer than all else. A proxy and a digest need the whole address.
        self._splits = self._proxy is None and access.auth != "digest"
        self._open()

    def read(self, request: Request, timeout: float, max_bytes: int) -> Reply:
        """Send a request that changes nothing, more than once if need be.

        What may pass (no connection, a cut answer, ``Dialect.may_pass``) is tried again after a
        growing pause, or the one that the server asks for, if it fits into ``timeout``: the
        seconds for everything together.

        Raises:
            Rejected: the server answered with an error, or with a redirect.
            Unreachable: there is no connection, or the answer was cut off.
            TimeoutError: the time is up.
            TooLarge: the answer has more than ``max_bytes``.
        """
        return _RETRYING(self.once, request, time.monotonic() + timeout, max_bytes)

    def once(self, request: Request, until: float, max_bytes: int) -> Reply:
        """Send a request once; ``until`` is the point of ``time.monotonic`` at which time is up.

        Raises:
            Rejected, Unreachable, TimeoutError, TooLarge: as for ``read``.
        """
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connect = min(self._access.connect_timeout, left)
        sent = self._built(request, time_limits(connect, until))
        try:
            response = self._send(sent)
            try:
                return self._reply(response, max_bytes)
            finally:
                response.close()
        except httpx.ConnectTimeout:
            raise _unreachable(f"no connection within {connect:.3g} s", passing=True) from None
        except httpx.TimeoutException:
            raise TimeoutError from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _explained(error) from error
        except (KeyError, NotImplementedError) as error:  # of httpx.DigestAuth
            raise Unreachable(
                f"asks for a digest that is not known here: {error}", passing=False
            ) from error

    def close(self) -> None:
        """Close the connections that are kept; the next request opens a new one."""
        self._client.close()
        self._open()

    def _open(self) -> None:
        sending = transport(Network(), _tls(self._access), self._proxy)
        digest = _digest(self._access)
        self._client = httpx.Client(
            auth=digest,
            transport=sending,
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"} | self._access.header(),
            trust_env=False,
        )
        # Only a digest needs more than the transport: no cookie is kept, no redirect looked at.
        self._send: Callable[[httpx.Request], httpx.Response] = (
            partial(self._client.send, stream=True) if digest else sending.handle_request
        )
        self._base = httpx.URL(self._url)

    def _built(self, request: Request, limits: httpx.Timeout) -> httpx.Request:
        extensions = {}
        url: httpx.URL | str = self._base if request.url == self._url else request.url
        if request.query and self._splits:
            target = httpx.URL(url).raw_path + b"?" + request.query.encode("ascii")
            extensions = {"target": target}
        elif request.query:
            url = f"{request.url}?{request.query}"
        return self._client.build_request(
            request.method,
            url,
            headers=request.headers,
            content=request.content,
            timeout=limits,
            extensions=extensions,
        )

    def _reply(self, response: httpx.Response, max_bytes: int) -> Reply:
        dialect = dialect_of(response.headers.get("Server", ""), self._url)
        if not response.is_success:
            text = _start(response.iter_bytes(), _ERROR_BYTES).decode(errors="replace")
            raise Rejected(response.status_code, text, response.headers, dialect)
        try:
            body = _start(response.iter_bytes(), max_bytes + 1)
        except httpx.RemoteProtocolError as error:
            raise Unreachable("cut its answer off", passing=True) from error
        if len(body) > max_bytes:
            raise TooLarge
        return Reply(body, response.headers, dialect)


def let_go(state: RetryCallState) -> None:
    """Clear what the failed attempt still holds.

    Its error holds the frames of all that has called it. So the answer to the next attempt would
    be dropped late and in any thread, which that of the engine must not be.
    """
    error = state.outcome.exception() if state.outcome else None
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def may_pass(error: BaseException, *, writing: bool = False) -> bool:
    """Tell whether the same request may succeed later."""
    if isinstance(error, Rejected):
        return error.dialect.may_pass(error.status, error.text, writing=writing)
    return isinstance(error, Unreachable) and error.passing


def _start(pieces: Iterator[bytes], size: int) -> bytes:
    """Join the pieces until there are ``size`` bytes or more."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) >= size:
            break
    return bytes(body)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Rejected) else None
    return _BACK_OFF(state) if asked is None else max(0.0, asked)


class _NoTimeIsLeft(stop_base):
    def __call__(self, retry_state: RetryCallState) -> bool:
        _request, until, _max_bytes = retry_state.args
        return bool(time.monotonic() + retry_state.upcoming_sleep >= until)


_RETRYING: Final = Retrying(
    retry=retry_if_exception(may_pass),
    stop=stop_any(stop_after_attempt(ATTEMPTS), _NoTimeIsLeft()),
    wait=_pause,
    before_sleep=let_go,
    reraise=True,
)


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _digest(access: Access) -> httpx.Auth | None:
    if access.auth != "digest" or access.user is None or access.password is None:
        return None
    return httpx.DigestAuth(access.user, access.password.reveal())


def _tls(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=access.ca_file)
    if access.client_cert:
        context.load_cert_chain(access.client_cert, access.client_key)
    return context


def _explained(error: Exception) -> Unreachable:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        verified = "CERTIFICATE_VERIFY_FAILED" not in str(cause)
        return Unreachable(f"fails at TLS: {cause}", passing=verified)
    broken = isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError))
    return _unreachable(str(error) or type(error).__name__, passing=broken)


def _unreachable(reason: str, *, passing: bool) -> Unreachable:
    return Unreachable(f"cannot be reached: {reason}", passing=passing)
