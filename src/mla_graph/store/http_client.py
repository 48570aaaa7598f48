"""HTTP requests that only read: pooled connections, retries, credentials, TLS, and limits."""

import time
import traceback
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_random_exponential,
)
from tenacity.stop import stop_base
from urllib3 import exceptions

from mla_graph.store.access import Access
from mla_graph.store.connections import HttpPool, HttpsPool
from mla_graph.store.dialects.dialect import DEADLOCK
from mla_graph.store.digest import Digest, UnknownDigest

ATTEMPTS: Final = 4
PASSING: Final = frozenset((429, 502, 503, 504))
"""Statuses that say: not now."""

_CHUNK: Final = 1 << 16
_BACK_OFF = wait_random_exponential(multiplier=0.1, min=0.05, max=5)


class Rejected(Exception):
    """The server answered with another status than 2xx; ``text`` is the start of its body."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        super().__init__(status, text)
        self.status, self.text, self.headers = status, text, headers

    @property
    def retry_after(self) -> float | None:
        """Seconds until the server wants to be asked again, if it says so."""
        try:
            return float(urllib3.Retry().parse_retry_after(self.headers["Retry-After"]))
        except (KeyError, exceptions.InvalidHeader):
            return None


class Unreachable(Exception):
    """No whole answer came; ``what`` says why, after the name of the server.

    ``passing`` if the next attempt may have more luck.
    """

    def __init__(self, what: str, *, passing: bool) -> None:
        super().__init__(what)
        self.what, self.passing = what, passing


class TooLarge(Exception):
    """The body is larger than was allowed; the rest was not read."""


@dataclass(frozen=True)
class Reply:
    """A whole answer with status 2xx."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class HttpClient:
    """The requests to one server; many threads may use it.

    Connections are kept and used again. Redirects are not followed, so that credentials go where
    they were meant to go. Proxies are those of the environment (``https_proxy``, ``no_proxy``).
    """

    def __init__(self, url: str, access: Access) -> None:
        """Name the server; nothing is sent yet."""
        self._access = access
        self._digest = Digest(url, access) if access.auth == "digest" else None
        options: dict[str, Any] = {
            "maxsize": 16,
            "ca_certs": str(access.ca_file) if access.ca_file else None,
            "cert_file": str(access.client_cert) if access.client_cert else None,
            "key_file": str(access.client_key) if access.client_key else None,
            "cert_reqs": "CERT_REQUIRED",
        }
        parts = urlsplit(url)
        bypass = urllib.request.proxy_bypass(parts.hostname or "")
        proxy = None if bypass else urllib.request.getproxies().get(parts.scheme)
        self._pools: urllib3.PoolManager = (
            urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
        )
        self._pools.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
        self._url, self._by_proxy = url, proxy is not None
        self._pool = self._found()

    def read(self, request: urllib.request.Request, timeout: float, max_bytes: int) -> Reply:
        """Send a request that changes nothing, more than once if need be.

        What passes (no connection, a cut answer, a deadlock, the statuses of ``PASSING``) is tried
        again after a growing pause or the one that the server asks for, as long as it fits into
        ``timeout``, the seconds for everything together.

        Raises:
            Rejected: the server answered with an error, or with a redirect.
            Unreachable: there is no connection, or the answer was cut off.
            TimeoutError: the time is up.
            TooLarge: the answer has more than ``max_bytes``.
        """
        return _RETRYING(self._once, request, time.monotonic() + timeout, max_bytes)

    def close(self) -> None:
        """Close the connections that are kept; who asks again gets new ones."""
        self._pools.clear()
        self._pool = self._found()

    def _found(self) -> urllib3.PoolManager | urllib3.HTTPConnectionPool:
        """The connections to the server; a proxy has to be told the whole address each time."""
        return self._pools if self._by_proxy else self._pools.connection_from_url(self._url)

    def _once(self, request: urllib.request.Request, deadline: float, max_bytes: int) -> Reply:
        try:
            return self._answer(request, deadline, max_bytes)
        except Rejected as error:
            challenge = error.headers.get("WWW-Authenticate", "")
            if error.status != 401 or not self._digest or not self._digest.take(challenge):
                raise
        return self._answer(request, deadline, max_bytes)

    def _answer(self, request: urllib.request.Request, deadline: float, max_bytes: int) -> Reply:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            credentials = self._digest.header(request) if self._digest else self._access.header()
        except UnknownDigest as error:
            raise Unreachable(
                f"asks for a digest that is not known here: {error}", passing=False
            ) from error
        connect = min(self._access.connect_timeout, left)
        address = request.full_url if self._by_proxy else request.selector
        address, _, query = address.partition("?")
        body: Any = request.data or query
        try:
            response = self._pool.urlopen(
                request.get_method(),
                address,
                body=body,
                headers=dict(request.header_items()) | credentials,
                timeout=urllib3.Timeout(connect=connect, read=left),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            with response:
                if not 200 <= response.status < 300:
                    text = response.read1(_CHUNK).decode(errors="replace")
                    raise Rejected(response.status, text, response.headers)
                body = _body(response, max_bytes)
                # A connection that has nothing left to read is used again.
                response.release_conn()
                return Reply(body, response.headers)
        except exceptions.ConnectTimeoutError:
            raise _unreachable(f"no connection within {connect:.3g} s", passing=True) from None
        except (exceptions.TimeoutError, TimeoutError):
            raise TimeoutError from None
        except exceptions.SSLError as error:
            verified = "CERTIFICATE_VERIFY_FAILED" not in str(error)
            raise Unreachable(f"fails at TLS: {error}", passing=verified) from error
        except (exceptions.ProtocolError, exceptions.NewConnectionError) as error:
            raise _unreachable(_reason(error), passing=True) from error
        except (exceptions.HTTPError, OSError) as error:
            raise _unreachable(_reason(error), passing=False) from error


def _body(response: urllib3.BaseHTTPResponse, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            piece = response.read1(_CHUNK)
        except exceptions.ProtocolError as error:
            raise Unreachable("cut its answer off", passing=True) from error
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise TooLarge


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, Rejected):
        stopped = error.status == 500 and DEADLOCK.search(error.text) is not None
        return error.status in PASSING or stopped
    return isinstance(error, Unreachable) and error.passing


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Rejected) else None
    return _BACK_OFF(state) if asked is None else asked


def _let_go(state: RetryCallState) -> None:
    """Clear what the failed attempt still holds.

    Errors of urllib3 hold themselves, and with them all that has called it. So the answer to the
    next attempt would be dropped late and in any thread, which that of the engine must not be.
    """
    error = state.outcome.exception() if state.outcome else None
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


class _NoTimeIsLeft(stop_base):
    def __call__(self, retry_state: RetryCallState) -> bool:
        _request, deadline, _max_bytes = retry_state.args
        return bool(time.monotonic() + retry_state.upcoming_sleep >= deadline)


_RETRYING: Final = Retrying(
    retry=retry_if_exception(_may_pass),
    stop=stop_any(stop_after_attempt(ATTEMPTS), _NoTimeIsLeft()),
    wait=_pause,
    before_sleep=_let_go,
    reraise=True,
)


def _unreachable(reason: str, *, passing: bool) -> Unreachable:
    return Unreachable(f"cannot be reached: {reason}", passing=passing)


def _reason(error: Exception) -> str:
    cause = error.args[-1] if error.args else error
    return str(getattr(cause, "strerror", None) or cause)
