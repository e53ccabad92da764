"""Everything that a certificate, a request, a CRL or an OCSP message says, as plain values that can
be compared between this package and the peer's.

    fields(package, "load_der_x509_certificate", data)

A value that cannot be read is there as the name of the exception.
"""

from __future__ import annotations

import datetime
import enum
import importlib
import ipaddress
import re
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

# A list of this many entries is compared by its first ones.
MOST = 64

PLAIN = (
    int,
    str,
    bytes,
    float,
    type(None),
    datetime.datetime,
    datetime.timedelta,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)

LOADERS = [
    "load_der_x509_certificate",
    "load_pem_x509_certificate",
    "load_pem_x509_certificates",
    "load_der_x509_csr",
    "load_pem_x509_csr",
    "load_der_x509_crl",
    "load_pem_x509_crl",
    "load_der_ocsp_request",
    "load_der_ocsp_response",
    "from_bytes",
]


class Package:
    """One of the two packages."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.x509 = self.module("x509")
        self.ocsp = self.module("x509.ocsp")
        self.serialization = self.module("hazmat.primitives.serialization")
        self.hashes = self.module("hazmat.primitives.hashes")
        self.verification = self.module("x509.verification")
        x = self.x509
        self.hashable = (
            x.Name,
            x.RelativeDistinguishedName,
            x.NameAttribute,
            x.GeneralName,
            x.Extension,
            x.ExtensionType,
        )
        self.loaders: dict[str, Callable[[bytes], Any]] = {
            name: getattr(self.ocsp if "ocsp" in name else self.x509.Name if name == "from_bytes" else self.x509, name)
            for name in LOADERS
        }

    def module(self, path: str) -> ModuleType:
        return importlib.import_module(f"{self.name}.{path}")


def fields(package: Package, loader: str, data: bytes) -> dict[str, Any]:
    """All parts of ``data``, by paths such as ``extensions[2].value.ca``."""
    found: dict[str, Any] = {}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        walk(package, lambda: package.loaders[loader](data), "", found)
    found["warnings"] = sorted({warning.category.__name__ for warning in warned})
    return found


class Raised(str):
    """The name of an exception, with its message, which is not compared."""

    message: str

    def __new__(cls, error: BaseException) -> Raised:
        panicked = "" if isinstance(error, Exception) else "PANICKED "
        raised = super().__new__(cls, f"raised {panicked}{type(error).__name__}")
        raised.message = str(error)
        return raised


def outcome(call: Callable[[], Any]) -> tuple[Any, Raised | None]:
    """Returns what a call returns, or what it raises."""
    try:
        return call(), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, Raised(error)


def walk(package: Package, call: Callable[[], Any], path: str, found: dict[str, Any], depth: int = 0) -> None:
    value, error = outcome(call)
    if error is not None:
        found[path] = error
        return
    if isinstance(value, enum.Enum):
        found[path] = str(value)
    elif isinstance(value, PLAIN):
        found[path] = (type(value).__name__, value)
    elif isinstance(value, dict):
        found[path] = {str(key): str(item) for key, item in value.items()}
    elif isinstance(value, frozenset | set):
        found[path] = sorted(map(str, value))
    elif isinstance(value, list | tuple):
        found[path] = len(value)
        for index, item in enumerate(value[:MOST]):
            walk(package, lambda item=item: item, f"{path}[{index}]", found, depth + 1)
    elif depth > 12:
        found[path] = "too deep"
    else:
        found[path] = NAMES.sub("", type(value).__name__)
        for name, part in parts(package, value):
            walk(package, part, f"{path}.{name}", found, depth + 1)


def parts(package: Package, value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The parts of an object, each with a call that reads it."""
    kind = type(value).__name__
    s = package.serialization
    if kind.endswith("PublicKey"):
        yield "bytes", lambda: value.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
        return
    if kind == "ObjectIdentifier":
        yield "dotted_string", lambda: value.dotted_string
        yield "_name", lambda: value._name
        return
    if package.name not in type(value).__module__ and "builtins" not in type(value).__module__:
        yield "repr", lambda: repr(value)
        return
    for name in dir(value):
        # `responses` and `extensions` make their objects when they are asked for.
        if not name.startswith("_") and not callable(safe(value, name)) and name not in ("signature_hash_algorithm",):
            yield name, lambda name=name: getattr(value, name)
    if hasattr(type(value), "signature_hash_algorithm"):
        yield "signature_hash_algorithm", lambda: named(value.signature_hash_algorithm)
    for name in ("public_key", "rfc4514_string", "__len__"):
        if getattr(type(value), name, None) is not None:
            yield name, lambda name=name: getattr(value, name)()
    if isinstance(value, package.hashable) or kind in SIGNED:
        # A hash is of one package: what counts is whether there is one.
        yield "hash", lambda: hash(value) and 0
    if hasattr(type(value), "public_bytes"):
        if kind in SIGNED:
            for encoding in (s.Encoding.DER, s.Encoding.PEM):
                yield f"public_bytes({encoding})", lambda encoding=encoding: value.public_bytes(encoding)
        else:
            yield "public_bytes", lambda: value.public_bytes()
    if hasattr(type(value), "__iter__"):
        yield "items", lambda: list_of(value)
    if kind not in SIGNED and type(value).__repr__ is not object.__repr__:
        yield "repr", lambda: ANONYMOUS.sub("<an object>", repr(value))
    if kind in SIGNED:
        yield "is_equal", lambda: (value == value, value != value)
    yield from SPECIAL.get(kind, lambda *_: iter(()))(package, value)


