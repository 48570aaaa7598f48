"""An endpoint of the SPARQL Protocol, asked on one connection that stays open."""

from urllib.parse import urlencode

from mla_graph.model.sparql_text import leading_keyword
from mla_graph.store.access import Access
from mla_graph.store.http import HttpClient, Rejected, Request, Unreachable
from mla_graph.store.remote import RemoteStore

_LONGEST = 600.0
_MOST_BYTES = 1 << 32


class Client:
    """An endpoint on this machine."""

    def __init__(self, port: int, path: str, default_graph: str | None = None) -> None:
        self._url, self._default_graph = f"http://127.0.0.1:{port}{path}", default_graph
        self._http = HttpClient(self._url, Access())

    def query(self, text: str) -> bytes:
        """Give the whole answer.

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
        request = Request("POST", self._url, "", headers, urlencode(fields).encode())
        try:
            return self._http.read(request, _LONGEST, _MOST_BYTES).body
        except Rejected as error:
            reason = error.text.partition("SPARQL query:")[0]
            raise RuntimeError(f"HTTP {error.status}: {reason[:200]}") from None

    def answers(self) -> bool:
        """Tell whether the server is there."""
        try:
            self.query("ASK {}")
        except (Unreachable, TimeoutError):
            return False
        except RuntimeError:
            pass
        return True

    def store(self) -> RemoteStore:
        """Give the endpoint as the product asks it."""
        return RemoteStore(self._url, self._default_graph, timeout=600, release_id="measured")

    def close(self) -> None:
        """End the connection."""
        self._http.close()
