"""One SO_REUSEPORT socket for each server process: the kernel spreads the connections.

On a shared socket the process that wakes first accepts all that wait: of sixteen connections
opened at once often all, while the other processes are idle.
"""

import socket
import sys
from typing import Final

import uvicorn

SPREADS: Final = sys.platform == "linux"
"""Whether the kernel spreads connections, see SO_REUSEPORT in socket(7)."""

_Address = tuple[str, int]


class Listener(socket.socket):
    """A bound socket that each process copies as a socket of its own on the same address.

    The parent's never listens: it only keeps the address.
    """

    def __reduce__(self) -> tuple[object, tuple[socket.AddressFamily, _Address]]:
        """Send the address to the other process."""
        return listener, (self.family, self.getsockname()[:2])


def listener(family: socket.AddressFamily, address: _Address) -> Listener:
    """Bind an address that other processes of this user may bind too.

    Raises:
        OSError: somebody else has the address.
    """
    bound = Listener(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(address)
    return bound


def bind(config: uvicorn.Config) -> socket.socket:
    """Bind the address of this configuration for all its processes.

    Raises:
        SystemExit: the address is taken, by another server of this user too.
    """
    alone = config.bind_socket()
    if not SPREADS:
        return alone
    family, address = alone.family, alone.getsockname()[:2]
    alone.close()
    return listener(family, address)
