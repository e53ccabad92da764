"""DER and PEM, as much as is needed to write what the library does not."""

from __future__ import annotations

import base64
import os
from typing import Any

from ironlatch.hazmat.primitives import padding
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, modes
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SEQUENCE, INTEGER, BITS, OCTETS, OID = 0x30, 2, 3, 4, 6


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(number: int) -> bytes:
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def split(der: bytes) -> list[bytes]:
    """The elements in a constructed element."""

    def header(data: bytes) -> tuple[int, int]:
        if data[1] < 128:
            return 2, data[1]
        count = data[1] & 0x7F
        return 2 + count, int.from_bytes(data[2 : 2 + count], "big")

    start, length = header(der)
    rest, elements = der[start : start + length], []
    while rest:
        start, length = header(rest)
        elements.append(rest[: start + length])
        rest = rest[start + length :]
    return elements


def contents(der: bytes) -> bytes:
    return der[2:] if der[1] < 128 else der[2 + (der[1] & 0x7F) :]


def pem(label: str, der: bytes, headers: str = "") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{headers}{body}-----END {label}-----\n".encode()


def pkcs8(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def spki(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def encrypted(info: bytes, derivation: bytes, key: bytes) -> bytes:
    """An EncryptedPrivateKeyInfo under PBES2 with AES-256-CBC."""
    iv = os.urandom(16)
    pad = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    data = encryptor.update(pad.update(info) + pad.finalize()) + encryptor.finalize()
    cipher = tlv(SEQUENCE, tlv(OID, bytes.fromhex("60864801650304012a")), tlv(OCTETS, iv))
    parameters = tlv(SEQUENCE, derivation, cipher)
    algorithm = tlv(SEQUENCE, tlv(OID, bytes.fromhex("2a864886f70d01050d")), parameters)
    return tlv(SEQUENCE, algorithm, tlv(OCTETS, data))
