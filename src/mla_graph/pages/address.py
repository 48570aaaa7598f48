"""Addresses on this service, below the path under which a proxy publishes it."""

from contextvars import ContextVar

_root: ContextVar[str] = ContextVar("root", default="")


def publish_under(root: str) -> None:
    """Make this path, such as ``/mla``, the root of every address made for this request."""
    _root.set(root)


def root() -> str:
    """The path under which the service is published; empty where it has a host of its own."""
    return _root.get()


def at(path: str) -> str:
    """The address of a path of the service, as links and headers name it."""
    return _root.get() + path
