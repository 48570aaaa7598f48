"""Addresses on this service, below the path under which a proxy publishes it."""

from contextvars import ContextVar

ROOT: ContextVar[str] = ContextVar("root", default="")
"""The path under which the service is published; empty where it has a host of its own."""


def publish_under(root: str) -> None:
    """Make this path, such as ``/mla``, the root of every address made for this request."""
    ROOT.set(root)


def at(path: str) -> str:
    """Give the address of a path of the service, as links and headers name it."""
    return ROOT.get() + path
