"""Signed requests to WSGI servers: Flask, Django, and others.

``SignedRequests`` is a middleware around a whole application; ``verify`` is for a single view.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from ironlatch._native.signing import RequestVerifier, Target, VerifiedRequest
from ironlatch.signing import MalformedMessage, NotVerified, ReplayCheckFailed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["KEY", "MAX_BODY", "SignedRequests", "verify"]

KEY = "ironlatch.signing"
"""Where the environment holds the :class:`VerifiedRequest`."""

LOG = logging.getLogger("ironlatch.signing")
"""Where it is said what is none of the sender's business: that the replay store fails."""

LATER = "this cannot be checked at the moment: try again later"
"""The answer to the sender in that case."""

MAX_BODY = 10 * 1024 * 1024
"""The longest body in bytes that ``SignedRequests`` reads, unless told otherwise."""


def verify(
    verifier: RequestVerifier, environ: WSGIEnvironment, body: bytes, *, scheme: str | None = None
) -> VerifiedRequest:
    """Verify the request of a WSGI environment: ``request.environ`` of Flask, ``request.META`` of
    Django.

    ``scheme`` is ``https`` where a proxy in front took TLS off and does not say so. Raises as
    ``RequestVerifier.verify``.
    """
    try:
        target = _target(environ, scheme)
    except ValueError as error:
        raise MalformedMessage(str(error)) from error
    return verifier.verify(environ["REQUEST_METHOD"], target, _headers(environ), body)


class SignedRequests:
    """Lets only signed requests through to ``application``. The others are answered with 401 and
    the reason.

    If the replay store fails the answer is 503, and the reason goes to the log.

    The application finds the :class:`VerifiedRequest` in ``environ["ironlatch.signing"]``.
    """

    def __init__(
        self,
        application: WSGIApplication,
        verifier: RequestVerifier,
        *,
        scheme: str | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self._application = application
        self._verifier = verifier
        self._scheme = scheme
        self._max_body = max_body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = _read(environ, self._max_body)
        if body is None:
            return _refuse(start_response, "413 Content Too Large", "TooLarge", f"at most {self._max_body} bytes")
        try:
            environ[KEY] = verify(self._verifier, environ, body, scheme=self._scheme)
        except ReplayCheckFailed as error:
            LOG.error("%s", error)
            return _refuse(start_response, "503 Service Unavailable", "ReplayCheckFailed", LATER)
        except NotVerified as error:
            return _refuse(start_response, "401 Unauthorized", type(error).__name__, str(error))
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._application(environ, start_response)


def _read(environ: WSGIEnvironment, most: int) -> bytes | None:
    """Give the whole body, or None if it is too long."""
    source = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        wanted = int(length)
        return None if wanted > most else _read_up_to(source, wanted)
    if environ.get("wsgi.input_terminated"):
        body = _read_up_to(source, most + 1)
        return None if len(body) > most else body
    return b""


def _read_up_to(source: Any, count: int) -> bytes:
    pieces = []
    while count > 0 and (piece := source.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _target(environ: WSGIEnvironment, scheme: str | None) -> Target:
    """Returns the target of the request as the application sees it.

    Raises ValueError if that cannot have been signed: there is no host or not one alone, no path,
    or a fragment; or if the sender may have said where the path of the mount ends, and so which
    path the application sees.
    """
    if "HTTP_SCRIPT_NAME" in environ or "HTTP_PATH_INFO" in environ:
        raise ValueError(
            "the request has a field SCRIPT_NAME or PATH_INFO, by which gunicorn and others move the mount, "
            "and which is not signed: set the mount in the server, and have a proxy in front take such fields away"
        )
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    encoded, sent = quote(path, safe="/!$&'()*+,;=:@~", encoding="latin-1"), query or None
    for name in ("RAW_URI", "REQUEST_URI"):
        raw: str = environ.get(name, "")
        if "#" in raw:
            raise ValueError("the request's target must not have a fragment (#…)")
        if raw and not raw.startswith("/"):
            raise ValueError("the request's target is not a path: a signed request goes to one")
        raw_path, mark, raw_query = raw.partition("?")
        # Path and query came decoded and apart. The form in which they were sent counts if it
        # decodes to the same.
        if unquote_to_bytes(raw_path) == path.encode("latin-1") and raw_query == query:
            encoded, sent = raw_path, raw_query if mark else None
            break
    return Target(scheme or environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), encoded, sent)


def _headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    headers = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")]
    if environ.get("CONTENT_TYPE") and not _is_made_up(environ):
        headers.append(("Content-Type", environ["CONTENT_TYPE"]))
    if environ.get("CONTENT_LENGTH"):
        headers.append(("Content-Length", environ["CONTENT_LENGTH"]))
    return headers


def _is_made_up(environ: WSGIEnvironment) -> bool:
    """Tell whether the server may have put in a Content-Type that was not sent.

    wsgiref does, and with it Django's runserver. To the application both cases are the same, and so
    it does no harm that the signature does not cover it.
    """
    return (
        environ.get("SERVER_SOFTWARE", "").startswith("WSGIServer/")
        and environ["CONTENT_TYPE"] == "text/plain"
        and '"content-type"' not in environ.get("HTTP_SIGNATURE_INPUT", "")
    )


def _refuse(start_response: StartResponse, status: str, error: str, message: str) -> list[bytes]:
    body = json.dumps({"error": error, "message": message}).encode() + b"\n"
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if status.startswith("401"):
        fields.append(("WWW-Authenticate", "Signature"))
    start_response(status, fields)
    return [body]
