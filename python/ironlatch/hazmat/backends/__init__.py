"""The peer's ``default_backend()``, for programs that still pass a backend. Ironlatch ignores what
is passed.
"""

from __future__ import annotations

from typing import Any

__all__ = ["default_backend"]


def default_backend() -> Any:
    """The only backend there is."""
    from ironlatch.hazmat.backends.openssl.backend import backend

    return backend
