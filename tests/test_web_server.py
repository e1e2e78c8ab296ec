"""Serving: login, addresses, limits of requests, what every answer carries, the command's messages."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from typing import Any

import pytest

from fakes import FakeEngine
from tarjama import InputError
from tarjama.ui import cli
from tarjama.ui.service import Limits, Service
from tarjama.ui.web import Server, application, checker, is_public
from web import connect, serving


@pytest.mark.parametrize(
    ("user", "password", "right"),
    [
        ("reader", "a:b", True),  # a password may hold a colon
        ("reader", "a", False),
        ("reader", "", False),
        ("", "a:b", False),
        ("Reader", "a:b", False),
        ("reader", "ü", False),
    ],
)
def test_a_login_is_checked(user: str, password: str, right: bool) -> None:
    assert checker("reader:a:b")(user, password) is right


@pytest.mark.parametrize("auth", ["", "reader", "reader:", ":secret"])
def test_half_a_login_is_refused(auth: str) -> None:
    with pytest.raises(InputError, match="user:password"):
        checker(auth)


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),
        ("::", True),
        ("192.168.1.5", True),
        ("news.example", True),
    ],
)
def test_which_addresses_others_can_reach(host: str, public: bool) -> None:
    assert is_public(host) is public


@pytest.mark.loopback
def test_a_port_in_use_is_named() -> None:
    pytest.importorskip("gradio")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"cannot be served at 127.0.0.1, port {port}.*--host and --port"):
            Server(Service(load=lambda name: FakeEngine()), "127.0.0.1", port)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--auth", "nobody"], 1, "--auth must be user:password"),
        (["--port", "99999"], 2, "65535"),
        (["--max-chars", "0"], 2, "--max-chars"),
        (["--model", "no-such-model"], 1, "there is no model 'no-such-model'"),
    ],
)
@pytest.mark.loopback
def test_wrong_usage_is_one_line(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("gradio")
    assert cli.run(["ui", *arguments]) == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("arguments", "warned"),
    [(["--host", "0.0.0.0"], True), (["--host", "0.0.0.0", "--auth", "a:b"], False), ([], False)],
)
def test_a_public_page_without_a_login_is_warned_about(
    arguments: list[str], warned: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gradio")
    monkeypatch.setattr(Server, "__init__", lambda self, *args, **options: setattr(self, "url", "http://here/"))
    monkeypatch.setattr(Server, "run", lambda self: None)
    monkeypatch.setattr(Service, "engine", lambda self, name: FakeEngine())
    assert cli.run(["ui", *arguments]) == 0
    said = capsys.readouterr().err
    assert ("anyone may use this page" in said) is warned
    assert "the page is at http://here/" in said


def test_gradio_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, tarjama.ui.web; sys.exit('gradio' in sys.modules or 'fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    analytics = pytest.importorskip("gradio.analytics")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    application(Service(load=lambda name: FakeEngine()))
    assert not analytics.analytics_enabled()


def guarded(sizes: list[int], declared: int | None) -> tuple[int, dict[bytes, bytes]]:
    """Send a body in parts through the guard, 1,000 bytes allowed; return the status and the headers."""
    from tarjama.ui.guard import Guard

    sent: list[dict[str, Any]] = []
    parts = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in sizes]
    parts.append({"type": "http.request", "body": b"", "more_body": False})

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(Guard(app, max_bytes=1000)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize(
    ("sizes", "declared", "status"),
    [
        ([1000], 1000, 200),
        ([600_000, 401_000], None, 200),
        ([600_000, 401_001], None, 413),  # sent without saying how much
        ([600_000, 600_000], 10, 413),  # said less than was sent
        ([], 1_001_001, 413),
        ([], 10**30, 413),
    ],
)
def test_a_body_that_is_too_large_is_refused_while_it_arrives(
    sizes: list[int], declared: int | None, status: int
) -> None:
    pytest.importorskip("starlette")
    got, headers = guarded(sizes, declared)
    assert got == status
    assert b"default-src 'self'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"


@pytest.mark.loopback
def test_a_login_keeps_strangers_out_of_the_page_and_the_api() -> None:
    with serving(FakeEngine(), auth=checker("reader:secret")) as server:
        import httpx

        with httpx.Client(base_url=server.url, trust_env=False) as http:
            assert http.get("gradio_api/info").status_code == 401
            assert http.post("gradio_api/queue/join", json={"data": [], "fn_index": 0}).status_code == 401
            assert http.get("config").status_code == 401
            assert http.post("login", data={"username": "reader", "password": "wrong"}).status_code == 400
            assert "--tj-paper:" in http.get("theme.css").text  # the colours of the page in which one logs in
        with pytest.raises(ValueError, match="Could not login"):
            connect(server.url, auth=("reader", "wrong"))
        client = connect(server.url, auth=("reader", "secret"))
        assert client.predict("خبر قصير.", api_name="/translate")["text"]


@pytest.mark.loopback
def test_nothing_else_of_the_machine_is_served() -> None:
    with serving(FakeEngine(), Limits(file_bytes=1000)) as server:
        import httpx

        with httpx.Client(base_url=server.url, trust_env=False) as http:
            for path in (
                "tarjama-static/../web.py",
                "tarjama-static/%2e%2e/web.py",
                "gradio_api/file=/etc/passwd",
                "docs",
            ):
                assert http.get(path).status_code in (403, 404), path
            assert http.get("tarjama-static/fonts/NotoNaskhArabic-OFL.txt").status_code == 200
            upload = http.post("gradio_api/upload", files={"files": ("a.txt", b"x" * 2000)})
            assert upload.status_code == 413
