"""One listening socket for each server process, so that the kernel spreads the connections.

On a socket that all share, the process that wakes up first accepts whatever waits: of sixteen
connections opened at once often all, while the others stand idle.
"""

import socket
import sys
from typing import Final

import uvicorn

SPREADS: Final = sys.platform == "linux"
"""Whether the kernel does so, see SO_REUSEPORT in socket(7); elsewhere the option means less."""

_Address = tuple[str, int]


class Listener(socket.socket):
    """A bound socket that becomes one of its own, on the same address, in each process it goes to.

    The one in the parent never listens: it only keeps the address.
    """

    def __reduce__(self) -> tuple[object, tuple[socket.AddressFamily, _Address]]:
        """What goes to the other process: the address."""
        return listener, (self.family, self.getsockname()[:2])


def listener(family: socket.AddressFamily, address: _Address) -> Listener:
    """A socket on an address that others of this user may listen on too.

    Raises:
        OSError: somebody else has the address.
    """
    bound = Listener(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(address)
    return bound


def bind(config: uvicorn.Config) -> socket.socket:
    """The socket for the processes of this configuration.

    Raises:
        SystemExit: the address is taken, by another server of this user too.
    """
    alone = config.bind_socket()
    if not SPREADS:
        return alone
    family, address = alone.family, alone.getsockname()[:2]
    alone.close()
    return listener(family, address)
