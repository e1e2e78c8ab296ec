"""What every answer of the page carries, and the largest request it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Only what this server sends may be loaded, whatever a text or a library says. Gradio compiles its components'
# templates in the browser, hence 'unsafe-eval'; its page holds its configuration in a script.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'self'; form-action 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
# A form around a file of the largest size, and JSON that writes each of 200,000 characters as \uXXXX, stay below.
_ENVELOPE = 1_000_000


class Guard:
    """ASGI middleware: adds security headers, and refuses bodies of more than ``max_bytes`` while they arrive."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max = max_bytes + _ENVELOPE
        self._message = f"The request is too large: files of at most {max_bytes / 2**20:.3g} MB are allowed here."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0
        began = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max:
                raise _TooLargeError
            return message

        async def dressed(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        length = dict(scope["headers"]).get(b"content-length", b"0")
        try:
            if length.isdigit() and int(length) > self._max:
                raise _TooLargeError
            await self._app(scope, counted, dressed)
        except _TooLargeError:
            if not began:
                await self._refuse(scope, receive, dressed)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import JSONResponse

        await JSONResponse({"detail": self._message}, status_code=413)(scope, receive, send)


class _TooLargeError(Exception):
    """The body is larger than allowed."""
