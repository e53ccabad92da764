"""Errors that do not hold the secret they are about.

Python's own errors of conversion do: a UnicodeEncodeError or a JSONDecodeError has the whole text
as an attribute, and the first shows it in its ``repr``. ``raise … from None`` only hides such an
error: it is still the ``__context__`` of the new one.
"""

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Failed:
    """A failure, which `attempt` returns in place of a result."""


def attempt(call: Callable[[], _T], *errors: type[Exception]) -> _T | Failed:
    """Returns the result of ``call``, or `Failed` if it raises one of ``errors``; nothing of the
    error stays.
    """
    try:
        return call()
    except errors:
        return Failed()


def utf8(text: str, what: str) -> bytes:
    """The UTF-8 of ``text``. Raises ValueError, which names ``what`` it is, if there is none."""
    encoded = attempt(text.encode, UnicodeEncodeError)
    if isinstance(encoded, Failed):
        raise ValueError(f"{what} has half a surrogate pair in it, which UTF-8 does not have")
    return encoded
