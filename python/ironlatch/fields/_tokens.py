"""Tokens of blind indexes by a type of their own, so that a plain value is never taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import disjoint_base
else:

    def disjoint_base(cls: type) -> type:
        return cls


__all__ = ["TokenBytes", "TokenInt", "disjoint_base", "typed"]


@disjoint_base
class TokenBytes(bytes):
    """A token in bytes, which a `BlindIndex` made or the column had."""

    version: str | None = None
    """The version of the key that it is under, if it was made here."""


@disjoint_base
class TokenInt(int):
    """A token that is a number."""

    version: str | None = None


def typed(token: Any) -> TokenBytes | TokenInt | None:
    """A token, known as one from here on. None is NULL."""
    if token is None:
        return None
    return TokenInt(token) if isinstance(token, int) else TokenBytes(token)
