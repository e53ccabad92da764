"""Signed requests to ASGI servers: FastAPI, Starlette, and others.

``SignedRequests`` is a middleware around a whole application; ``verify`` is for a single route.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from ironlatch._native.signing import RequestVerifier, VerifiedRequest
from ironlatch.signing import NotVerified, Unchecked
from ironlatch.signing.wsgi import KEY, LATER, LOG, MAX_BODY

__all__ = ["KEY", "MAX_BODY", "SignedRequests", "verify"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def verify(verifier: RequestVerifier, scope: Scope, body: bytes, *, scheme: str | None = None) -> VerifiedRequest:
    """Verify the request of an ASGI scope: ``request.scope`` and ``await request.body()`` of FastAPI and Starlette.

    ``scheme`` is ``https`` where a proxy in front took TLS off and does not say so.
    Raises as ``RequestVerifier.verify``.
    """
    headers = scope["headers"]
    # Several would be no host, rather than one of them here and another in the application.
    host = b", ".join(value for name, value in headers if name.lower() == b"host").decode("latin-1")
    raw: bytes = scope.get("raw_path") or quote(scope["path"], safe="/!$&'()*+,;=:@~").encode()
    target = raw.partition(b"?")[0].decode("latin-1")
    if query := scope.get("query_string", b""):
        target += "?" + query.decode("latin-1")
    url = f"{scheme or scope.get('scheme', 'http')}://{host}{target}"
    return verifier.verify(scope["method"], url, [(bytes(name), bytes(value)) for name, value in headers], body)


class SignedRequests:
    """Lets only signed requests through to ``application``. The others are answered with 401 and the reason.

    If the replay store fails the answer is 503, and the reason goes to the log.

    The application finds the :class:`VerifiedRequest` in ``scope["ironlatch.signing"]``.
    WebSockets are refused: what goes over them is not signed.
    """

    def __init__(
        self,
        application: Application,
        verifier: RequestVerifier,
        *,
        scheme: str | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self._application = application
        self._verifier = verifier
        self._scheme = scheme
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await _refuse(send, 413, "TooLarge", f"at most {self._max_body} bytes")
            return
        try:
            scope[KEY] = verify(self._verifier, scope, body, scheme=self._scheme)
        except Unchecked as error:
            LOG.error("%s", error)
            await _refuse(send, 503, "Unchecked", LATER)
            return
        except NotVerified as error:
            await _refuse(send, 401, type(error).__name__, str(error))
            return
        except ValueError as error:
            await _refuse(send, 400, "Malformed", str(error))
            return
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._application(scope, receive_again, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Give the whole body, or None if it is too long."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self._max_body:
                return None
            if not message.get("more_body", False):
                return bytes(body)


async def _refuse(send: Send, status: int, error: str, message: str) -> None:
    body = json.dumps({"error": error, "message": message}).encode() + b"\n"
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Signature"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
