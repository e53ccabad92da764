"""Signed requests with ``requests``::

requests.post(url, json=data, auth=SignedAuth(RequestSigner(key)))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironlatch._native.signing import RequestSigner

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["SignedAuth"]


class SignedAuth:
    """Signs each request that ``requests`` sends: give it as ``auth``, to a call or to a session.

    A request to which a redirect leads is not signed anew, and the server refuses it.
    """

    def __init__(self, signer: RequestSigner) -> None:
        self._signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body
        if isinstance(body, str):
            # As http.client sends it.
            body = request.body = body.encode()
        if body is not None and not isinstance(body, bytes | bytearray):
            kind = type(body).__name__
            raise TypeError(f"a body that is signed must be bytes or text, not {kind}: read it into memory first")
        method, url = request.method or "GET", request.url or ""
        request.headers.update(self._signer.sign(method, url, request.headers, body))
        return request
