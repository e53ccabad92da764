"""Signed requests to ASGI servers: FastAPI, Starlette, and others.

``SignedRequests`` is a middleware around a whole application; ``verify`` is for a single route.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from ironlatch._native.signing import RequestVerifier, Target, VerifiedRequest
from ironlatch.signing import MalformedMessage, NotVerified, ReplayCheckFailed
from ironlatch.signing.wsgi import KEY, LATER, LOG, MAX_BODY

__all__ = ["KEY", "MAX_BODY", "SignedRequests", "verify"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def verify(verifier: RequestVerifier, scope: Scope, body: bytes, *, scheme: str | None = None) -> VerifiedRequest:
    """Verify the request of an ASGI scope: ``request.scope`` and ``await request.body()`` of
    FastAPI and Starlette.

    ``scheme`` is ``https`` where a proxy in front took TLS off and does not say so. Raises as
    ``RequestVerifier.verify``.
    """
    try:
        target = _target(scope, scheme)
    except ValueError as error:
        raise MalformedMessage(str(error)) from error
    headers = [(bytes(name), bytes(value)) for name, value in scope["headers"]]
    return verifier.verify(scope["method"], target, headers, body)


class SignedRequests:
    """Lets only signed requests through to ``application``. The others are answered with 401 and
    the reason.

    If the replay store fails the answer is 503, and the reason goes to the log.

    The application finds the :class:`VerifiedRequest` in ``scope["ironlatch.signing"]``. WebSockets
    are refused: what goes over them is not signed.
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
        except ReplayCheckFailed as error:
            LOG.error("%s", error)
            await _refuse(send, 503, "ReplayCheckFailed", LATER)
            return
        except NotVerified as error:
            await _refuse(send, 401, type(error).__name__, str(error))
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


def _target(scope: Scope, scheme: str | None) -> Target:
    """Returns the target of the request as the application sees it.

    Raises ValueError if that cannot have been signed: there is no host or not one alone, no path,
    or a fragment.
    """
    hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
    if len(hosts) != 1:
        raise ValueError(f"a signed request has one field Host, and this one has {len(hosts) or 'none'}")
    path: str = scope["path"]
    query = scope.get("query_string", b"").decode("latin-1")
    raw_path, mark, raw_query = (scope.get("raw_path") or b"").decode("latin-1").partition("?")
    if mark and raw_query != query:
        raise ValueError("the request has two queries")
    # The path came decoded; under a mount, some servers and frameworks give it without root_path.
    # The form in which it was sent counts if it decodes to the same.
    if unquote(raw_path) not in (path, scope.get("root_path", "") + path):
        raw_path = quote(path, safe="/!$&'()*+,;=:@~")
    return Target(scheme or scope.get("scheme", "http"), hosts[0].decode("latin-1"), raw_path, query or None)


async def _refuse(send: Send, status: int, error: str, message: str) -> None:
    body = json.dumps({"error": error, "message": message}).encode() + b"\n"
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Signature"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
