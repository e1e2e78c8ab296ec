"""No network in the tests: not in the test process, not in asyncio, not in the programs that tests start.

Python imports a module of this name at start when its folder is on PYTHONPATH; ``conftest.py`` puts it there for
child processes and imports it itself. An audit hook sees every call below ``socket`` and ``asyncio``, which
a replaced ``socket.socket`` does not (``_socket``, references taken before the replacement).
"""

from __future__ import annotations

import os
import sys

_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
)
_LOOPBACK = ("127.", "::1", "localhost")

attempts: list[str] = []  # every call that was refused, in this process


class NetworkBlockedError(OSError):
    """A test tried to reach something outside its process."""


def _allowed(event: str, args: tuple[object, ...]) -> bool:
    """With TARJAMA_TEST_LOOPBACK=1 this machine and Unix sockets may be reached, otherwise nothing may."""
    address = args[0] if event.startswith("socket.gethost") or event == "socket.getaddrinfo" else args[1]
    if address is None and event == "socket.sendmsg":
        return True  # the socket is connected already: that call was judged
    if os.environ.get("TARJAMA_TEST_LOOPBACK") != "1":
        return False
    if isinstance(address, tuple):
        address = address[0]
    elif event in ("socket.connect", "socket.bind"):
        return isinstance(address, str | bytes)  # a Unix socket's path
    host = address.decode() if isinstance(address, bytes) else str(address)
    return address is None or host.startswith(_LOOPBACK)


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event in _EVENTS and not _allowed(event, args):
        attempts.append(event)
        raise NetworkBlockedError(f"the tests have no network: {event}")


sys.addaudithook(_refuse)
