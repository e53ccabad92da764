"""The two packages and the random arguments that the cases of `differential.py` use."""

from __future__ import annotations

import importlib
import random
import sys
from collections.abc import Callable
from types import SimpleNamespace

CASES: dict[str, Callable] = {}

# Not among them: buffers that are not bytes. We take them everywhere, the peer in some places.
ODD = [None, "text", 5, -1, 1 << 70, b"", 1.5, [], True, b"\xff" * 32]


def case(function: Callable) -> Callable:
    CASES[function.__name__] = function
    return function


class Source(random.Random):
    """Random arguments. It counts how many of them are ones that nobody should pass."""

    oddities = 0

    def bytes(self, most: int = 100) -> bytes:
        return self.randbytes(self.choice([0, 1, 15, 16, 17, self.randrange(most + 1)]))

    def exactly(self, *lengths: int) -> bytes:
        """Bytes of one of the lengths, or seldom of another."""
        length = self.choice(lengths)
        if self.random() < 0.95:
            return self.randbytes(length)
        self.oddities += 1
        return self.randbytes(max(0, length + self.choice([-1, 1, 7, -length])))

    def odd(self, value: object, chance: float = 0.02) -> object:
        """The value, or seldom something that nobody should pass."""
        if self.random() >= chance:
            return value
        self.oddities += 1
        return self.choice(ODD)

    def password(self, right: bytes | None) -> object:
        """The password, or seldom another or none."""
        password = self.odd(self.choice([right, right, right, None, b"", b"wrong"]))
        self.oddities += password != right
        return password

    def changed(self, data: bytes, chance: float = 0.8) -> bytes:
        """The data with a few bytes changed, removed or added."""
        result = bytearray(data)
        while self.random() < chance:
            at = self.randrange(len(result) + 1)
            match self.randrange(5):
                case 0:
                    del result[at : at + self.randrange(1, 4)]
                case 1:
                    result[at:at] = self.randbytes(self.randrange(1, 4))
                case 2:
                    result[at : at + 1] = self.choice([b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x30", b"\x02"])
                case 3 if result:
                    result[at % len(result)] ^= 1 << self.randrange(8)
                case _:
                    del result[at:]
            chance *= 0.6
        self.oddities += bytes(result) != data
        return bytes(result)

    def hash(self, p: Package) -> object:
        names = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512_256", "SHA3_256", "SHA3_512", "MD5", "SM3"]
        odd = self.random()
        if odd < 0.05:
            return self.choice([p.hashes.BLAKE2b(64), p.hashes.BLAKE2s(32)])
        if odd < 0.08:
            self.oddities += 1
            return self.choice([p.hashes.SHAKE128(20), p.hashes.SHAKE256(64)])
        return getattr(p.hashes, self.choice(names))()


class Package:
    """One of the two, with its modules by their last names."""

    MODULES = [
        "exceptions",
        "fernet",
        "utils",
        "hazmat.primitives.hashes",
        "hazmat.primitives.hmac",
        "hazmat.primitives.cmac",
        "hazmat.primitives.poly1305",
        "hazmat.primitives.padding",
        "hazmat.primitives.keywrap",
        "hazmat.primitives.serialization",
        "hazmat.primitives.constant_time",
        "hazmat.primitives.ciphers",
        "hazmat.primitives.ciphers.aead",
        "hazmat.primitives.ciphers.algorithms",
        "hazmat.primitives.ciphers.modes",
        "hazmat.primitives.asymmetric.rsa",
        "hazmat.primitives.asymmetric.ec",
        "hazmat.primitives.asymmetric.dsa",
        "hazmat.primitives.asymmetric.dh",
        "hazmat.primitives.asymmetric.ed25519",
        "hazmat.primitives.asymmetric.x25519",
        "hazmat.primitives.asymmetric.ed448",
        "hazmat.primitives.asymmetric.x448",
        "hazmat.primitives.asymmetric.mlkem",
        "hazmat.primitives.asymmetric.mldsa",
        "hazmat.primitives.asymmetric.utils",
        "hazmat.primitives.twofactor.hotp",
        "hazmat.primitives.twofactor.totp",
    ]
    KDFS = ["argon2", "concatkdf", "hkdf", "kbkdf", "pbkdf2", "scrypt", "x963kdf"]

    def __init__(self, name: str) -> None:
        self.name = name
        for module in self.MODULES:
            self.add(module, module.rpartition(".")[2])
        self.add("hazmat.primitives.asymmetric.padding", "rsa_padding")
        self.add("hazmat.decrepit.ciphers.algorithms", "decrepit")
        self.add("hazmat.decrepit.ciphers.modes", "decrepit_modes")
        self.kdf = SimpleNamespace()
        for module in self.KDFS:
            try:
                imported = importlib.import_module(f"{name}.hazmat.primitives.kdf.{module}")
            except ImportError:
                continue
            for public in vars(imported):
                setattr(self.kdf, public, getattr(imported, public))

    def add(self, path: str, name: str) -> None:
        try:
            setattr(self, name, importlib.import_module(f"{self.name}.{path}"))
        except ImportError:
            print(f"{self.name} has no {path}", file=sys.stderr)


class Missing(Exception):
    """One of the two has not got what a case needs."""


def told(p: Package, key: object) -> object:
    """The parts of a key."""
    key = key.public_key() if hasattr(key, "public_key") else key
    s = p.serialization
    try:
        return key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    except ValueError as error:
        return type(error).__name__
