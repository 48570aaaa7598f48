"""The Link header of a resource in several forms (RFC 8288)."""

from collections.abc import Sequence
from urllib.parse import quote

from mla_graph.model.about import DATA_LICENCE_URL
from mla_graph.pages.address import at
from mla_graph.service.wire.negotiation import HTML, Representation
from mla_graph.service.wire.representations import TURTLE


def linked(
    path: str, iri: str, offered: Sequence[Representation], sent: Representation
) -> dict[str, str]:
    """Link and Content-Location of the form that is sent.

    ``path`` is the address of the resource on this service, ``iri`` its name, which stays the same
    wherever the service runs. The relations: ``alternate`` to every other form, ``describedby``
    from a page to its Turtle and to the description of the data set, ``canonical``, ``license``.
    """
    links = [
        _link(f"{path}?format={other.name}", "alternate", other.media_type)
        for other in offered
        if other is not sent
    ]
    if sent is HTML:
        links.append(_link(f"{path}?format={TURTLE.name}", "describedby", TURTLE.media_type))
    links.append(_link(at("/.well-known/void"), "describedby", TURTLE.media_type))
    links.append(_link(quote(iri, safe="/:@!$&'()*+,;=~-._%#"), "canonical"))
    links.append(_link(DATA_LICENCE_URL, "license"))
    return {"Link": ", ".join(links), "Content-Location": f"{path}?format={sent.name}"}


def _link(address: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{address}>; rel="{relation}"{kind}'
