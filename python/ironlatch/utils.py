"""Shared by the other modules: the type of bytes-like arguments, warnings, deprecated names."""

from __future__ import annotations

import sys
import types
import warnings
from collections.abc import Callable
from enum import Enum as Enum
from typing import Any

# From Python 3.12 on every object with the buffer protocol is a collections.abc.Buffer.
if sys.version_info >= (3, 12):
    from collections.abc import Buffer as Buffer
else:
    Buffer = bytes | bytearray | memoryview

__all__ = ["Buffer", "CryptographyDeprecationWarning", "InterfaceNotImplemented", "int_to_bytes"]


class CryptographyDeprecationWarning(UserWarning):
    """Something will go away. A UserWarning, so that people see it without asking."""


# The release of the peer in which a thing was deprecated, as its users filter warnings by.
DeprecatedIn36 = CryptographyDeprecationWarning
DeprecatedIn40 = CryptographyDeprecationWarning
DeprecatedIn41 = CryptographyDeprecationWarning
DeprecatedIn42 = CryptographyDeprecationWarning
DeprecatedIn43 = CryptographyDeprecationWarning
DeprecatedIn47 = CryptographyDeprecationWarning
DeprecatedIn50 = CryptographyDeprecationWarning


# What those are warned of who use Diffie-Hellman over finite fields.
_FINITE_FIELD_DH = (
    "Diffie-Hellman over finite fields (FFDH) is deprecated and support will be removed in a future release. "
    "Use X25519 instead."
)


class InterfaceNotImplemented(Exception):
    """A class lacks a method of the interface that it claims."""


def int_to_bytes(integer: int, length: int | None = None) -> bytes:
    """``integer`` in big-endian bytes: ``length`` of them, or as few as hold it, at least one.

    Raises ValueError for a length of 0 and OverflowError for a number that is negative or does not
    fit.
    """
    if length == 0:
        raise ValueError("length argument can't be 0")
    return integer.to_bytes(length or (integer.bit_length() + 7) // 8 or 1, "big")


def _check_bytes(name: str, value: object) -> None:
    if not isinstance(value, bytes):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")


def _integer(name: str, value: int) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    return value


def _check_byteslike(name: str, value: object) -> None:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return
    try:
        memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be bytes-like, not {type(value).__name__}") from None


class _DeprecatedValue:
    """A module's attribute that warns when it is used."""

    def __init__(self, value: object, message: str, warning_class: type[Warning]) -> None:
        self.value = value
        self.message = message
        self.warning_class = warning_class


class _ModuleWithDeprecations(types.ModuleType):
    """A module some of whose attributes are deprecated."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if isinstance(value, _DeprecatedValue):
            warnings.warn(value.message, value.warning_class, stacklevel=2)
            return value.value
        return value

    def __delattr__(self, name: str) -> None:
        value = self.__dict__.get(name)
        if isinstance(value, _DeprecatedValue):
            warnings.warn(value.message, value.warning_class, stacklevel=2)
        super().__delattr__(name)


def deprecated(
    value: object,
    module_name: str,
    message: str,
    warning_class: type[Warning],
    name: str | None = None,
) -> _DeprecatedValue:
    """``value`` as an attribute of the module ``module_name`` that warns with ``message`` when it
    is used.

    With ``name``, the attribute is set too.
    """
    module = sys.modules[module_name]
    module.__class__ = _ModuleWithDeprecations
    marked = _DeprecatedValue(value, message, warning_class)
    if name is not None:
        setattr(module, name, marked)
    return marked


def _deprecated_names(
    module_name: str, warning_class: type[Warning], message: str, load: Callable[[str], object]
) -> Callable[[str], object]:
    """A module's ``__getattr__`` for names that moved: it warns, and loads them from where they are
    now.
    """

    def __getattr__(name: str) -> object:
        try:
            value = load(name)
        except KeyError:
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}") from None
        warnings.warn(message.format(name=name), warning_class, stacklevel=2)
        return value

    return __getattr__


def _at_home(home: str, *public: type | Callable[..., object]) -> None:
    """Says that the classes and functions are found in the module ``home``, which hands them on.

    Pickles, tracebacks and documentation name it, so it must not be a private one.
    """
    for one in public:
        one.__module__ = home
