"""The suite has no network: checked from every side a library might try."""

from __future__ import annotations

import _socket
import asyncio
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


def _open_connection() -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection("192.0.2.1", 80), 5))


ATTEMPTS = {
    "connect": lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    "below the socket module": lambda: _socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("192.0.2.1", 80)),
    "name lookup": lambda: socket.getaddrinfo("example.org", 80),
    "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    "http": lambda: urllib.request.urlopen("http://192.0.2.1/", timeout=1),
    "asyncio": _open_connection,
    "unix socket": lambda: socket.socket(socket.AF_UNIX).connect("/nowhere"),
    "this machine": lambda: socket.socket().bind(("127.0.0.1", 0)),
}


@pytest.mark.tries_network
@pytest.mark.parametrize("name", ATTEMPTS)
def test_every_way_out_is_refused(name: str) -> None:
    with pytest.raises(OSError, match="the tests have no network"):
        ATTEMPTS[name]()


@pytest.mark.tries_network
def test_programs_started_by_a_test_are_refused_too() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "the tests have no network" in done.stderr


@pytest.mark.loopback
def test_a_marked_test_may_use_this_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.loopback
@pytest.mark.tries_network
def test_a_marked_test_still_has_no_network() -> None:
    with pytest.raises(OSError, match="the tests have no network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_asyncio_itself_works() -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


def test_home_is_empty() -> None:
    assert list(Path.home().iterdir()) == []
