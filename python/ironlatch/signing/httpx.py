"""Signed requests with ``httpx``::

httpx.post(url, json=data, auth=SignedAuth(RequestSigner(key)))
"""

from __future__ import annotations

from collections.abc import Generator

import httpx

from ironlatch._native.signing import RequestSigner, Target

__all__ = ["SignedAuth"]


class SignedAuth(httpx.Auth):
    """Signs each request that ``httpx`` sends: give it as ``auth``, to a call, a ``Client`` or an
    ``AsyncClient``.

    A streamed body is read into memory first. A request to which a redirect leads is not signed
    again, and the server refuses it; but it carries the signature, which another server can show to
    the first. Do not ask ``httpx`` to follow redirects.
    """

    requires_request_body = True

    def __init__(self, signer: RequestSigner) -> None:
        self._signer = signer

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request, once."""
        # As the client sends it: the URL's user and fragment stay here.
        path = request.url.raw_path.decode("ascii")
        target = Target.received(request.url.scheme, request.headers["Host"], request.method, path)
        request.headers.update(self._signer.sign(request.method, target, request.headers.raw, request.content))
        yield request
