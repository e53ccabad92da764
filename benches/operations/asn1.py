"""Declared ASN.1 types."""

from __future__ import annotations

import typing
from types import GenericAlias
from typing import Annotated, Any

from benches.operation import Call, Group, Library, Prepared

asn1 = Group("ASN.1")


@asn1.operation("encode_der, {value}", value=("two integers", "sixteen fields", "a thousand pairs"))
def encode(library: Library, value: str) -> Prepared:
    return Call(library("hazmat.asn1").encode_der, (examples(library)[value],))


@asn1.operation("decode_der, {value}", value=("two integers", "sixteen fields", "a thousand pairs"))
def decode(library: Library, value: str) -> Prepared:
    module, example = library("hazmat.asn1"), examples(library)[value]
    return Call(module.decode_der, (type(example), module.encode_der(example)))


@asn1.operation("sequence, a class of two integers")
def declare(library: Library) -> Prepared:
    return Call(lambda: pair(library))


def pair(library: Library) -> Any:
    class Pair:
        x: int
        y: int

    return library("hazmat.asn1").sequence(Pair)


def examples(library: Library) -> dict[str, Any]:
    """A value of each size. The hints name classes of the library, so they are built here."""
    a, oid = library("hazmat.asn1"), library("x509").ObjectIdentifier
    made = pair(library)
    choice = typing.Union[int, str, bytes]  # noqa: UP007
    fields: dict[str, Any] = {}
    for number in range(4):
        fields |= {
            f"oid{number}": oid,
            f"text{number}": Annotated[typing.Optional[str], a.Implicit(number)],  # noqa: UP045
            f"version{number}": Annotated[int, a.Default(0), a.Explicit(number + 4)],
            f"choice{number}": choice,
        }
    record = a.sequence(type("Record", (), {"__annotations__": fields}))
    values: dict[str, Any] = {}
    for number in range(4):
        values |= {f"oid{number}": oid("1.2.840.113549.1.1.11"), f"text{number}": "a name"}
        values |= {f"version{number}": number, f"choice{number}": b"octets"}
    many = a.sequence(type("Many", (), {"__annotations__": {"pairs": GenericAlias(list, (made,))}}))
    return {
        "two integers": made(x=1, y=70000),
        "sixteen fields": record(**values),
        "a thousand pairs": many(pairs=[made(x=number, y=-number) for number in range(1000)]),
    }
