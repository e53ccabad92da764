"""Pins for ``requests``. Needs the package ``requests``, 2.28 or newer."""

from __future__ import annotations

from typing import Any

import requests
from requests.__version__ import __version__ as version
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util import parse_url

from ironlatch.pinning import PinningContext, PinningError, PinSet, VerificationOff
from ironlatch.pinning._tls import STAYS_ON, is_checked_by

__all__ = ["PinningAdapter", "PinningSession"]

if tuple(map(int, version.split(".")[:2])) < (2, 28):
    raise ImportError(f"ironlatch.pinning.requests needs requests 2.28 or newer, and this is {version}")


class PinningAdapter(HTTPAdapter):
    """Checks ``pins`` on each connection: ``session.mount("https://", PinningAdapter(pins))``.

    It holds for the URLs that the session gives to it. A redirect may lead to one of another
    adapter: :class:`PinningSession` has no other.

    ``options`` are those of :class:`ironlatch.pinning.PinningContext` and of
    ``requests.adapters.HTTPAdapter``.
    """

    def __init__(self, pins: PinSet, **options: Any) -> None:
        for_context = {name: options.pop(name) for name in _CONTEXT_OPTIONS & options.keys()}
        self._context = PinningContext(pins, **for_context)
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> Any:
        made = super().init_poolmanager(*args, **options, ssl_context=self._context)
        _guard(self.poolmanager, self._context)
        return made

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options, ssl_context=self._context)
        _guard(manager, self._context)
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        if not verify:  # Before 2.32 it would have no effect on a connection that was made already.
            raise requests.exceptions.SSLError(VerificationOff(STAYS_ON))
        super().cert_verify(conn, url, verify, cert)
        if verify is True:  # Whom to trust is the context's business, not that of the bundle that requests would add.
            conn.ca_certs = conn.ca_cert_dir = None

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        url = parse_url(request.url or "")
        if url.scheme != "https":
            self._check_plain(url.host or "", request)
        return super().send(request, *args, **options)

    def _check_plain(self, host: str, request: requests.PreparedRequest) -> None:
        """Refuses to speak to a pinned host without TLS, which has no key to compare."""
        try:
            verdict = self._context.pins.check(host, [])
        except ValueError as wrong:
            raise requests.exceptions.SSLError(PinningError(str(wrong)), request=request) from wrong
        if verdict.refused:
            message = f"nothing was sent to {host}: without TLS its pins cannot be checked; ask for https"
            raise requests.exceptions.SSLError(PinningError(message, verdict), request=request)


class PinningSession(requests.Session):
    """A session of which all connections check ``pins``, those to which a redirect leads too.

    Without TLS it speaks to no host that the pins would refuse. ``options`` are those of
    :class:`PinningAdapter`.
    """

    def __init__(self, pins: PinSet, **options: Any) -> None:
        super().__init__()
        adapter = PinningAdapter(pins, **options)
        for prefix in ("https://", "http://"):
            self.mount(prefix, adapter)

    def get_adapter(self, url: Any) -> BaseAdapter:
        adapter = super().get_adapter(url)
        if not isinstance(adapter, PinningAdapter):
            raise PinningError(f"the session has an adapter without pins: mount a PinningAdapter, not {adapter!r}")
        return adapter


_CONTEXT_OPTIONS = {"on_report", "cafile", "capath", "cadata"}


def _guard(manager: Any, context: PinningContext) -> None:
    """Has the manager's connections take the context, and look afterwards whether they did.

    requests 2.32.0 to 2.32.2 put a context of their own in the place of the one that the manager
    was given.
    """
    # Of a manager of its own kind, for a SOCKS proxy say, the connections stay of that kind.
    pool: Any = manager.pool_classes_by_scheme["https"]
    if getattr(pool, "pinned_by", None) is context:  # A manager for a proxy is asked for with each request.
        return
    connection: Any = pool.ConnectionCls

    def connect(self: Any) -> None:
        self.ssl_context = context
        connection.connect(self)
        if not is_checked_by(context, self.sock):
            self.close()
            raise PinningError("the connection was made without the pins: it is closed, and nothing was sent")

    pinned_connection = type("PinnedConnection", (connection,), {"connect": connect})
    pinned_pool = type("PinnedPool", (pool,), {"ConnectionCls": pinned_connection, "pinned_by": context})
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": pinned_pool}
