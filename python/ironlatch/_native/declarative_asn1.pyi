from datetime import datetime
from types import GenericAlias
from typing import Any, Generic, Self, TypeVar, final

from ironlatch.utils import Buffer

_T = TypeVar("_T")

def encode_der(value: Any) -> bytes:
    """Writes `value` in DER (X.690): an instance of a class that `sequence`, `set` or `value_set`
    decorates, of `SetOf`, or of one of the types that fields may have.

    Raises TypeError for a value of another class than its field is declared with, and ValueError
    for one that its field does not allow: a size out of range, no alternative of a CHOICE, or
    fields of a SET that are not in the order of their encodings.
    """

def decode_der(cls: type[_T], value: Buffer) -> _T:
    """Reads `value`, which is DER (X.690) and nothing after it, as an instance of `cls`: a class that
    `sequence`, `set` or `value_set` decorates, or one of the types that fields may have.

    Raises ValueError if it is not DER or not of that type, and names the field; TypeError for a
    class that declares no ASN.1 type.
    """

def plain_type(class_: Any) -> Type:
    """The type of a class that no decorator declares: `int`, `PrintableString`, `x509.Name` … Raises
    TypeError for one that has none.
    """

@final
class Type:
    """An ASN.1 type as a node of a compiled declaration."""
    @staticmethod
    def Sequence(class_: type, fields: dict[str, AnnotatedType], is_plain: bool = False) -> Type:
        """A SEQUENCE with these fields. `is_plain` if the constructor of `class` only sets them."""
    @staticmethod
    def Set(class_: type, fields: dict[str, AnnotatedType], is_plain: bool = False) -> Type:
        """A SET with these fields, as `Sequence`."""
    @staticmethod
    def SequenceOf(element: AnnotatedType) -> Type:
        """A SEQUENCE OF such elements."""
    @staticmethod
    def SetOf(element: AnnotatedType) -> Type:
        """A SET OF such elements."""
    @staticmethod
    def Option(inner: AnnotatedType) -> Type:
        """A type that may be missing."""
    @staticmethod
    def Choice(variants: list[Variant]) -> Type:
        """A CHOICE of these `Variant`s.

        Raises TypeError if two of the alternatives begin with the same tag: which of them is there
        could not be told (X.680 §29.3).
        """
    @staticmethod
    def ValueSet(class_: type, inner: AnnotatedType, members: dict[Any, Any]) -> Type:
        """Those values of a type that are the members of an Enum. `members` finds them by value."""
    @property
    def _0(self) -> Any: ...
    @property
    def _1(self) -> Any: ...
    @property
    def _2(self) -> Any: ...

@final
class AnnotatedType:
    """A type with what the annotation of its field says."""
    def __new__(cls, inner: Type, annotation: Annotation) -> Self: ...
    @property
    def inner(self) -> Type:
        """The type."""
    @property
    def annotation(self) -> Annotation:
        """Its annotation."""

@final
class Annotation:
    """The annotation of a field next to its type: DEFAULT, a tag, and SIZE."""
    def __new__(
        cls,
        default: Any = None,
        encoding: Implicit | Explicit | None = None,
        size: Size | None = None,
    ) -> Self: ...
    @property
    def default(self) -> Any:
        """The value of a field that is not there, or None."""
    @property
    def encoding(self) -> Implicit | Explicit | None:
        """An `Implicit` or `Explicit`, or None."""
    @property
    def size(self) -> Size | None:
        """A `Size`, or None."""
    def is_empty(self) -> bool:
        """Whether it says nothing."""

@final
class Variant:
    """One alternative of a CHOICE."""
    def __new__(cls, python_class: type, ann_type: AnnotatedType, tag_name: str | None) -> Self: ...
    @property
    def python_class(self) -> type:
        """The class of the values: of `Variant` in Python if the alternative has a name."""
    @property
    def ann_type(self) -> AnnotatedType:
        """Its type."""
    @property
    def tag_name(self) -> str | None:
        """Its name, or None."""

