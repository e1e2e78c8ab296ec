"""Addresses: public hosts only, within limits of size and time; a server on this machine plays the web."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pdf_files import arabic, pdf
from tarjama.errors import InputError, LimitError
from tarjama.translate import Article, fetch

PUBLIC = "93.184.215.14"
SENTENCE = "قال المتحدث باسم الحكومة إن الاجتماع انتهى أمس بعد محادثات طويلة."
SECOND = "وأضاف أن العمل مستمر في جميع القطاعات حتى نهاية العام الحالي."
PAGE = f"<!doctype html><html><body><article><p>{SENTENCE}</p><p>{SECOND}</p></article></body></html>"

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """What the server answers by path, what names mean, and what was asked."""

    replies: dict[str, Reply] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: {"news.example": [PUBLIC]})
    asked: list[tuple[str, str]] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)

    def say(self, path: str, body: str | bytes, content_type: str = "text/html; charset=utf-8", **headers: str) -> None:
        data = body if isinstance(body, bytes) else body.encode()

        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", content_type)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)

        self.replies[path] = reply

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Location", target)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.replies[path] = reply


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Every public address leads to a server on this machine; the rules about addresses are the real ones."""
    world = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            world.asked.append((self.headers["Host"], self.path))
            world.replies.get(self.path, lambda request: request.send_error(404))(self)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def look_up(host: str, port: int) -> list[str]:
        with_ip = host if host.replace(".", "").isdigit() or ":" in host else None
        if with_ip is None and host not in world.names:
            raise socket.gaierror(-2, "Name or service not known")
        return [with_ip] if with_ip else world.names[host]

    def open_socket(address: str, port: int, seconds: float) -> socket.socket:
        world.connected.append((address, port))
        return socket.create_connection(server.server_address[:2], timeout=seconds)

    monkeypatch.setattr(fetch, "_look_up", look_up)
    monkeypatch.setattr(fetch, "_open", open_socket)
    yield world
    server.shutdown()
    server.server_close()


pytestmark = pytest.mark.loopback


def test_an_article_from_an_address(web: Web) -> None:
    web.say("/a?id=1", PAGE)
    article = Article.from_url("http://news.example/a?id=1#part")
    assert [paragraph.text for paragraph in article.paragraphs] == [SENTENCE, SECOND]
    assert article.origin == "http://news.example/a?id=1#part"
    assert web.asked == [("news.example", "/a?id=1")]
    assert web.connected == [(PUBLIC, 80)], "the address that was checked, not a second look-up"


def test_what_the_server_says_about_the_text_counts(web: Web) -> None:
    web.say("/a", PAGE.encode("cp1256"), "text/html; charset=windows-1256")
    web.say("/b", SENTENCE.encode("utf-16"), "text/plain")
    web.say("/c", pdf([[arabic("قال المتحدث إن الاجتماع انتهى.", 800)]]), "application/pdf")
    web.say("/d", f"# {SENTENCE}\n", "text/markdown")
    web.say("/e", PAGE, "application/octet-stream")
    web.say("/f", PAGE, "")
    assert Article.from_url("http://news.example/a").paragraphs[0].text == SENTENCE
    assert Article.from_url("http://news.example/b").text == SENTENCE
    assert Article.from_url("http://news.example/c").paragraphs[0].text == "قال المتحدث إن الاجتماع انتهى."
    assert Article.from_url("http://news.example/d").title == SENTENCE
    assert Article.from_url("http://news.example/e").paragraphs[0].text == SENTENCE
    assert Article.from_url("http://news.example/f").paragraphs[0].text == SENTENCE


def test_compressed_chunked_and_redirected(web: Web) -> None:
    web.say("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")

    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        data = PAGE.encode()
        for part in (data[:50], data[50:]):
            request.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        request.wfile.write(b"0\r\n\r\n")

    web.replies["/chunked"] = chunked
    web.redirect("/old", "/%D8%AE%D8%A8%D8%B1")
    web.redirect("/older", "http://www.news.example/packed", 308)
    web.redirect("/raw", "/خبر".encode().decode("latin-1"))
    web.say("/%D8%AE%D8%A8%D8%B1", PAGE)
    web.names["www.news.example"] = [PUBLIC]
    for path in ("/packed", "/chunked", "/old", "/older", "/raw", "/خبر"):
        assert Article.from_url(f"http://news.example{path}").paragraphs[0].text == SENTENCE, path


