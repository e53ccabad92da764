"""Extensions as such: their type, one with its criticality, all of a certificate, and those without
a class.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from ironlatch._native import x509 as _native
from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.x509._values import ListValue, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import ClassVar

ExtensionTypeVar = TypeVar("ExtensionTypeVar", bound="ExtensionType", covariant=True)


class DuplicateExtension(Exception):
    """A certificate, request or list has two extensions with the same identifier, ``oid``."""

    def __init__(self, msg: str, oid: ObjectIdentifier) -> None:
        super().__init__(msg)
        self.oid = oid


class ExtensionNotFound(Exception):
    """There is no extension with the object identifier ``oid``."""

    def __init__(self, msg: str, oid: ObjectIdentifier) -> None:
        super().__init__(msg)
        self.oid = oid


class ExtensionType:
    """The value of an extension. Extensions of your own are subclasses with an ``oid`` and
    ``public_bytes``.
    """

    __slots__ = ()

    oid: ClassVar[ObjectIdentifier]
    """The object identifier of the extension."""

    def public_bytes(self) -> bytes:
        """The value in DER."""
        raise NotImplementedError(f"public_bytes is not implemented for extension type {self!r}")


class KnownExtension(ExtensionType):
    """The value of an extension that is written here."""

    __slots__ = ()

    def public_bytes(self) -> bytes:
        """The value in DER."""
        return _native.encode_extension(self)


class Extension(Value, Generic[ExtensionTypeVar]):
    """An extension: its object identifier, whether it is critical, and its value.

    Who does not understand a critical extension must not accept the certificate.
    """

    __slots__ = ("_oid", "_critical", "_value")

    def __init__(self, oid: ObjectIdentifier, critical: bool, value: ExtensionTypeVar) -> None:
        if not isinstance(oid, ObjectIdentifier):
            raise TypeError("oid argument must be an ObjectIdentifier instance.")
        if not isinstance(critical, bool):
            raise TypeError("critical must be a boolean value")
        self._oid = oid
        self._critical = critical
        self._value = value

    @property
    def oid(self) -> ObjectIdentifier:
        """Which extension it is."""
        return self._oid

    @property
    def critical(self) -> bool:
        """Whether it is critical."""
        return self._critical

    @property
    def value(self) -> ExtensionTypeVar:
        """Its value, of the class for such extensions."""
        return self._value


class Extensions(ListValue):
    """All extensions of a certificate, request, list or entry, in their order."""

    __slots__ = ("_extensions",)

    def __init__(self, extensions: Iterable[Extension[ExtensionType]]) -> None:
        self._extensions = list(extensions)

    def get_extension_for_oid(self, oid: ObjectIdentifier) -> Extension[ExtensionType]:
        """The extension that ``oid`` names. Raises ExtensionNotFound if there is none."""
        for extension in self._extensions:
            if extension.oid == oid:
                return extension
        raise ExtensionNotFound(f"No {oid} extension was found", oid)

    def get_extension_for_class(self, extclass: type[ExtensionTypeVar]) -> Extension[ExtensionTypeVar]:
        """The extension whose value is of the class ``extclass``. Raises ExtensionNotFound if there
        is none.
        """
        if extclass is UnrecognizedExtension:
            raise TypeError(
                "UnrecognizedExtension can't be used with get_extension_for_class because more than one "
                "instance of the class may be present."
            )
        for extension in self._extensions:
            if isinstance(extension.value, extclass):
                return extension  # type: ignore[return-value]
        raise ExtensionNotFound(f"No {extclass} extension was found", extclass.oid)


class UnrecognizedExtension(Value, ExtensionType):
    """An extension that has no class here: its object identifier, and its value in DER."""

    __slots__ = ("_oid", "_value")

    def __init__(self, oid: ObjectIdentifier, value: bytes) -> None:
        if not isinstance(oid, ObjectIdentifier):
            raise TypeError("oid must be an ObjectIdentifier")
        self._oid = oid
        self._value = value

    @property
    def oid(self) -> ObjectIdentifier:  # type: ignore[override]
        """Which extension it is."""
        return self._oid

    @property
    def value(self) -> bytes:
        """Its value in DER."""
        return self._value

    def public_bytes(self) -> bytes:
        """Its value in DER."""
        return self._value