# Classes of keys and of SCTs have names of their own in each package.
NAMES = re.compile(".*PublicKey|Sct|SignedCertificateTimestamp")
# How an object without a `repr` of its own is shown.
ANONYMOUS = re.compile(r"<[\w.]+ object at 0x\w+>")

SIGNED = {"Certificate", "CertificateSigningRequest", "CertificateRevocationList", "OCSPRequest", "OCSPResponse"}


def safe(value: Any, name: str) -> Any:
    return outcome(lambda: getattr(value, name))[0]


def named(algorithm: Any) -> Any:
    return algorithm and (algorithm.name, algorithm.digest_size)


def list_of(value: Any) -> list[Any]:
    """The first items, and behind them what ended the list too early."""
    items, iterator = [], iter(value)
    try:
        for item in iterator:
            items.append(item)
            if len(items) > MOST:
                break
    except Exception as error:
        items.append(f"raised {type(error).__name__}")
    return items


def certificate(package: Package, value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "fingerprint", lambda: value.fingerprint(package.hashes.SHA256())
    yield "verify_directly_issued_by", lambda: value.verify_directly_issued_by(value)


def crl(package: Package, value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "[0]", lambda: value[0]
    yield "[-1]", lambda: value[-1]
    yield "[1:3]", lambda: value[1:3]
    yield "all entries", lambda: sum(1 for _ in value)
    yield "by serial", lambda: value.get_revoked_certificate_by_serial_number(value[-1].serial_number)
    yield "by serial 1", lambda: value.get_revoked_certificate_by_serial_number(1)
    yield "fingerprint", lambda: value.fingerprint(package.hashes.SHA256())


def request(package: Package, value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield (
        "challenge password",
        lambda: value.get_attribute_for_oid(package.x509.oid.AttributeOID.CHALLENGE_PASSWORD),
    )
    yield "is_signature_valid", lambda: value.is_signature_valid


def response(package: Package, value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "all responses", lambda: list_of(value.responses)


SPECIAL: dict[str, Callable[[Package, Any], Iterator[tuple[str, Callable[[], Any]]]]] = {
    "Certificate": certificate,
    "CertificateRevocationList": crl,
    "CertificateSigningRequest": request,
    "OCSPResponse": response,
}


def differences(mine: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Where two readings differ: the first places, without what lies below them."""
    found: list[tuple[str, Any, Any]] = []
    nothing = SimpleNamespace()
    for path in {**theirs, **mine}:
        a, b = mine.get(path, nothing), theirs.get(path, nothing)
        if (a is nothing or b is nothing or a != b) and not any(below(path, above) for above, _, _ in found):
            found.append((path, "absent" if a is nothing else a, "absent" if b is nothing else b))
    return found


def below(path: str, above: str) -> bool:
    return path.startswith(above) and path[len(above) : len(above) + 1] in ("", ".", "[")
