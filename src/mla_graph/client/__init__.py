"""A client for programs: the same questions to a service elsewhere or to the graph here."""

from mla_graph.client.asynchronous import AsyncClient
from mla_graph.client.blocking import Client

__all__ = ["AsyncClient", "Client"]
