"""Pins for ``requests``. Needs the package ``requests``."""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter

from ironlatch.pinning import PinningContext, PinSet

__all__ = ["PinningAdapter"]


class PinningAdapter(HTTPAdapter):
    """Checks ``pins`` on each connection: ``session.mount("https://", PinningAdapter(pins))``.

    ``options`` are those of :class:`ironlatch.pinning.PinningContext` and of ``requests.adapters.HTTPAdapter``.
    """

    def __init__(self, pins: PinSet, **options: Any) -> None:
        for_context = {name: options.pop(name) for name in _CONTEXT_OPTIONS & options.keys()}
        self._context = PinningContext(pins, **for_context)
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> Any:
        return super().init_poolmanager(*args, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)
        if verify is True:  # Whom to trust is the context's business, not that of the bundle that requests would add.
            conn.ca_certs = conn.ca_cert_dir = None

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **options, ssl_context=self._context)


_CONTEXT_OPTIONS = {"on_report", "cafile", "capath", "cadata"}
