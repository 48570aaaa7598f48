"""Asking an endpoint of the SPARQL Protocol on one connection that stays open."""

import http.client
from urllib.parse import urlencode

from mla_graph.model.sparql_text import leading_keyword
from mla_graph.store.connections import Response
from mla_graph.store.remote import RemoteStore


class Client:
    """An endpoint on this machine."""

    def __init__(self, port: int, path: str, default_graph: str | None = None) -> None:
        self._port, self._path, self._default_graph = port, path, default_graph
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        # Else some answers of Virtuoso would take 40 ms more, which are the network's.
        self._connection.response_class = Response

    def query(self, text: str) -> bytes:
        """The whole answer.

        Raises:
            RuntimeError: the server refuses, with what it says.
        """
        fields = {"query": text}
        if self._default_graph:
            fields["default-graph-uri"] = self._default_graph
        triples = leading_keyword(text) in ("CONSTRUCT", "DESCRIBE")
        headers = {
            "Accept": "text/turtle" if triples else "application/sparql-results+json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            self._connection.request("POST", self._path, urlencode(fields), headers)
            answer = self._connection.getresponse()
            body = answer.read()
        except BaseException:
            self._connection.close()  # what is left of the answer would be taken for the next
            raise
        if answer.status != 200:
            reason = body.decode(errors="replace").partition("SPARQL query:")[0]
            raise RuntimeError(f"HTTP {answer.status}: {reason[:200]}")
        return body

    def answers(self) -> bool:
        """Whether the server is there."""
        try:
            self.query("ASK {}")
        except (OSError, http.client.HTTPException):
            return False
        except RuntimeError:
            pass
        return True

    def store(self) -> RemoteStore:
        """The endpoint as the product asks it."""
        url = f"http://127.0.0.1:{self._port}{self._path}"
        return RemoteStore(url, self._default_graph, timeout=600, release_id="measured")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
