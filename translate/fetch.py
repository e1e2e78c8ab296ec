"""Pages from the network: only when a user gives an address, and only from public hosts.

A page server that opens addresses for its readers must not become their way into the network it stands in (server-side
request forgery). So every host, at every redirect, is looked up once, refused unless all its addresses are
public, and connected to by the address that was checked: a second look-up might answer otherwise.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ..errors import InputError, LimitError, TarjamaError

MAX_BYTES = 20_000_000  # unpacked
MAX_SECONDS = 30.0  # from the first look-up to the last byte
MAX_REDIRECTS = 5
CONTENT_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-subrip",
    "application/octet-stream",  # what servers say when they do not know
)

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
# The blocks in which IPv6 addresses stand for IPv4 ones: NAT64 (RFC 6052), 6to4 and Teredo through `ipaddress`.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Page:
    """What an address held: ``url`` after redirects, the bytes, the media type with its parameters."""

    url: str
    data: bytes
    content_type: str


def fetch(url: str) -> Page:
    """Get a page over HTTP or HTTPS.

    Raises ``InputError`` for other schemes, hosts that are not public, servers that cannot be reached or answer with
    an error, and content that is no article's; ``LimitError`` above ``MAX_BYTES`` or ``MAX_SECONDS``. Proxies from the
    environment are not used: behind one, nobody could tell where a connection ends.
    """
    deadline = time.monotonic() + MAX_SECONDS
    for _ in range(MAX_REDIRECTS + 1):
        answer = _get(url, deadline)
        if isinstance(answer, Page):
            return answer
        url = answer
    raise InputError(
        f"{url}: the server redirects more than {MAX_REDIRECTS} times; open the page in a browser, and save it"
    )


def _get(url: str, deadline: float) -> Page | str:
    """Return the page, or the address that the server redirects to."""
    scheme, host, port, target = _parts(url)
    address = _public_address(url, host, port)
    try:
        with _connection(scheme, host, port, address, deadline) as connection:
            headers = {"Accept": ", ".join(CONTENT_TYPES), "Accept-Encoding": "gzip", "User-Agent": _agent()}
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            if response.status in _REDIRECTS and (location := response.headers.get("Location")):
                return urljoin(url, _unicode(location))
            if response.status != 200:
                raise InputError(f"{url}: the server answers {response.status} {response.reason}; check the address")
            content_type = response.headers.get("Content-Type", "")
            if content_type.partition(";")[0].strip().lower() not in ("", *CONTENT_TYPES):
                raise InputError(
                    f"{url}: this is {content_type.partition(';')[0]}; "
                    "web pages, text, Markdown, PDF, DOCX and SRT can be read"
                )
            data = _body(url, response)
            if time.monotonic() >= deadline:  # hung up: what is there may be a part
                raise TimeoutError
            return Page(url, data, content_type)
    except TarjamaError:
        raise
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        if time.monotonic() >= deadline or isinstance(error, TimeoutError):
            raise LimitError(f"{url}: the server took more than {MAX_SECONDS:.0f} seconds; try again later") from None
        reason = (
            getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error) or type(error).__name__
        )
        raise InputError(f"{url}: cannot be read: {reason}; check the address and the network") from None


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and request target; letters beyond ASCII are encoded as browsers do."""
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError as error:
        raise InputError(f"{url}: not a web address: {error}") from None
    if scheme not in _PORTS:
        raise InputError(f"{url}: only http and https addresses can be read, not {scheme or 'this'}")
    if not host:
        raise InputError(f"{url}: not a web address: it names no host")
    if parts.username or parts.password:
        raise InputError(f"{parts.hostname}: an address with a user name or password in it is not read")
    with contextlib.suppress(UnicodeError):  # an IPv6 address, or a name that the look-up will refuse
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    path = quote(parts.path or "/", safe="/%:=&?~#+!$,;'@()*[]")
    query = quote(parts.query, safe="/%:=&?~#+!$,;'@()*[]")
    return scheme, host, port or _PORTS[scheme], urlunsplit(("", "", path, query, ""))


def _unicode(location: str) -> str:
    """Read a header that a server wrote in UTF-8 where only ASCII is allowed."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _public_address(url: str, host: str, port: int) -> str:
    """Return an address of a host. Raises ``InputError`` when it has none, or one that is not public."""
    try:
        found = _look_up(host, port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise InputError(f"{url}: there is no host {host}, or no network; check the address")
    for address in found:
        if not is_public(address):
            raise InputError(
                f"{url}: {host} is not a public address ({address}); pages on private networks are not read"
            )
    return found[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet: not loopback, private, link-local, multicast ..."""
    try:
        ip: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast and not part.is_reserved for part in _meant(ip))


def _meant(ip: Address) -> Iterator[Address]:
    """Yield the address, or the IPv4 addresses that an IPv6 one only wraps."""
    if isinstance(ip, ipaddress.IPv4Address):
        yield ip
        return
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if inner:
        yield inner
    elif ip.teredo:
        yield from ip.teredo
    else:
        yield ip


@contextmanager
def _connection(
    scheme: str, host: str, port: int, address: str, deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """Connect to an address that was checked, in the host's name; everything ends at the deadline.

    Time-outs of a socket start anew with every byte: a server that sends one now and then would never be done.
    """
    left = max(deadline - time.monotonic(), 0.1)
    sock = _open(address, port, left)
    guarded = [sock]
    watch = threading.Timer(left, _hang_up, [guarded])
    watch.daemon = True
    watch.start()
    connection = http.client.HTTPConnection(host, port, timeout=left)
    connection.default_port = _PORTS[scheme]  # no port in the Host header unless the address has one
    try:
        if scheme == "https":
            secure = _tls().wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            sock = guarded[0] = secure
            secure.do_handshake()
        connection.sock = sock
        yield connection
    finally:
        watch.cancel()
        connection.close()
        sock.close()


def _open(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def _hang_up(guarded: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        guarded[0].shutdown(socket.SHUT_RDWR)


def _tls() -> ssl.SSLContext:
    """Verify servers by the system's certificates, or by certifi's where Python finds none (macOS)."""
    context = ssl.create_default_context()
    if not context.get_ca_certs() and ssl.get_default_verify_paths().cafile is None:
        with contextlib.suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context


def _agent() -> str:
    from .. import __version__

    return f"tarjama/{__version__} (+https://pypi.org/project/tarjama/)"


def _body(url: str, response: http.client.HTTPResponse) -> bytes:
    """Read and unpack a body, up to the limit."""
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise InputError(f"{url}: the server packs the page in a way that cannot be read ({coding})")
    unpack: Any = zlib.decompressobj(wbits=31) if coding != "identity" else None
    data = bytearray()
    while chunk := response.read1(65536):
        data += unpack.decompress(chunk, MAX_BYTES + 1 - len(data)) if unpack else chunk
        if len(data) > MAX_BYTES:
            raise LimitError(f"{url}: more than {MAX_BYTES / 1e6:.0f} MB, the most that is read from an address")
    if response.length or (unpack and not unpack.eof):
        raise http.client.IncompleteRead(bytes(data))
    return bytes(data)
