"""The decorators that compile a class's hints into a declaration.

What reads and writes DER is native, and sees hints no more.
"""

from __future__ import annotations

import builtins
import dataclasses
import enum
import sys
import types
import typing

from ironlatch._native import declarative_asn1
from ironlatch._native.declarative_asn1 import TLV as TLV
from ironlatch._native.declarative_asn1 import (
    AnnotatedType,
    Annotation,
    BitString,
    Explicit,
    GeneralizedTime,
    IA5String,
    Implicit,
    Null,
    PrintableString,
    SetOf,
    Size,
    Type,
    UTCTime,
    decode_der,
    encode_der,
    plain_type,
)
from ironlatch.x509.base import Certificate, CertificateRevocationList, CertificateSigningRequest

__all__ = [
    "TLV",
    "BitString",
    "Default",
    "Explicit",
    "GeneralizedTime",
    "IA5String",
    "Implicit",
    "Null",
    "PrintableString",
    "SetOf",
    "Size",
    "UTCTime",
    "Variant",
    "decode_der",
    "encode_der",
    "sequence",
    "set",
    "value_set",
]

T = typing.TypeVar("T")
Name = typing.TypeVar("Name", bound=str)

_X509 = (Certificate, CertificateSigningRequest, CertificateRevocationList)
_SIZED = (builtins.list, SetOf, bytes, str, BitString, IA5String, PrintableString)


@dataclasses.dataclass(frozen=True)
class Variant(typing.Generic[T, Name]):
    """A value of a CHOICE with several alternatives of the same type, and the name of its own.

    In a declaration it is ``Variant[int, typing.Literal["name"]]``, and each of them needs a tag of
    its own from `Implicit` or `Explicit`.
    """

    value: T
    """The value itself."""
    tag: str
    """The name of the alternative."""


@dataclasses.dataclass(frozen=True)
class Default(typing.Generic[T]):
    """The annotation of a field with a DEFAULT: a field with that value is not written, and one
    that is not there is read as it.
    """

    value: T
    """The value of a field that is not there."""


@typing.dataclass_transform(kw_only_default=True)
def sequence(cls: type[T]) -> type[T]:
    """Declare a class a SEQUENCE. Its hints are the fields, in the order in which they are written.

    It gets a constructor that takes them by keyword. Raises TypeError for a field that ASN.1 does
    not have so, and names it.
    """
    return _declared(cls, Type.Sequence)


@typing.dataclass_transform(kw_only_default=True)
def set(cls: type[T]) -> type[T]:  # noqa: A001 - the peer's name
    """Declare a class a SET. The fields have to stand in the order of their tags, in which DER has
    them (X.690 §10.3).

    It gets a constructor, and raises TypeError, as with `sequence`.
    """
    return _declared(cls, Type.Set)


def value_set(value_type: type) -> typing.Callable[[type[T]], type[T]]:
    """Declare an `enum.Enum` a set of values of ``value_type``: a member is written as its value,
    and what is no member's value is not read.

    Raises TypeError for a class that is no Enum, has no members, or has one of another type.
    """
    inner = AnnotatedType(plain_type(value_type), Annotation())

    def declare(cls: type[T]) -> type[T]:
        if not issubclass(cls, enum.Enum):
            raise TypeError("value sets can only be defined from enum.Enum subclasses")
        members = list(cls)
        if not members:
            raise TypeError(f"value set '{cls.__name__}' must have at least one member")
        for member in members:
            if not isinstance(member.value, value_type):
                raise TypeError(
                    f"member '{member.name}' of value set '{cls.__name__}' must have a value of type "
                    f"'{value_type.__name__}', got: '{type(member.value).__name__}'"
                )
        root = Type.ValueSet(cls, inner, {member.value: member for member in members})
        setattr(cls, "__asn1_root__", root)  # noqa: B010  (an Enum's type has no such attribute)
        return cls

    return declare


def _declared(cls: type[T], compiled: typing.Callable[[type, dict[str, AnnotatedType], bool], Type]) -> type[T]:
    has_own_constructor = "__init__" in vars(cls)
    made = dataclasses.dataclass(repr=False, eq=False, match_args=False, kw_only=True)(cls)
    hints = typing.get_type_hints(made, include_extras=True)
    fields = {name: _field(hint, name) for name, hint in hints.items()}
    is_plain = not has_own_constructor and _only_sets_fields(made, hints)
    setattr(made, "__asn1_root__", compiled(made, fields, is_plain))  # noqa: B010
    return made


def _only_sets_fields(cls: type, hints: dict[str, typing.Any]) -> bool:
    """Whether the generated constructor does no more than set each field."""
    settable = {field.name for field in dataclasses.fields(cls) if field.init}
    return (
        settable == hints.keys()
        and type(cls).__call__ is type.__call__
        and cls.__new__ is object.__new__  # type: ignore[comparison-overlap]
        and cls.__setattr__ is object.__setattr__  # type: ignore[comparison-overlap]
        and not hasattr(cls, "__post_init__")
    )


def _field(hint: typing.Any, name: str) -> AnnotatedType:
    hint = _without_aliases(hint)
    annotation = Annotation()
    if typing.get_origin(hint) is typing.Annotated:
        annotation = _annotation(hint.__metadata__, name)
        hint = hint.__origin__
    return AnnotatedType(_type(hint, annotation, name), annotation)


