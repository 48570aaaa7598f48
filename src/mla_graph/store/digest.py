"""Digest authentication (RFC 7616), by the arithmetic of the standard library."""

import urllib.request
from threading import Lock
from urllib.error import URLError

from mla_graph.store.access import Access


class UnknownDigest(Exception):
    """The server asks for an algorithm or a protection that is not known here."""


class Digest:
    """The credentials for one server; many threads may use them.

    The last challenge is kept, so that a request carries its credentials at once.
    """

    def __init__(self, url: str, access: Access) -> None:
        """Take user and password for the server at ``url``."""
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        password = access.password.reveal() if access.password else ""
        passwords.add_password(None, url, access.user or "", password)
        self._handler = urllib.request.AbstractDigestAuthHandler(passwords)
        self._challenge: dict[str, str] = {}
        self._lock = Lock()

    def take(self, header: str) -> bool:
        """Keep a challenge; whether it is one."""
        kind, _, rest = header.partition(" ")
        if kind.lower() != "digest":
            return False
        items = urllib.request.parse_http_list(rest)
        with self._lock:
            self._challenge = urllib.request.parse_keqv_list(items)
        return True

    def header(self, request: urllib.request.Request) -> dict[str, str]:
        """The Authorization header, once there was a challenge.

        Raises:
            UnknownDigest: the server asks for a kind of digest that is not known here.
        """
        with self._lock:
            if not self._challenge:
                return {}
            try:
                text = self._handler.get_authorization(request, self._challenge)
            except (ValueError, URLError) as error:
                raise UnknownDigest(str(error)) from error
        return {"Authorization": f"Digest {text}"} if text else {}