REFUSED = [
    "http://127.0.0.1/",
    "http://127.1.2.3:8000/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://inside.example/",
    "http://both.example/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_are_not_public_are_refused(web: Web, url: str) -> None:
    web.names |= {"inside.example": ["192.168.0.7"], "both.example": [PUBLIC, "127.0.0.1"]}
    with pytest.raises(InputError, match=r"is not a public address \(.*\); pages on private networks are not read"):
        Article.from_url(url)
    assert web.connected == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "//169.254.169.254/x", "http://inside.example/", "http://[::1]/"]
)
def test_so_they_are_after_a_redirect(web: Web, target: str) -> None:
    web.names["inside.example"] = ["10.1.1.1"]
    web.redirect("/a", target)
    with pytest.raises(InputError, match="is not a public address"):
        Article.from_url("http://news.example/a")
    assert len(web.connected) == 1


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert fetch.is_public(address)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "only http and https addresses can be read, not file"),
        ("ftp://news.example/a", "only http and https addresses can be read, not ftp"),
        ("gopher://news.example/", "not gopher"),
        ("javascript:alert(1)", "not javascript"),
        ("news.example/a", "only http and https addresses can be read, not this"),
        ("http://", "it names no host"),
        ("http://news.example:99999/", "not a web address"),
        ("http://[::1/", "not a web address"),
        ("http://user:secret@news.example/", "with a user name or password in it is not read"),
        ("http://nowhere.example/", "there is no host nowhere.example, or no network"),
    ],
)
def test_what_is_no_address(web: Web, url: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Article.from_url(url)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert web.connected == []


def test_redirects_to_other_schemes_and_without_end(web: Web) -> None:
    web.redirect("/file", "file:///etc/passwd")
    web.redirect("/round", "/round")
    with pytest.raises(InputError, match="not file"):
        Article.from_url("http://news.example/file")
    with pytest.raises(InputError, match="redirects more than 5 times"):
        Article.from_url("http://news.example/round")
    assert len(web.asked) == 7


def test_errors_of_the_server_and_other_content(web: Web) -> None:
    web.say("/image", b"\x89PNG", "image/png")
    with pytest.raises(InputError, match="the server answers 404 Not Found"):
        Article.from_url("http://news.example/nothing")
    with pytest.raises(
        InputError, match=r"this is image/png; web pages, text, Markdown, PDF, DOCX and SRT can be read"
    ):
        Article.from_url("http://news.example/image")


def test_too_large_in_plain_and_packed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 100_000)
    web.say("/large", b"a" * 100_001, "text/plain")
    web.say("/bomb", gzip.compress(b"a" * 50_000_000, 1), "text/plain", Content_Encoding="gzip")
    for path in ("/large", "/bomb"):
        tracemalloc.start()
        with pytest.raises(LimitError, match="more than 0 MB, the most that is read from an address"):
            Article.from_url(f"http://news.example{path}")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 5_000_000


def test_cut_off(web: Web) -> None:
    web.say("/a", PAGE, Content_Length="5000")
    web.say("/b", gzip.compress(PAGE.encode())[:-20], Content_Encoding="gzip")
    web.say("/c", PAGE, Content_Encoding="br")
    for path in ("/a", "/b"):
        with pytest.raises(InputError, match=r"cannot be read: .*; check the address and the network"):
            Article.from_url(f"http://news.example{path}")
    with pytest.raises(InputError, match=r"packs the page in a way that cannot be read \(br\)"):
        Article.from_url("http://news.example/c")


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_left_after_the_time_limit(web: Web, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(fetch, "MAX_SECONDS", 0.5)
    stop = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        request.wfile.write(head + (b"X-A: " if part == "headers" else b"\r\n"))
        while not stop.wait(0.05):
            try:
                request.wfile.write(b"a")
                request.wfile.flush()
            except OSError:
                return

    web.replies["/drip"] = drip
    began = time.monotonic()
    with pytest.raises(LimitError, match="took more than 0 seconds"):
        Article.from_url("http://news.example/drip")
    stop.set()
    assert time.monotonic() - began < 5


def test_a_closed_port(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: str, port: int, seconds: float) -> socket.socket:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(fetch, "_open", refuse)
    with pytest.raises(InputError, match="cannot be read: Connection refused"):
        Article.from_url("http://news.example/")


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for news.example that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_https_and_certificates(web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    body = PAGE.encode()

    def serve(listener: socket.socket) -> None:
        for _ in range(3):
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as client:
                    client.recv(65536)
                    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
                    client.sendall(head.encode() + body)
            except OSError:
                continue  # the client did not trust us

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=[listener], daemon=True).start()
        monkeypatch.setattr(fetch, "_open", lambda *args: socket.create_connection(listener.getsockname(), timeout=5))
        with pytest.raises(InputError, match=r"cannot be read: .*CERTIFICATE_VERIFY_FAILED"):
            Article.from_url("https://news.example/a")
        trusting = ssl.create_default_context(cafile=str(cert))
        monkeypatch.setattr(fetch, "_tls", lambda: trusting)
        assert Article.from_url("https://news.example/a").paragraphs[0].text == SENTENCE
        web.names["other.example"] = [PUBLIC]
        with pytest.raises(InputError, match=r"cannot be read: .*CERTIFICATE_VERIFY_FAILED"):
            Article.from_url("https://other.example/a")


def test_every_private_block_is_refused() -> None:
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ):
        network = ipaddress.ip_network(block)
        assert not fetch.is_public(str(network[1]))
        assert not fetch.is_public(str(network[-2]))
