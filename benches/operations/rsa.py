"""RSA: keys, signatures, encryption, and the formats that keys travel in."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

BITS = (2048, 3072, 4096)
MESSAGE = b"the quick brown fox jumps over the lazy dog" * 3
PASSWORD = b"correct horse"

rsa = Group("RSA")


@rsa.operation("RSA-2048 generate", samples=101)
def generate_2048(library: Library) -> Prepared:
    return Call(library("hazmat.primitives.asymmetric.rsa").generate_private_key, (65537, 2048))


@rsa.operation("RSA-{bits} generate", samples=31, bits=(3072, 4096))
def generate_larger(library: Library, bits: int) -> Prepared:
    return Call(library("hazmat.primitives.asymmetric.rsa").generate_private_key, (65537, bits))


@rsa.operation("RSA-{bits} sign, {scheme}", bits=BITS, scheme=("PSS", "PKCS1v15"))
def sign(library: Library, bits: int, scheme: str) -> Prepared:
    return Call(private_key(library, bits).sign, (MESSAGE, *_signing(library, scheme)))


@rsa.operation("RSA-{bits} verify, {scheme}", bits=BITS, scheme=("PSS", "PKCS1v15"))
def verify(library: Library, bits: int, scheme: str) -> Prepared:
    key, how = private_key(library, bits), _signing(library, scheme)
    return Call(key.public_key().verify, (key.sign(MESSAGE, *how), MESSAGE, *how))


@rsa.operation("RSA-{bits} encrypt, {scheme}", bits=BITS, scheme=("OAEP", "PKCS1v15"))
def encrypt(library: Library, bits: int, scheme: str) -> Prepared:
    return Call(private_key(library, bits).public_key().encrypt, (MESSAGE[:32], _encryption(library, scheme)))


@rsa.operation("RSA-{bits} decrypt, {scheme}", bits=BITS, scheme=("OAEP", "PKCS1v15"))
def decrypt(library: Library, bits: int, scheme: str) -> Prepared:
    key, padding = private_key(library, bits), _encryption(library, scheme)
    return Call(key.decrypt, (key.public_key().encrypt(MESSAGE[:32], padding), padding))


@rsa.operation("RSA-2048 recover_data_from_signature")
def recover(library: Library) -> Prepared:
    key, how = private_key(library, 2048), _signing(library, "PKCS1v15")
    return Call(key.public_key().recover_data_from_signature, (key.sign(MESSAGE, *how), *how))


@rsa.operation("RSA-{bits} private_numbers", bits=(2048, 4096))
def private_numbers(library: Library, bits: int) -> Prepared:
    return Call(private_key(library, bits).private_numbers)


@rsa.operation("RSA-2048 public_key")
def public_key(library: Library) -> Prepared:
    return Call(private_key(library, 2048).public_key)


@rsa.operation("RSA-{bits} numbers to private key, checked", bits=BITS)
def from_numbers(library: Library, bits: int) -> Prepared:
    return Call(private_key(library, bits).private_numbers().private_key)


loading = Group("RSA keys in files")


@loading.operation("RSA-{bits} load private PEM, checked", bits=BITS)
def load_checked(library: Library, bits: int) -> Prepared:
    return Call(_serialization(library).load_pem_private_key, (pem(library, bits), None))


@loading.operation("RSA-{bits} load private PEM, unsafe_skip_rsa_key_validation", bits=BITS)
def load_unchecked(library: Library, bits: int) -> Prepared:
    load, data = _serialization(library).load_pem_private_key, pem(library, bits)
    return lambda: load(data, None, unsafe_skip_rsa_key_validation=True)


@loading.operation("RSA-2048 load private DER, checked")
def load_der(library: Library) -> Prepared:
    serialization = _serialization(library)
    key = private_key(library, 2048)
    data = key.private_bytes(*_plain(serialization, "DER", "PKCS8"))
    return Call(serialization.load_der_private_key, (data, None))


@loading.operation("RSA-2048 load private PEM, encrypted {form}", form=("PKCS8", "TraditionalOpenSSL"))
def load_encrypted(library: Library, form: str) -> Prepared:
    serialization = _serialization(library)
    data = private_key(library, 2048).private_bytes(*_encrypted(serialization, form))
    return Call(serialization.load_pem_private_key, (data, PASSWORD))


@loading.operation("RSA-{bits} load public {encoding}", bits=(2048, 4096), encoding=("PEM", "DER"))
def load_public(library: Library, bits: int, encoding: str) -> Prepared:
    serialization = _serialization(library)
    form = (getattr(serialization.Encoding, encoding), serialization.PublicFormat.SubjectPublicKeyInfo)
    data = private_key(library, bits).public_key().public_bytes(*form)
    return Call(getattr(serialization, f"load_{encoding.lower()}_public_key"), (data,))


@loading.operation(
    "RSA-2048 save private {encoding} {form}", encoding=("PEM", "DER"), form=("PKCS8", "TraditionalOpenSSL")
)
def save_private(library: Library, encoding: str, form: str) -> Prepared:
    return Call(private_key(library, 2048).private_bytes, _plain(_serialization(library), encoding, form))


@loading.operation("RSA-2048 save private PEM {form}, encrypted", form=("PKCS8", "TraditionalOpenSSL"))
def save_encrypted(library: Library, form: str) -> Prepared:
    return Call(private_key(library, 2048).private_bytes, _encrypted(_serialization(library), form))


@loading.operation("RSA-2048 save public PEM {form}", form=("SubjectPublicKeyInfo", "PKCS1"))
def save_public(library: Library, form: str) -> Prepared:
    serialization = _serialization(library)
    how = (serialization.Encoding.PEM, getattr(serialization.PublicFormat, form))
    return Call(private_key(library, 2048).public_key().public_bytes, how)


_PEMS: dict[int, bytes] = {}


def pem(library: Library, bits: int) -> bytes:
    """One key of each size for the whole run and both libraries, made by the library that comes
    first.
    """
    if bits not in _PEMS:
        key = library("hazmat.primitives.asymmetric.rsa").generate_private_key(65537, bits)
        _PEMS[bits] = key.private_bytes(*_plain(_serialization(library), "PEM", "PKCS8"))
    return _PEMS[bits]


def private_key(library: Library, bits: int) -> Any:
    return _serialization(library).load_pem_private_key(pem(library, bits), None)


def _serialization(library: Library) -> Any:
    return library("hazmat.primitives.serialization")


def _plain(serialization: Any, encoding: str, form: str) -> tuple[Any, ...]:
    return (
        getattr(serialization.Encoding, encoding),
        getattr(serialization.PrivateFormat, form),
        serialization.NoEncryption(),
    )


def _encrypted(serialization: Any, form: str) -> tuple[Any, ...]:
    return (
        serialization.Encoding.PEM,
        getattr(serialization.PrivateFormat, form),
        serialization.BestAvailableEncryption(PASSWORD),
    )


def _signing(library: Library, scheme: str) -> tuple[Any, Any]:
    padding, sha256 = library("hazmat.primitives.asymmetric.padding"), library("hazmat.primitives.hashes").SHA256()
    if scheme == "PSS":
        return padding.PSS(padding.MGF1(sha256), padding.PSS.DIGEST_LENGTH), sha256
    return padding.PKCS1v15(), sha256


def _encryption(library: Library, scheme: str) -> Any:
    padding, sha256 = library("hazmat.primitives.asymmetric.padding"), library("hazmat.primitives.hashes").SHA256()
    return padding.OAEP(padding.MGF1(sha256), sha256, None) if scheme == "OAEP" else padding.PKCS1v15()
