"""Answers that are errors, as the errors of the project."""

from typing import Any, Final

import httpx

from mla_graph.model import errors
from mla_graph.model.errors import InputError, LimitReached, MlaGraphError, StoreUnavailable

_BY_CODE: Final[dict[str, type[MlaGraphError]]] = {
    one.code: one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, MlaGraphError)
}
_STANDARD: Final = ("type", "title", "status", "detail", "instance")


def error_of(reply: httpx.Response) -> MlaGraphError:
    """Return the error that a problem document (RFC 9457) stands for; its members are kept.

    A type that only a service has becomes the nearest general error by its status.
    """
    problem = _problem(reply)
    if problem is None:
        return StoreUnavailable(
            f"{reply.url.copy_with(query=None)} answered {reply.status_code} without a problem "
            "document; the address should be that of a service of mla-graph."
        )
    kind = _BY_CODE.get(str(problem.get("type", "")).rpartition("/")[2])
    if kind is None:
        busy = reply.status_code in (429, 503)
        kind = LimitReached if busy else InputError if reply.is_client_error else StoreUnavailable
    others = {name: value for name, value in problem.items() if name not in _STANDARD}
    return kind(str(problem["detail"]), **others)


def _problem(reply: httpx.Response) -> dict[str, Any] | None:
    try:
        found = reply.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) and "detail" in found else None
