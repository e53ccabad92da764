"""ASN.1 types declared as classes, written and read as DER (X.690)."""

from ironlatch.hazmat.asn1.asn1 import (
    TLV,
    BitString,
    Default,
    Explicit,
    GeneralizedTime,
    IA5String,
    Implicit,
    Null,
    PrintableString,
    SetOf,
    Size,
    UTCTime,
    Variant,
    decode_der,
    encode_der,
    sequence,
    set,  # noqa: A004 - the peer's name
    value_set,
)

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