def _type(hint: typing.Any, annotation: Annotation, name: str) -> Type:
    """The type of a field, checked against its annotation."""
    is_union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    alternatives = [each for each in typing.get_args(hint) if each is not types.NoneType] if is_union else []
    is_optional = is_union and types.NoneType in typing.get_args(hint)
    # What the annotation is about: of `X | None` it is X.
    subject = alternatives[0] if len(alternatives) == 1 else hint
    _check(subject, annotation, name, is_optional=is_optional)
    if not is_union:
        return _single(hint, name)
    if is_optional and annotation.default is not None:
        raise TypeError("optional (`X | None`) types should not have a DEFAULT annotation")
    if len(alternatives) == 1:
        inner = _field(subject, name)
        if not inner.annotation.is_empty():
            raise TypeError(
                "optional (`X | None`) types cannot have `X` annotated: annotations must apply to the union "
                "(i.e: `Annotated[X | None, annotation]`)"
            )
        return Type.Option(inner)
    choice = _choice(alternatives, annotation, name)
    return Type.Option(AnnotatedType(choice, Annotation())) if is_optional else choice


def _check(subject: typing.Any, annotation: Annotation, name: str, *, is_optional: bool) -> None:
    kind = typing.get_origin(subject) or subject
    if annotation.size is not None and kind not in _SIZED:
        raise TypeError(
            f"field '{name}' has a SIZE annotation, but SIZE annotations are only supported for fields of types: "
            "[SEQUENCE OF, SET OF, BIT STRING, OCTET STRING, UTF8String, PrintableString, IA5String]"
        )
    if subject is TLV:
        if is_optional:
            raise TypeError("optional TLV types (`TLV | None`) are not currently supported")
        if isinstance(annotation.encoding, Implicit):
            raise TypeError(
                f"field '{name}' has an IMPLICIT annotation, but IMPLICIT annotations are not supported for TLV types."
            )
        if annotation.default is not None:
            raise TypeError(
                f"field '{name}' has a DEFAULT annotation, but DEFAULT annotations are not supported for TLV types."
            )
    if subject in _X509 and isinstance(annotation.encoding, Implicit):
        raise TypeError(
            f"field '{name}' has an IMPLICIT annotation, but IMPLICIT annotations are not supported for X.509 types."
        )


def _single(hint: typing.Any, name: str) -> Type:
    if hasattr(hint, "__asn1_root__"):
        root = hint.__asn1_root__
        if not isinstance(root, Type):
            raise TypeError(f"unsupported root type: {root}")
        return root
    origin = typing.get_origin(hint)
    if origin is builtins.list:
        return Type.SequenceOf(_field(typing.get_args(hint)[0], name))
    if origin is SetOf:
        return Type.SetOf(_field(typing.get_args(hint)[0], name))
    return plain_type(hint)


def _choice(alternatives: list[typing.Any], annotation: Annotation, name: str) -> Type:
    if isinstance(annotation.encoding, Implicit):
        # X.680 §31.2.9: which alternative is there could not be told.
        raise TypeError("CHOICE (`X | Y | ...`) types should not have an IMPLICIT annotation")
    variants = [_alternative(each, name) for each in alternatives]
    names = [variant.tag_name for variant in variants]
    if None in names:
        if any(given is not None for given in names):
            raise TypeError(
                "When using `asn1.Variant` in a union, all the other types in the union must also be `asn1.Variant`"
            )
    elif len(names) != len(frozenset(names)):
        raise TypeError("When using `asn1.Variant` in a union, the tags used must be unique")
    return Type.Choice(variants)


def _alternative(hint: typing.Any, name: str) -> declarative_asn1.Variant:
    bare = hint.__origin__ if typing.get_origin(hint) is typing.Annotated else hint
    if typing.get_origin(bare) is not Variant:
        return declarative_asn1.Variant(typing.get_origin(bare) or bare, _field(hint, name), None)
    held, literal = typing.get_args(bare)
    if typing.get_origin(literal) is not typing.Literal:
        raise TypeError(
            "When using `asn1.Variant` in a type annotation, the second type parameter must be a `typing.Literal` "
            'type. E.g: `Variant[int, typing.Literal["MyInt"]]`.'
        )
    annotation = Annotation() if bare is hint else _annotation(hint.__metadata__, name)
    field = AnnotatedType(_type(held, annotation, name), annotation)
    return declarative_asn1.Variant(Variant, field, typing.get_args(literal)[0])


def _annotation(metadata: tuple[typing.Any, ...], name: str) -> Annotation:
    found: dict[str, typing.Any] = {}

    def once(key: str, value: object, words: str) -> None:
        if key in found:
            raise TypeError(f"multiple {words} annotations found in field '{name}'")
        found[key] = value

    for each in metadata:
        if isinstance(each, Default):
            once("default", each.value, "DEFAULT")
        elif isinstance(each, Implicit | Explicit):
            once("encoding", each, "IMPLICIT/EXPLICIT")
        elif isinstance(each, Size):
            once("size", each, "SIZE")
        else:
            raise TypeError(f"unsupported annotation: {each}")
    return Annotation(**found)


def _without_aliases(hint: typing.Any) -> typing.Any:
    """The hint with each ``type X = …`` (PEP 695) replaced by what it stands for."""
    if sys.version_info < (3, 12):
        return hint
    while isinstance(hint, typing.TypeAliasType):
        hint = hint.__value__
    arguments = typing.get_args(hint)
    resolved = tuple(_without_aliases(each) for each in arguments)
    if resolved == arguments:
        return hint
    origin = typing.get_origin(hint)
    # A union in a union is one union only if typing.Union makes it.
    return typing.Union[resolved] if origin is types.UnionType else origin[resolved]  # noqa: UP007