@final
class Implicit:
    """The annotation of a field whose tag is replaced by the context-specific one of this number
    (X.680 §31.2.7). Not for a CHOICE, TLV, or a certificate, request or revocation list.

    Raises TypeError for a number that is no int, OverflowError for one outside 0 to 2**32 - 1.
    """
    def __new__(cls, tag: int) -> Self: ...
    @property
    def _0(self) -> int: ...

@final
class Explicit:
    """The annotation of a field whose encoding is wrapped in an element with the context-specific tag
    of this number (X.680 §31.2.6).

    Raises TypeError for a number that is no int, OverflowError for one outside 0 to 2**32 - 1.
    """
    def __new__(cls, tag: int) -> Self: ...
    @property
    def _0(self) -> int: ...

@final
class Encoding:
    """The two ways of giving a field a tag of its own."""

    Implicit: type
    Explicit: type

@final
class Size:
    """The annotation of a field with a size: from `min` to `max`, both included, and without limit if
    `max` is None.

    It counts the elements of a SEQUENCE OF or SET OF, the bytes of an OCTET STRING, the bits of a
    BIT STRING, and the characters of a string. Raises OverflowError for a negative size, TypeError
    for what is no int.
    """
    def __new__(cls, min: int, max: int | None) -> Self: ...
    @staticmethod
    def exact(n: int) -> Size:
        """The size `n`, and no other. Raises OverflowError if it is negative, TypeError if it is no
        int.
        """

@final
class PrintableString:
    """A PrintableString (X.680 §41.4): letters and digits of ASCII, the space and `'()+,-./:=?`.

    `inner` is the text. Raises ValueError if it has another letter.
    """
    def __new__(cls, inner: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_str(self) -> str:
        """The text."""

@final
class IA5String:
    """An IA5String, which is ASCII (X.680 §41).

    `inner` is the text. Raises ValueError if it has another letter.
    """
    def __new__(cls, inner: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_str(self) -> str:
        """The text."""

@final
class UTCTime:
    """A UTCTime (X.690 §11.8): a second of the years 1950 to 2049.

    `inner` is a `datetime` with a time zone. Raises ValueError if it has none, has a fraction of a
    second, or is of another year.
    """
    def __new__(cls, inner: datetime) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_datetime(self) -> datetime:
        """The time as a `datetime` with a time zone."""

@final
class GeneralizedTime:
    """A GeneralizedTime (X.690 §11.7) of at most six digits after the second.

    `inner` is a `datetime` with a time zone. Raises ValueError if it has none.
    """
    def __new__(cls, inner: datetime) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_datetime(self) -> datetime:
        """The time as a `datetime` with a time zone."""

@final
class BitString:
    """A BIT STRING.

    `data` holds the bits, the first in the highest place; the lowest `padding_bits` of its last
    byte, 0 to 7 of them, do not count and are 0. Raises ValueError if they are not.
    """
    def __new__(cls, data: bytes, padding_bits: int) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_bytes(self) -> bytes:
        """The bits, and at the end the padding."""
    def padding_bits(self) -> int:
        """How many bits of the last byte do not count."""

@final
class Null:
    """NULL, which says nothing and has no contents."""
    def __new__(cls) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SetOf(Generic[_T]):
    """A SET OF: values of one type, whose order says nothing. Written in the order of their encodings.

    `inner` is the list of them; raises TypeError for what is no list. In a declaration the type is
    `SetOf[T]`.
    """
    def __new__(cls, inner: list[_T]) -> Self: ...
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    def __eq__(self, other: object, /) -> bool: ...
    def as_list(self) -> list[_T]:
        """The list."""

@final
class TLV:
    """Any element of DER, as it stands: for ANY, and for what is to be read later. Only reading makes
    one.
    """
    @property
    def tag_bytes(self) -> bytes:
        """The bytes of the tag."""
    @property
    def data(self) -> memoryview:
        """The contents, without tag and length."""
    def parse(self, cls: type[_T]) -> _T:
        """Reads the element as `decode_der` does, as an instance of `cls`. Raises ValueError if it is
        not of that type.
        """
