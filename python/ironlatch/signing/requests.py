"""Signed requests with ``requests``::

requests.post(url, json=data, auth=SignedAuth(RequestSigner(key)))
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ironlatch._native.signing import RequestSigner, Target
from ironlatch._quiet import utf8

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

__all__ = ["SignedAuth"]


class SignedAuth:
    """Signs each request that ``requests`` sends: give it as ``auth``, to a call or to a session.

    A redirect is followed without a signature: what was signed for one server is not shown to
    another.
    """

    def __init__(self, signer: RequestSigner) -> None:
        self._signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body
        if isinstance(body, str):
            # As http.client sends it.
            body = request.body = utf8(body, "the body")
        if body is not None and not isinstance(body, bytes | bytearray):
            kind = type(body).__name__
            raise TypeError(f"a body that is signed must be bytes or text, not {kind}: read it into memory first")
        # As the client sends it: the URL's user and fragment stay here.
        url, method = urlsplit(request.url or ""), request.method or "GET"
        host = request.headers.get("Host") or url.netloc.rpartition("@")[2]
        if isinstance(host, bytes):
            host = host.decode("latin-1")
        target = Target.received(url.scheme, host, method, request.path_url)
        signed = self._signer.sign(method, target, request.headers, body)
        request.headers.update(signed)

        def forget(response: Response, **_: object) -> None:
            if response.is_redirect:
                for name in signed:
                    response.request.headers.pop(name, None)

        request.register_hook("response", forget)
        return request
