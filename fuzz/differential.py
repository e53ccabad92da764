"""Makes random calls to this package and to the peer's: both must return the same, or raise the
same exception.

    python fuzz/differential.py [--seconds 60] [--only WORD] [--seed 123:case]

needs an environment with both, which `make fuzz` has. A case is a function of a package and of a
source of random numbers that is in the same state for both. What differs for a reason that is
written down is in `KNOWN`.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from types import SimpleNamespace

# Differences that are meant: (case, words of ours, words of the peer's).
KNOWN: list[tuple[str, str, str]] = [
    ("rsa_numbers", "16384 bits are the most", "returned"),  # docs/rsa-key-checks.md
    ("padding", "block_size", "ValueError"),  # For a float TypeError, for an absurd number OverflowError.
    ("one_time", "time_step must be", "returned"),  # Of no second, or of more than there are.
    ("finite_fields", "", "Error computing shared key"),  # A q of 0 is taken by both, and by the peer until it is used.
    ("finite_fields", "y must be > 0 and < p", "returned"),  # The peer takes it and fails later.
    (
        "finite_fields",
        "no DSA group",
        "returned",
    ),  # p or q is even, or p has more than 10000 bits: nothing can be done with it.
]

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


@case
def digest(p: Package, source: Source) -> object:
    algorithm = source.odd(source.hash(p))
    hash_ = p.hashes.Hash(algorithm)
    for _ in range(source.randrange(4)):
        hash_.update(source.odd(source.bytes(5000)))
    return hash_.finalize()


@case
def hmac(p: Package, source: Source) -> object:
    mac = p.hmac.HMAC(source.odd(source.bytes(200)), source.odd(source.hash(p)))
    mac.update(source.odd(source.bytes(300)))
    if source.random() < 0.3:
        return mac.verify(source.odd(source.exactly(20, 32)))
    return mac.finalize()


@case
def cmac(p: Package, source: Source) -> object:
    key = source.exactly(16, 24, 32)
    algorithm = source.choice([p.algorithms.AES, p.decrepit.TripleDES, p.decrepit.Blowfish, p.algorithms.SM4])(key)
    mac = p.cmac.CMAC(source.odd(algorithm))
    for _ in range(source.randrange(3)):
        mac.update(source.odd(source.bytes(300)))
    return mac.verify(source.exactly(16)) if source.random() < 0.3 else mac.finalize()


@case
def poly1305(p: Package, source: Source) -> object:
    return p.poly1305.Poly1305.generate_tag(source.odd(source.exactly(32)), source.odd(source.bytes(300)))


def algorithm_and_key(p: Package, source: Source) -> object:
    name, lengths = source.choice([
        ("AES", (16, 24, 32)), ("AES", (64, 32)), ("AES128", (16,)), ("AES256", (32,)), ("Camellia", (16, 24, 32)),
        ("SM4", (16,)), ("ChaCha20", (32,)), ("TripleDES", (8, 16, 24)), ("Blowfish", (4, 16, 56)), ("CAST5", (5, 10, 16)),
        ("IDEA", (16,)), ("SEED", (16,)), ("ARC4", (5, 16, 32)), ("RC2", (16,)),
    ])  # fmt: skip
    key = source.odd(source.exactly(*lengths))
    where = (
        p.algorithms
        if hasattr(p.algorithms, name) and name in ("AES", "AES128", "AES256", "SM4", "ChaCha20")
        else p.decrepit
    )
    if name == "ChaCha20":
        return where.ChaCha20(key, source.odd(source.exactly(16)))
    return getattr(where, name)(key)


def mode(p: Package, source: Source) -> object:
    name = source.choice(["CBC", "CTR", "ECB", "GCM", "CFB", "CFB8", "OFB", "XTS", "None"])
    if name == "None":
        return None
    where = p.modes if name in ("CBC", "CTR", "ECB", "GCM", "XTS") else p.decrepit_modes
    if name == "ECB":
        return where.ECB()
    iv = source.odd(source.exactly(8, 16, 16, 12))
    if name == "GCM":
        tag = source.choice([None, source.randbytes(16), source.exactly(16, 12, 4)])
        source.oddities += 2 * (tag is not None)
        return where.GCM(iv, tag, source.choice([16, 16, 12, 4])) if source.random() < 0.5 else where.GCM(iv)
    return getattr(where, name)(iv)


@case
def cipher(p: Package, source: Source) -> object:
    cipher = p.ciphers.Cipher(source.odd(algorithm_and_key(p, source)), source.odd(mode(p, source)))
    context = cipher.encryptor() if source.random() < 0.6 else cipher.decryptor()
    results = []
    for _ in range(source.randrange(4)):
        data = source.odd(source.choice([source.bytes(200), source.randbytes(source.choice([16, 32, 48]))]))
        match source.randrange(8):
            case 0:
                buffer = bytearray(max(0, len(data) + source.choice([15, 7, 0, -1, 31])))
                results.append((context.update_into(data, buffer), bytes(buffer)))
            case 1 if hasattr(context, "authenticate_additional_data"):
                context.authenticate_additional_data(data)
            case 2 if source.random() < 0.3:
                context.reset_nonce(source.odd(source.exactly(16)))
            case _:
                results.append(context.update(data))
    results.append(context.finalize())
    results.append(getattr(context, "tag", None))
    if source.random() < 0.1:
        context.update(b"more")
    return results


AEADS = {
    "AESGCM": ((16, 24, 32), (12, 8, 16)), "AESCCM": ((16, 24, 32), (7, 12, 13)), "AESOCB3": ((16, 24, 32), (12, 13, 15)),
    "AESSIV": ((32, 48, 64), (16,)), "AESGCMSIV": ((16, 24, 32), (12,)), "ChaCha20Poly1305": ((32,), (12,)),
}  # fmt: skip


@case
def aead(p: Package, source: Source) -> object:
    name = source.choice(list(AEADS))
    keys, nonces = AEADS[name]
    class_ = getattr(p.aead, name, None)
    if class_ is None:
        raise Missing
    key, nonce = source.odd(source.exactly(*keys)), source.odd(source.exactly(*nonces))
    more = (source.choice([4, 8, 16, 12, 5, 0]),) if name == "AESCCM" and source.random() < 0.5 else ()
    aead = class_(key, *more)
    data, aad = source.odd(source.bytes(3000)), source.odd(source.choice([None, source.bytes(40)]))
    first = (
        ([None, aad] if aad is None else source.choice([[aad], [aad, nonce], []]),)
        if name == "AESSIV"
        else (nonce, aad)
    )
    call = (
        (lambda f, data, *more: f(data, *first, *more))
        if name == "AESSIV"
        else (lambda f, data, *more: f(nonce, data, aad, *more))
    )
    results = [sealed := call(aead.encrypt, data)]
    if source.random() < 0.5:
        buffer = bytearray(max(0, len(sealed) + source.choice([0, 0, 0, 1, -1])))
        results.append((call(aead.encrypt_into, data, buffer), bytes(buffer)))
        buffer = bytearray(max(0, len(data) + source.choice([0, 0, 0, 1, -1])))
        results.append((call(aead.decrypt_into, sealed, buffer), bytes(buffer)))
    results.append(call(aead.decrypt, source.changed(sealed, 0.3)))
    return results


@case
def padding(p: Package, source: Source) -> object:
    class_ = source.choice([p.padding.PKCS7, p.padding.ANSIX923])
    size = source.choice([8, 64, 128, 128, 256, 2040, 0, 7, 2048, 136])
    source.oddities += 2 * (size in (0, 7, 2048))
    padding = class_(source.odd(size))
    context = padding.padder() if source.random() < 0.4 else padding.unpadder()
    data = source.bytes(64) + bytes([source.choice([1, 2, 16, 0, 17])]) * source.choice([1, 2, 16])
    results = [context.update(source.odd(data)) for _ in range(source.randrange(1, 3))]
    return [*results, context.finalize()]


@case
def keywrap(p: Package, source: Source) -> object:
    key, data = (
        source.odd(source.exactly(16, 24, 32)),
        source.odd(source.choice([source.randbytes(24), source.bytes(50)])),
    )
    wrapped = source.choice([p.keywrap.aes_key_wrap, p.keywrap.aes_key_wrap_with_padding])(key, data)
    unwrap = source.choice([p.keywrap.aes_key_unwrap, p.keywrap.aes_key_unwrap_with_padding])
    return wrapped, unwrap(key, source.changed(wrapped, 0.3))


@case
def kdf(p: Package, source: Source) -> object:
    hash_, length = source.odd(source.hash(p)), source.odd(source.choice([16, 32, 100, 0, 1, 255 * 20 + 1]))
    salt, info = source.odd(source.choice([None, source.bytes()])), source.odd(source.choice([None, source.bytes()]))
    source.oddities += length in (0, 255 * 20 + 1)
    k = p.kdf
    kbkdf = (
        hash_,
        k.Mode.CounterMode,
        length,
        source.odd(source.choice([1, 2, 4, 0, 5])),
        source.odd(source.choice([4, 1, None, 0])),
    )
    location = source.odd(getattr(k.CounterLocation, source.choice(["BeforeFixed", "AfterFixed", "MiddleFixed"])))
    fixed = (location, salt, info, source.odd(source.choice([None, None, b"fixed"])))
    at = source.odd(source.choice([None, None, 0, 3, 100]))
    make = source.choice([
        lambda: k.HKDF(hash_, length, salt, info), lambda: k.HKDFExpand(hash_, length, info),
        lambda: k.PBKDF2HMAC(hash_, length, salt, source.odd(source.choice([1, 10, 0, 1000]))),
        lambda: k.Scrypt(salt, length, source.odd(source.choice([2, 16, 1, 3, 1024])), source.odd(source.choice([1, 8, 0])),
                         source.odd(source.choice([1, 2, 0]))),
        lambda: k.ConcatKDFHash(hash_, length, info), lambda: k.ConcatKDFHMAC(hash_, length, salt, info),
        lambda: k.X963KDF(hash_, length, info),
        lambda: k.KBKDFHMAC(*kbkdf, *fixed, break_location=at),
        lambda: k.KBKDFCMAC(source.choice([p.algorithms.AES, p.decrepit.TripleDES, p.algorithms.SM4]), *kbkdf[1:], *fixed, break_location=at),
        lambda: k.Argon2id(salt=salt, length=length, iterations=source.odd(source.choice([1, 2, 0])),
                           lanes=source.odd(source.choice([1, 2, 0])), memory_cost=source.odd(source.choice([8, 16, 64, 7])), ad=info),
    ])  # fmt: skip
    kdf = make()
    secret = source.odd(source.choice([source.bytes(), source.randbytes(16)]))
    if source.random() < 0.3:
        return kdf.verify(secret, source.odd(source.exactly(32)))
    if source.random() < 0.3:
        buffer = bytearray(max(0, length + source.choice([0, 0, 1, -1])))
        return kdf.derive_into(secret, buffer), bytes(buffer)
    return kdf.derive(secret)


@case
def argon2_phc(p: Package, source: Source) -> object:
    text = b"$argon2id$v=19$m=16,t=1,p=1$c2FsdHNhbHRzYWx0$kPgXw1j9gjJoGhAErk0oLQ"
    changed = source.changed(text, 0.6).decode("latin-1")
    if any(len(number) > 2 for number in changed.replace("$", ",").replace("=", ",").split(",") if number.isdigit()):
        return None  # More memory or time than there is.
    return source.choice([p.kdf.Argon2id, p.kdf.Argon2i, p.kdf.Argon2d]).verify_phc_encoded(
        b"password", source.odd(changed)
    )


@case
def fernet(p: Package, source: Source) -> object:
    key = source.odd(source.changed(b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=", 0.1))
    fernet = p.fernet.Fernet(key)
    token = source.odd(source.changed(
        b"gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==", 0.5
    ))  # fmt: skip
    match source.randrange(3):
        case 0:
            return fernet.decrypt(token)
        case 1:
            ttl, now = (
                source.odd(source.choice([1, 60, 0, -1])),
                source.odd(499162800 + source.choice([0, 59, 61, -61])),
            )
            return fernet.decrypt_at_time(token, ttl, now)
        case _:
            return fernet.extract_timestamp(token)


@case
def one_time(p: Package, source: Source) -> object:
    key, digits = source.odd(source.exactly(20, 16)), source.odd(source.choice([6, 8, 5, 9]))
    algorithm = source.odd(source.choice([p.hashes.SHA1, p.hashes.SHA256, p.hashes.SHA512, p.hashes.SHA224])())
    source.oddities += (digits not in (6, 8)) + isinstance(algorithm, p.hashes.SHA224)
    if source.random() < 0.5:
        otp = p.hotp.HOTP(key, digits, algorithm)
        at = source.odd(source.choice([0, 1, 1 << 40, -1, (1 << 64) - 1, 1 << 64]))
    else:
        otp = p.totp.TOTP(key, digits, algorithm, source.odd(source.choice([30, 60, 1, 1.5])))
        at = source.odd(source.choice([0, 59, 1e9, 1.5, -1, 1 << 40, -30.5]))
    name = source.odd(source.choice(["Alice", "Älice:%/", ""]))
    issuer = source.choice([None, "Büro & Co", ""])
    counter = [5] if isinstance(otp, p.hotp.HOTP) else []
    uri = otp.get_provisioning_uri(name, *counter, issuer)
    code = otp.generate(at)
    return code, uri, otp.verify(source.odd(source.changed(code, 0.2)), at)


@case
def dss_signature(p: Package, source: Source) -> object:
    utils = p.utils_
    if source.random() < 0.4:
        return utils.encode_dss_signature(
            *(source.odd(source.choice([0, 1, 128, 1 << 255, -1, source.getrandbits(500)])) for _ in "rs")
        )
    return utils.decode_dss_signature(source.odd(source.changed(bytes.fromhex("3008020200ff02020101"))))


def told(p: Package, key: object) -> object:
    """The parts of a key."""
    key = key.public_key() if hasattr(key, "public_key") else key
    s = p.serialization
    try:
        return key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    except ValueError as error:
        return type(error).__name__


@case
def private_key(p: Package, source: Source) -> object:
    text, password = source.choice(MATERIAL.private)
    text = source.odd(source.changed(text, 0.7))
    load = p.serialization.load_pem_private_key if b"-----" in bytes(text) else p.serialization.load_der_private_key
    return told(p, load(text, source.password(password)))


@case
def public_key(p: Package, source: Source) -> object:
    text = source.odd(source.changed(source.choice(MATERIAL.public), 0.7))
    load = p.serialization.load_pem_public_key if b"-----" in bytes(text) else p.serialization.load_der_public_key
    return told(p, load(text))


PUBLIC_FORMATS = ["SubjectPublicKeyInfo", "PKCS1", "OpenSSH", "Raw", "CompressedPoint", "UncompressedPoint"]


@case
def write_key(p: Package, source: Source) -> object:
    text, password = source.choice(MATERIAL.private)
    s = p.serialization
    load = s.load_pem_private_key if b"-----" in text else s.load_der_private_key
    key = load(text, password)
    encoding = source.odd(getattr(s.Encoding, source.choice(["PEM", "DER", "OpenSSH", "Raw", "X962", "SMIME"])))
    if source.random() < 0.5:
        return key.public_key().public_bytes(
            encoding, source.odd(getattr(s.PublicFormat, source.choice(PUBLIC_FORMATS)))
        )
    format_ = getattr(s.PrivateFormat, source.choice(["PKCS8", "TraditionalOpenSSL", "Raw"]))
    written = key.private_bytes(encoding, source.odd(format_), encryption := source.odd(source.choice([
        s.NoEncryption(), s.NoEncryption(), s.BestAvailableEncryption(source.choice([b"password", b"x" * 1024]))
    ])))  # fmt: skip
    return written if isinstance(encryption, s.NoEncryption) else written[:16]


@case
def ec_point(p: Package, source: Source) -> object:
    names = [
        "SECP192R1",
        "SECP224R1",
        "SECP256R1",
        "SECP384R1",
        "SECP521R1",
        "SECP256K1",
        "BrainpoolP256R1",
        "BrainpoolP384R1",
    ]
    curve = getattr(p.ec, source.choice(names))()
    size = (curve.key_size + 7) // 8
    match source.randrange(4):
        case 0:
            source.oddities += 1
            data = source.choice([b"\x02", b"\x03", b"\x04", b"\x00", b"\x06", b"\x05"]) + source.exactly(
                size, 2 * size
            )
            return told(p, p.ec.EllipticCurvePublicKey.from_encoded_point(source.odd(curve), source.odd(data)))
        case 1:
            value = source.odd(source.choice([1, 2, 0, -1, source.getrandbits(8 * size - 1), 1 << (8 * size)]))
            source.oddities += 1
            return told(p, p.ec.derive_private_key(value, source.odd(curve)))
        case 2:
            source.oddities += 1
            x, y = (source.odd(source.choice([0, 1, -1, source.getrandbits(8 * size)])) for _ in "xy")
            return told(p, p.ec.EllipticCurvePublicNumbers(x, y, source.odd(curve)).public_key())
        case _:
            key = p.ec.derive_private_key(source.getrandbits(150) + 1, curve)
            other = p.ec.derive_private_key(source.getrandbits(150) + 1, curve).public_key()
            numbers = key.private_numbers()
            numbers = p.ec.EllipticCurvePrivateNumbers(
                source.odd(numbers.private_value + source.choice([0, 0, 1]), 0.1), numbers.public_numbers
            )
            return key.exchange(p.ec.ECDH(), other), told(p, numbers.private_key())


@case
def verify(p: Package, source: Source) -> object:
    text, signature, kind = source.choice(MATERIAL.signatures)
    key = p.serialization.load_der_public_key(text)
    signature, message = source.odd(source.changed(signature, 0.4)), source.odd(b"message")
    hash_ = source.odd(p.hashes.SHA256(), 0.05)
    match kind:
        case "rsa":
            padding = source.choice(
                [p.rsa_padding.PKCS1v15(), p.rsa_padding.PSS(p.rsa_padding.MGF1(p.hashes.SHA256()), 32)]
            )
            return key.verify(signature, message, source.odd(padding), hash_)
        case "ec":
            return key.verify(signature, message, source.odd(p.ec.ECDSA(hash_)))
        case "dsa":
            return key.verify(signature, message, hash_)
        case _:
            return key.verify(signature, message)


@case
def rsa_decrypt(p: Package, source: Source) -> object:
    key = p.serialization.load_der_private_key(MATERIAL.rsa, None)
    ciphertext = source.odd(
        source.choice(
            [source.randbytes(128), source.changed(source.choice(MATERIAL.rsa_ciphertexts), 0.3), b"\xff" * 128]
        )
    )
    h = p.hashes
    padding = source.choice([
        p.rsa_padding.PKCS1v15(), p.rsa_padding.PKCS1v15(),
        p.rsa_padding.OAEP(p.rsa_padding.MGF1(h.SHA256()), h.SHA256(), source.choice([None, b"label"])),
        p.rsa_padding.OAEP(p.rsa_padding.MGF1(h.SHA1()), h.SHA1(), None),
    ])  # fmt: skip
    return key.decrypt(ciphertext, source.odd(padding))


@case
def rsa_numbers(p: Package, source: Source) -> object:
    numbers = p.serialization.load_der_private_key(MATERIAL.rsa, None).private_numbers()
    values = [
        numbers.p,
        numbers.q,
        numbers.d,
        numbers.dmp1,
        numbers.dmq1,
        numbers.iqmp,
        numbers.public_numbers.e,
        numbers.public_numbers.n,
    ]
    for _ in range(source.choice([0, 1, 1, 2])):
        at = source.randrange(len(values))
        values[at] = source.odd(
            source.choice(
                [
                    values[at] + 1,
                    values[at] - 1,
                    values[at] + 2,
                    0,
                    1,
                    2,
                    3,
                    -values[at],
                    values[at] << 1,
                    values[at] >> 1,
                    1 << 20000,
                ]
            ),
            0.1,
        )
        source.oddities += 1
    *values, e, n = values
    public = p.rsa.RSAPublicNumbers(e, n)
    if source.random() < 0.3:
        return told(p, public.public_key())
    return told(p, p.rsa.RSAPrivateNumbers(*values, public).private_key())


@case
def montgomery(p: Package, source: Source) -> object:
    key = p.x25519.X25519PrivateKey.from_private_bytes(source.odd(source.exactly(32)))
    point = source.choice(
        [source.exactly(32), bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32]
    )
    return key.exchange(p.x25519.X25519PublicKey.from_public_bytes(source.odd(point)))


@case
def edwards(p: Package, source: Source) -> object:
    key = p.ed25519.Ed25519PrivateKey.from_private_bytes(source.odd(source.exactly(32)))
    public = source.choice(
        [
            key.public_key(),
            p.ed25519.Ed25519PublicKey.from_public_bytes(
                source.odd(source.choice([bytes(32), source.exactly(32), b"\x01" + bytes(31)]))
            ),
        ]
    )
    message = source.odd(source.bytes())
    signature = key.sign(message)
    return signature, public.verify(
        source.odd(source.choice([source.changed(signature, 0.3), bytes(64), b"\x01" + bytes(63)])), message
    )


@case
def unusual_curves(p: Package, source: Source) -> object:
    key = p.ed448.Ed448PrivateKey.from_private_bytes(source.odd(source.exactly(57)))
    other = p.x448.X448PrivateKey.from_private_bytes(source.odd(source.exactly(56)))
    message = source.odd(source.bytes())
    signature = key.sign(message)
    public = p.x448.X448PublicKey.from_public_bytes(
        source.odd(source.choice([source.exactly(56), bytes(56), b"\x01" + bytes(55)]))
    )
    key.public_key().verify(source.changed(signature, 0.3), message)
    return signature, other.exchange(public)


@case
def lattices(p: Package, source: Source) -> object:
    if source.random() < 0.5:
        class_ = source.choice([p.mldsa.MLDSA44PrivateKey, p.mldsa.MLDSA65PrivateKey, p.mldsa.MLDSA87PrivateKey])
        key = class_.from_seed_bytes(source.odd(source.exactly(32)))
        signature = source.choice([source.bytes(), source.randbytes(3309), source.randbytes(2420)])
        return told(p, key), key.public_key().verify(
            source.odd(signature), source.odd(source.bytes()), source.odd(source.choice([None, b"context", bytes(256)]))
        )
    class_ = source.choice([p.mlkem.MLKEM768PrivateKey, p.mlkem.MLKEM1024PrivateKey])
    key = class_.from_seed_bytes(source.odd(source.exactly(64)))
    return told(p, key), key.decapsulate(source.odd(source.exactly(1088, 1568)))


@case
def finite_fields(p: Package, source: Source) -> object:
    numbers = p.serialization.load_der_private_key(MATERIAL.dsa, None).private_numbers()
    public = numbers.public_numbers
    parameters = public.parameter_numbers

    def change(value: int) -> object:
        changed = source.odd(source.choice([value] * 6 + [value + 1, 0, 1, -1, value >> 1, value << 1]))
        source.oddities += changed != value
        return changed

    if source.random() < 0.5:
        source.oddities += 1
        parameters = p.dsa.DSAParameterNumbers(change(parameters.p), change(parameters.q), change(parameters.g))
        public = p.dsa.DSAPublicNumbers(change(public.y), parameters)
        return told(
            p,
            public.public_key()
            if source.random() < 0.5
            else p.dsa.DSAPrivateNumbers(change(numbers.x), public).private_key(),
        )
    group = p.dh.DHParameterNumbers(
        change(MATERIAL.dh_prime), change(2), source.choice([None, None, change(MATERIAL.dh_prime >> 1)])
    )
    x, y = change(source.getrandbits(300)), change(pow(2, source.getrandbits(300), MATERIAL.dh_prime))
    key = p.dh.DHPrivateNumbers(
        x, p.dh.DHPublicNumbers(pow(2, x, MATERIAL.dh_prime) if isinstance(x, int) and x > 0 else y, group)
    ).private_key()
    return key.exchange(p.dh.DHPublicNumbers(y, group).public_key())


def material(peer: Package) -> SimpleNamespace:
    """Keys and signatures, made by the peer and read by both."""
    s, h = peer.serialization, peer.hashes
    rsa = peer.rsa.generate_private_key(65537, 1024)
    dsa = peer.dsa.generate_private_key(1024)
    ec = [
        peer.ec.generate_private_key(getattr(peer.ec, name)())
        for name in ("SECP256R1", "SECP521R1", "SECP256K1", "BrainpoolP256R1")
    ]
    rest = [peer.ed25519.Ed25519PrivateKey.generate(), peer.x25519.X25519PrivateKey.generate()]
    private, public = [], []
    for key in [rsa, dsa, *ec, *rest]:
        for encoding in (s.Encoding.DER, s.Encoding.PEM):
            for format_ in (s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL):
                for password in (None, b"password"):
                    encryption = s.BestAvailableEncryption(password) if password else s.NoEncryption()
                    try:
                        private.append((key.private_bytes(encoding, format_, encryption), password))
                    except (ValueError, TypeError):
                        continue
            public.append(key.public_key().public_bytes(encoding, s.PublicFormat.SubjectPublicKeyInfo))
    public.append(rsa.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.PKCS1))
    der = (s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    signatures = [
        (rsa.public_key().public_bytes(*der), rsa.sign(b"message", peer.rsa_padding.PKCS1v15(), h.SHA256()), "rsa"),
        (dsa.public_key().public_bytes(*der), dsa.sign(b"message", h.SHA256()), "dsa"),
        *((key.public_key().public_bytes(*der), key.sign(b"message", peer.ec.ECDSA(h.SHA256())), "ec") for key in ec),
        (rest[0].public_key().public_bytes(*der), rest[0].sign(b"message"), "ed"),
    ]
    oaep = peer.rsa_padding.OAEP(peer.rsa_padding.MGF1(h.SHA256()), h.SHA256(), None)
    ciphertexts = [rsa.public_key().encrypt(b"message", padding) for padding in (peer.rsa_padding.PKCS1v15(), oaep)]
    plain = (s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    from seeds import DH_PRIME as prime

    return SimpleNamespace(
        private=private, public=public, signatures=signatures, rsa=rsa.private_bytes(*plain), dsa=dsa.private_bytes(*plain),
        rsa_ciphertexts=ciphertexts, dh_prime=prime,
    )  # fmt: skip


def outcome(package: Package, function: Callable, seed: int) -> tuple:
    source = Source(seed)
    try:
        return "returned", function(package, source), source.oddities
    except Missing:
        return "missing", "", 0
    except Exception as error:
        missing = isinstance(error, AttributeError) and "'Package' object" in str(error)
        return "missing" if missing else "raised", type(error).__name__, source.oddities, str(error)
    except BaseException as error:
        return "PANICKED", f"{type(error).__name__}: {error}", source.oddities


STUMBLES = {"AssertionError", "AttributeError", "InternalError", "ZeroDivisionError"}
REFUSALS = {"TypeError", "ValueError", "OverflowError", "UnsupportedAlgorithm", "AssertionError", "AttributeError"}


def same(mine: tuple, theirs: tuple) -> bool:
    if mine[:2] == theirs[:2] or "missing" in (mine[0], theirs[0]):
        return True
    # The peer stumbles in places over what it does not check. Any refusal is as good.
    if mine[0] == "raised" and mine[1] in REFUSALS and (theirs[0] == "PANICKED" or theirs[1] in STUMBLES):
        return True
    # Of two faults in one call either may be found first.
    several = mine[2] > 1 or theirs[2] > 1
    return several and mine[0] == theirs[0] == "raised" and {mine[1], theirs[1]} <= REFUSALS


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", help="one call again, as it was printed: NUMBER:CASE")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    ours, peer = Package("ironlatch"), Package("cryptography")
    for package in (ours, peer):
        package.utils_ = importlib.import_module(f"{package.name}.hazmat.primitives.asymmetric.utils")
    global MATERIAL
    MATERIAL = material(peer)
    if options.seed:
        seed, name = options.seed.split(":")
        for package in (ours, peer):
            print(package.name, outcome(package, CASES[name], int(seed)))
            try:
                CASES[name](package, Source(int(seed)))
            except BaseException:
                traceback.print_exc()
        return 0
    names = [name for name in CASES if options.only in name]
    counts = dict.fromkeys(names, 0)
    returned = dict.fromkeys(names, 0)
    differences: dict[tuple, list] = {}
    start, seed = time.monotonic(), int.from_bytes(random.SystemRandom().randbytes(5))
    while time.monotonic() - start < options.seconds:
        seed += 1
        for name in names:
            mine, theirs = outcome(ours, CASES[name], seed), outcome(peer, CASES[name], seed)
            counts[name] += 1
            returned[name] += mine[0] == "returned"
            if not same(mine, theirs) and not any(
                name == known and words in str(mine[1:]) and others in str(theirs) for known, words, others in KNOWN
            ):
                kind = (
                    name,
                    mine[0],
                    mine[1] if mine[0] != "returned" else "",
                    theirs[0],
                    theirs[1] if theirs[0] != "returned" else "",
                )
                differences.setdefault(kind, []).append(seed)
    for name in names:
        print(f"  {name:<16} {counts[name]:>7} calls, {returned[name]} returned")
    for (name, *how), seeds in differences.items():
        print(
            f"DIFFERENT {name}: ours {how[0]} {how[1]}, the peer {how[2]} {how[3]}: {len(seeds)} times, --seed {seeds[0]}:{name}"
        )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
