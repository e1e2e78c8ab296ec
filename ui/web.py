"""``tarjama ui``: the page in a browser. Works without a network: every font and script comes from this machine."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, require
from .service import Limits, Service

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

HOST = "127.0.0.1"
PORTS = range(7860, 7960)  # Gradio's own; the first free one is taken
_STATIC = Path(__file__).parent / "static"


def launch(
    host: str = HOST,
    port: int | None = None,
    *,
    auth: str | None = None,
    allow_urls: bool = False,
    max_chars: int = Limits.characters,
    model: str = "embedded",
    threads: int | None = None,
    open_browser: bool = False,
) -> None:
    """Serve the page until Ctrl-C.

    ``port`` None takes the first free one of ``PORTS``; ``auth`` is ``user:password``. Raises ``InputError`` when
    that cannot be, ``ModelError`` when there is no such model, ``DependencyError`` without the extra ``ui``.
    """
    check = None if auth is None else checker(auth)
    service = Service(Limits(characters=max_chars), model=model, threads=threads)
    server = Server(service, host, port, auth=check, allow_urls=allow_urls)
    service.engine(model)  # loaded before the address is shown, so that the first reader does not wait for it
    if is_public(host) and not auth:
        _say(f"warning: {host} can be reached by others, and anyone may use this page; set --auth user:password")
    _say(f"the page is at {server.url} (Ctrl-C ends it)")
    if open_browser:
        import webbrowser

        threading.Timer(1.0, webbrowser.open, [server.url]).start()
    try:
        server.run()
    except KeyboardInterrupt:
        _say("the page is closed")


class Server:
    """The page on an address. ``run`` serves until Ctrl-C, ``start`` and ``close`` from a thread of its own.

    Raises ``InputError`` when the address is not free or not of this machine.
    """

    def __init__(
        self,
        service: Service,
        host: str = HOST,
        port: int | None = None,
        *,
        auth: Callable[[str, str], bool] | None = None,
        allow_urls: bool = False,
    ) -> None:
        app = application(service, auth=auth, allow_urls=allow_urls)  # first: it says which extra is missing
        import uvicorn

        self._socket = _bind(host, port)
        self.port: int = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else {"0.0.0.0": "localhost"}.get(host, host)
        self.url = f"http://{shown}:{self.port}/"
        # Open pages hold connections: on Ctrl-C they are not waited for longer than this.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, server_header=False)
        logging.getLogger("uvicorn.error").addFilter(_is_no_end)
        self._server: uvicorn.Server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """Serve until Ctrl-C, or until ``close``."""
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        """Serve in the background; returns when the page can be opened."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        """End what ``start`` began."""
        self._server.should_exit = True
        self._thread.join(timeout=10)


def application(
    service: Service, *, auth: Callable[[str, str], bool] | None = None, allow_urls: bool = False
) -> FastAPI:
    """Return the page as an ASGI application, for a server of your own.

    Raises ``DependencyError`` without the extra ``ui``.
    """
    # Read by Gradio when it is imported: no telemetry, no question whether there is a newer version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Statistics of requests for a page that is switched off below: pandas for every one of them.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    gradio: Any = require("gradio", "ui")
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from .guard import Guard
    from .page import HEAD, build, theme

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/tarjama-static", StaticFiles(directory=_STATIC))
    app.add_middleware(Guard, max_bytes=service.limits.file_bytes)
    mounted: FastAPI = gradio.mount_gradio_app(
        app,
        build(service, allow_urls=allow_urls),
        path="/",
        auth=auth,
        auth_message="tarjama: please log in.",
        footer_links=[],  # Gradio's page about the API advertises other products, and asks for what is off here
        run_history=False,  # would keep the articles in the browser
        show_error=False,
        max_file_size=service.limits.file_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        head=HEAD,
    )
    return mounted


def checker(auth: str) -> Callable[[str, str], bool]:
    """Return the test of a login for ``user:password``; it takes the same time for every wrong answer.

    Raises ``InputError`` when a side is empty.
    """
    user, _, password = auth.partition(":")
    if not user or not password:
        raise InputError("--auth must be user:password, neither of them empty")

    def check(given_user: str, given_password: str) -> bool:
        right_user = hmac.compare_digest(given_user.encode(), user.encode())
        right_password = hmac.compare_digest(given_password.encode(), password.encode())
        return right_user and right_password

    return check


def is_public(host: str) -> bool:
    """Tell whether other machines may reach this address. A name that is no number is taken to be public."""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def _bind(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last: OSError | None = None
    for candidate in PORTS if port is None else (port,):
        bound = socket.socket(family)
        try:
            if sys.platform != "win32":  # a port that was just left is free; on Windows this would share one in use
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((host, candidate))
            return bound
        except (OSError, OverflowError) as error:
            bound.close()
            last = error if isinstance(error, OSError) else OSError(str(error))
    where = f"{host}, port {port}" if port is not None else f"{host}, ports {PORTS.start} to {PORTS.stop - 1}"
    reason = (last and last.strerror) or last
    raise InputError(f"the page cannot be served at {where}: {reason}; choose others with --host and --port") from last


def _is_no_end(record: logging.LogRecord) -> bool:
    """Keep connections that were cut by Ctrl-C out of the log: every open page has some."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "timeout graceful shutdown" not in record.getMessage()


def _say(message: str) -> None:
    print(f"tarjama: {message}", file=sys.stderr, flush=True)  # noqa: T201


def run(arguments: Sequence[str]) -> int:
    """Run ``tarjama ui`` and return its exit code.

    Raises ``SystemExit`` for wrong usage, ``TarjamaError`` for what cannot be.
    """
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command()(ui)
    app(args=list(arguments), prog_name="tarjama ui")
    return 0


def ui(
    host: Annotated[str, typer.Option(help="Address to serve at; 0.0.0.0 is every address of this machine.")] = HOST,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port.", show_default="the first free one from 7860")
    ] = None,
    auth: Annotated[
        str | None,
        typer.Option(metavar="USER:PASSWORD", envvar="TARJAMA_AUTH", help="Ask for a login.", show_envvar=True),
    ] = None,
    allow_urls: Annotated[
        bool, typer.Option("--allow-urls", help="Let readers open addresses: this machine then connects out.")
    ] = False,
    max_chars: Annotated[
        int, typer.Option(min=1, help="Longest text of one request, in characters.")
    ] = Limits.characters,
    model: Annotated[str, typer.Option("--model", "-m", help="Translation model that is chosen first.")] = "embedded",
    threads: Annotated[
        int | None, typer.Option("--threads", "-t", min=1, max=1024, help="CPU threads.", show_default="one per core")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Open the page: paste, upload or open an article and read it in English beside the source."""
    launch(
        host,
        port,
        auth=auth,
        allow_urls=allow_urls,
        max_chars=max_chars,
        model=model,
        threads=threads,
        open_browser=open_browser,
    )
