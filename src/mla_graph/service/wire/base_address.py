"""The public address of this service, for links that other machines follow."""

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.service.context import ServiceContext
from mla_graph.service.wire.problems import MalformedRequest


def base_address(context: ServiceContext, request: Request) -> str:
    """The public base address of the service without a slash at the end.

    Raises:
        MalformedRequest: there is no setting, and the Host header is no host.
    """
    base = context.settings.base_url or str(request.base_url).rstrip("/")
    try:
        ox.NamedNode(f"{base}/")
    except ValueError:
        raise MalformedRequest("The Host header does not name a host.") from None
    return base
