"""Database columns that are encrypted, each value bound to its table, column and row, and found by
blind indexes.

See ``docs/fields.md``.
"""

from ironlatch._errors import IronlatchError
from ironlatch._native.fields import ArrowArray as ArrowArray
from ironlatch._native.fields import BlindIndex as BlindIndex
from ironlatch._native.fields import FieldCipher as FieldCipher
from ironlatch._native.fields import Leak as Leak

__all__ = [
    "ArrowArray",
    "BlindIndex",
    "FieldCipher",
    "FieldError",
    "Leak",
    "MalformedValue",
    "Tampered",
    "WrongType",
]


class FieldError(IronlatchError, ValueError):
    """A stored value cannot be read."""


class Tampered(FieldError):
    """A stored value was changed or cut short, or is encrypted for another table, column or row."""


class MalformedValue(FieldError):
    """A stored value is not encrypted, or needs a newer version of this package."""


class WrongType(FieldError):
    """A stored value is of another type than the column is read as."""


TYPE_CHECKING = False
if TYPE_CHECKING:
    Malformed = MalformedValue
else:

    def __getattr__(name):
        from ironlatch._renamed import renamed

        return renamed(__name__, name)
