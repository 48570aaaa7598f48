"""Requests of the SPARQL 1.1 Protocol, composed by SPARQLWrapper, sent by ``http``.

Its own way to send has one opener for the whole process, which would give a password of digest
authentication to everyone, and a new connection for each query.
"""

from copy import copy
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus
from urllib.request import Request as UrllibRequest

from SPARQLWrapper import GET, POST, SPARQLWrapper

from mla_graph.store.http import Request

LONGEST_GET: Final = 2_000
"""Bytes; longer queries are sent by POST: some servers and proxies cut addresses."""

_LONGEST_KEPT: Final = 200


class Composer:
    """Composes the requests to one endpoint; many threads may use it."""

    def __init__(self, url: str, agent: str) -> None:
        """Name the endpoint, and ourselves as the header ``User-Agent`` does."""
        self._wrapper = _Wrapper(url, agent=agent)
        self._wrapper.setOnlyConneg(True)
        self._wrapper.setReturnFormat("json")

    def request(self, sparql: str, accept: str, default_graph: str | None) -> Request:
        """Compose the request for an answer in one of the media types of ``accept``."""
        # A copy: others may be composing theirs, and to set one up takes as long as composing.
        wrapper = copy(self._wrapper)
        # setQuery would look for the form with regular expressions that hostile text can stall.
        wrapper.queryString, wrapper.queryType = sparql, "SELECT"
        wrapper.setMethod(GET if len(sparql.encode()) <= LONGEST_GET else POST)
        wrapper.customHttpHeaders = {"Accept": accept}
        wrapper.parameters = {"default-graph-uri": [default_graph]} if default_graph else {}
        composed: UrllibRequest = wrapper._createRequest()
        url, _, query = composed.full_url.partition("?")
        headers = dict(composed.header_items())
        return Request(composed.get_method(), url, query, headers, composed.data)  # type: ignore[arg-type]  # its data are bytes


def encoded(text: str) -> str:
    """Encode the text as the value of a form's field, with slashes as they are.

    ``quote_plus`` takes longer than many a query, so lines are kept: those of saved queries come
    again and again.
    """
    return "%0A".join(
        _kept(line) if len(line) <= _LONGEST_KEPT else _quoted(line) for line in text.split("\n")
    )


def _quoted(line: str) -> str:
    return quote_plus(line, safe="/")


_kept: Final = lru_cache(maxsize=4096)(_quoted)


class _Wrapper(SPARQLWrapper):
    def _getRequestEncodedParameters(self, query: tuple[str, str] | None = None) -> str:
        others: str = super()._getRequestEncodedParameters()
        if query is None:
            return others
        name, text = query
        return "&".join(filter(None, (others, f"{name}={encoded(text)}")))
