"""Key derivation functions, as Python sees them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch.exceptions import AlreadyFinalized, InvalidKey, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.decrepit.ciphers.algorithms import TripleDES
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.ciphers import algorithms
from ironlatch.hazmat.primitives.cmac import CMAC
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction
from ironlatch.hazmat.primitives.kdf.argon2 import Argon2d, Argon2i, Argon2id
from ironlatch.hazmat.primitives.kdf.concatkdf import ConcatKDFHash, ConcatKDFHMAC
from ironlatch.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from ironlatch.hazmat.primitives.kdf.kbkdf import KBKDFCMAC, KBKDFHMAC, CounterLocation, Mode
from ironlatch.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from ironlatch.hazmat.primitives.kdf.scrypt import Scrypt
from ironlatch.hazmat.primitives.kdf.x963kdf import X963KDF
from ironlatch.secrets import SecretBytes

SHA256 = hashes.SHA256()
SALT = b"0123456789abcdef"


def argon2(kind: Any = Argon2id, **changes: Any) -> Any:
    arguments: dict[str, Any] = {"salt": SALT, "length": 32, "iterations": 1, "lanes": 1, "memory_cost": 32}
    return kind(**(arguments | changes))


def pbkdf2(**changes: Any) -> PBKDF2HMAC:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "salt": SALT, "iterations": 2}
    return PBKDF2HMAC(**(arguments | changes))


def hkdf(**changes: Any) -> HKDF:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "salt": SALT, "info": b"info"}
    return HKDF(**(arguments | changes))


def scrypt(**changes: Any) -> Scrypt:
    arguments: dict[str, Any] = {"salt": SALT, "length": 32, "n": 16, "r": 1, "p": 1}
    return Scrypt(**(arguments | changes))


def expand(**changes: Any) -> HKDFExpand:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "info": b"info"}
    return HKDFExpand(**(arguments | changes))


def concat_hash(**changes: Any) -> ConcatKDFHash:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "otherinfo": b"info"}
    return ConcatKDFHash(**(arguments | changes))


def concat_hmac(**changes: Any) -> ConcatKDFHMAC:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "salt": SALT, "otherinfo": b"info"}
    return ConcatKDFHMAC(**(arguments | changes))


def x963(**changes: Any) -> X963KDF:
    arguments: dict[str, Any] = {"algorithm": SHA256, "length": 32, "sharedinfo": b"info"}
    return X963KDF(**(arguments | changes))


KBKDF: dict[str, Any] = {
    "mode": Mode.CounterMode,
    "length": 32,
    "rlen": 4,
    "llen": 4,
    "location": CounterLocation.BeforeFixed,
    "label": b"label",
    "context": b"context",
    "fixed": None,
}


def kbkdf_hmac(**changes: Any) -> KBKDFHMAC:
    return KBKDFHMAC(**(KBKDF | {"algorithm": SHA256} | changes))


def kbkdf_cmac(**changes: Any) -> KBKDFCMAC:
    return KBKDFCMAC(**(KBKDF | {"algorithm": AnyLength} | changes))


class AnyLength(algorithms.AES):
    """AES under 16 bytes made of key material of any length: the tests of all functions have
    passwords.
    """

    key: bytes

    def __init__(self, key: Any) -> None:
        if isinstance(key, SecretBytes):
            key = key.expose()
        super().__init__(hashlib.sha256(key).digest())


MAKERS: list[Callable[[], Any]] = [
    pbkdf2,
    hkdf,
    expand,
    concat_hash,
    concat_hmac,
    x963,
    kbkdf_hmac,
    kbkdf_cmac,
    scrypt,
    argon2,
    lambda: argon2(Argon2d),
    lambda: argon2(Argon2i),
]
every_kdf = pytest.mark.parametrize("make", MAKERS, ids=lambda make: type(make()).__name__)


@every_kdf
def test_the_three_ways_agree(make: Callable[[], Any]) -> None:
    key = make().derive(b"password")
    assert len(key) == 32
    out = bytearray(32)
    assert make().derive_into(b"password", out) == 32
    assert out == key
    assert make().verify(b"password", key) is None
    assert isinstance(make(), KeyDerivationFunction)


@every_kdf
def test_any_buffer_and_a_secret_go_in(make: Callable[[], Any]) -> None:
    key = make().derive(b"password")
    for password in (bytearray(b"password"), memoryview(b"password"), SecretBytes.copy_from(b"password")):
        assert make().derive(password) == key
        make().verify(password, bytearray(key))
        out = memoryview(bytearray(40))[4:36]
        make().derive_into(password, out)
        assert out == key


@every_kdf
def test_input_and_output_may_be_the_same_memory(make: Callable[[], Any]) -> None:
    shared = bytearray(b"p" * 32)
    make().derive_into(shared, shared)
    assert shared == make().derive(b"p" * 32)


@every_kdf
def test_an_object_can_be_used_once(make: Callable[[], Any]) -> None:
    key = make().derive(b"password")
    firsts: list[Callable[[Any], object]] = [
        lambda kdf: kdf.derive(b"password"),
        lambda kdf: kdf.derive_into(b"password", bytearray(32)),
        lambda kdf: kdf.verify(b"password", key),
    ]
    for first in firsts:
        kdf = make()
        first(kdf)
        for again in firsts:
            with pytest.raises(AlreadyFinalized):
                again(kdf)


@every_kdf
def test_a_wrong_key_is_refused(make: Callable[[], Any]) -> None:
    key = make().derive(b"password")
    for wrong in (b"", key[:-1], key + b"\0", bytes([key[0] ^ 1]) + key[1:]):
        with pytest.raises(InvalidKey):
            make().verify(b"password", wrong)
    with pytest.raises(InvalidKey):
        make().verify(b"Password", key)


@every_kdf
@pytest.mark.parametrize(
    ("wrong", "error"),
    [("text", TypeError), (None, TypeError), (5, TypeError), (memoryview(bytes(20))[::2], BufferError)],
)
def test_bad_key_material_uses_nothing_up(make: Callable[[], Any], wrong: Any, error: type[Exception]) -> None:
    kdf = make()
    attempts: list[Callable[[], object]] = [
        lambda: kdf.derive(wrong),
        lambda: kdf.verify(wrong, b""),
        lambda: kdf.verify(b"", wrong),
        lambda: kdf.derive_into(wrong, bytearray(32)),
    ]
    for attempt in attempts:
        with pytest.raises(error):
            attempt()
    kdf.derive(b"password")


@every_kdf
@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_buffer_of_another_length_is_refused_untouched(make: Callable[[], Any], length: int) -> None:
    out = bytearray(b"\xaa" * length)
    kdf = make()
    with pytest.raises(ValueError, match="buffer must be 32 bytes"):
        kdf.derive_into(b"password", out)
    assert out == b"\xaa" * length
    kdf.derive(b"password")


@every_kdf
@pytest.mark.parametrize("out", [bytes(32), memoryview(bytes(32)), "text", None], ids=lambda out: type(out).__name__)
def test_a_buffer_that_cannot_be_written_is_refused(make: Callable[[], Any], out: Any) -> None:
    with pytest.raises(TypeError):
        make().derive_into(b"password", out)


@every_kdf
def test_a_buffer_with_gaps_is_refused(make: Callable[[], Any]) -> None:
    memory = bytearray(64)
    with pytest.raises((BufferError, TypeError)):
        make().derive_into(b"password", memoryview(memory)[::2])
    assert memory == bytes(64)


one_step = pytest.mark.parametrize("make", [concat_hash, concat_hmac, x963])


@pytest.mark.parametrize("make", [pbkdf2, hkdf, expand, concat_hash, concat_hmac, x963, kbkdf_hmac, scrypt, argon2])
@pytest.mark.parametrize(
    ("length", "error"), [(-1, OverflowError), (2**70, OverflowError), ("32", TypeError), (32.0, TypeError)]
)
def test_lengths_are_numbers_in_range(make: Callable[..., Any], length: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        make(length=length)


@pytest.mark.parametrize("make", [pbkdf2, scrypt])
def test_an_absurd_length_is_a_memory_error(make: Callable[..., Any]) -> None:
    with pytest.raises(MemoryError):
        make(length=2**62).derive(b"password")
    assert make(length=0).derive(b"password") == b""


@pytest.mark.parametrize("make", [pbkdf2, hkdf, concat_hmac, scrypt, argon2])
@pytest.mark.parametrize("salt", ["0123456789abcdef", 5, bytearray(SALT), memoryview(SALT)])
def test_salts_are_bytes(make: Callable[..., Any], salt: Any) -> None:
    with pytest.raises(TypeError):
        make(salt=salt)


@pytest.mark.parametrize("make", [pbkdf2, hkdf, expand, concat_hash, concat_hmac, x963, kbkdf_hmac])
@pytest.mark.parametrize("algorithm", [hashes.SHA256, None, "sha256"])
def test_what_is_no_hash_function_is_refused(make: Callable[..., Any], algorithm: Any) -> None:
    with pytest.raises(TypeError):
        make(algorithm=algorithm)


@pytest.mark.parametrize("make", [pbkdf2, hkdf, expand, kbkdf_hmac])
def test_a_function_without_a_length_is_refused(make: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedAlgorithm) as caught:
        make(algorithm=hashes.SHAKE128(16)).derive(b"")
    assert caught.value._reason is _Reasons.UNSUPPORTED_HASH


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s", "sm3", "md5"])
def test_pbkdf2_agrees_with_the_standard_library(name: str) -> None:
    if name not in hashlib.algorithms_available:
        pytest.skip(f"no {name} to compare with")
    size = {"blake2b": (64,), "blake2s": (32,)}.get(name, ())
    marker = getattr(hashes, {"blake2b": "BLAKE2b", "blake2s": "BLAKE2s"}.get(name, name.upper()))(*size)
    key = PBKDF2HMAC(marker, 100, SALT, 5).derive(b"password")
    assert key == hashlib.pbkdf2_hmac(name, b"password", SALT, 5, 100)


@pytest.mark.parametrize(
    ("iterations", "error"), [(0, ValueError), (-1, OverflowError), (2**70, OverflowError), ("1", TypeError)]
)
def test_pbkdf2_wants_iterations(iterations: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        pbkdf2(iterations=iterations)


def test_hkdf_takes_its_steps() -> None:
    pseudorandom = HKDF.extract(SHA256, SALT, b"secret")
    assert expand().derive(pseudorandom) == hkdf().derive(b"secret")
    assert HKDF.extract(SHA256, None, SecretBytes.copy_from(b"secret")) == HKDF.extract(SHA256, b"", b"secret")
    assert hkdf(salt=None, info=None).derive(b"s") == hkdf(salt=b"", info=b"").derive(b"s")
    assert hkdf()._extract(b"secret") == pseudorandom  # type: ignore[attr-defined]


def test_hkdf_has_a_longest_key() -> None:
    longest = 255 * 32
    assert len(hkdf(length=longest).derive(b"secret")) == longest
    assert hkdf(length=longest).derive(b"secret")[:32] == hkdf().derive(b"secret")
    for make in (hkdf, expand):
        with pytest.raises(ValueError, match=str(longest)):
            make(length=longest + 1)


@one_step
def test_one_step_lengths(make: Callable[..., Any]) -> None:
    long = make(length=100_000).derive(b"secret")
    for length in (0, 1, 31, 32, 33, 64, 1000):
        assert make(length=length).derive(b"secret") == long[:length]
    with pytest.raises(ValueError, match=str(32 * (2**32 - 1))):
        make(length=32 * (2**32 - 1) + 1)
    with pytest.raises(MemoryError):
        make(algorithm=hashes.SHA512(), length=2**38 - 64).derive(b"secret")


def test_one_step_by_hand() -> None:
    def sha256(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    assert concat_hash().derive(b"secret") == sha256(b"\0\0\0\1", b"secret", b"info")
    assert x963().derive(b"secret") == sha256(b"secret", b"\0\0\0\1", b"info")
    expected = hmac.digest(SALT, b"\0\0\0\1secretinfo", "sha256")
    assert concat_hmac().derive(b"secret") == expected
    assert concat_hash(otherinfo=None).derive(b"s") == concat_hash(otherinfo=b"").derive(b"s")
    assert x963(sharedinfo=None).derive(b"s") == x963(sharedinfo=b"").derive(b"s")
    assert concat_hmac(salt=None, otherinfo=None).derive(b"s") == concat_hmac(salt=bytes(64), otherinfo=b"").derive(
        b"s"
    )


def test_one_step_takes_functions_of_any_kind() -> None:
    for algorithm in (hashes.SHAKE128(7), hashes.SHAKE256(200), hashes.SHA3_256(), hashes.BLAKE2b(64), hashes.SM3()):
        assert len(concat_hash(algorithm=algorithm, length=500).derive(b"secret")) == 500
        assert len(x963(algorithm=algorithm, length=500).derive(b"secret")) == 500
    for algorithm in (hashes.SHA3_512(), hashes.SHAKE128(16)):
        with pytest.raises(TypeError, match=algorithm.name):
            concat_hmac(algorithm=algorithm)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (concat_hash, "otherinfo"),
        (concat_hmac, "otherinfo"),
        (x963, "sharedinfo"),
        (kbkdf_hmac, "label"),
        (kbkdf_hmac, "context"),
        (kbkdf_hmac, "fixed"),
    ],
)
@pytest.mark.parametrize("info", ["text", 5, bytearray(b"info")])
def test_information_is_bytes(make: Callable[..., Any], name: str, info: Any) -> None:
    with pytest.raises(TypeError):
        make(**{name: info})


kbkdf = pytest.mark.parametrize("make", [kbkdf_hmac, kbkdf_cmac])


def test_kbkdf_by_hand() -> None:
    fixed = b"label\0context\0\0\1\0"
    expected = {
        CounterLocation.BeforeFixed: b"\0\0\0\1" + fixed,
        CounterLocation.AfterFixed: fixed + b"\0\0\0\1",
    }
    for location, message in expected.items():
        assert kbkdf_hmac(location=location).derive(b"key") == hmac.digest(b"key", message, "sha256")
    middle = kbkdf_hmac(location=CounterLocation.MiddleFixed, break_location=6, rlen=2)
    assert middle.derive(b"key") == hmac.digest(b"key", b"label\0\0\1context\0\0\1\0", "sha256")


@kbkdf
def test_kbkdf_takes_fields_or_fixed_data(make: Callable[..., Any]) -> None:
    key = bytes(16)
    fields = make().derive(key)
    given: dict[str, Any] = {"label": None, "context": None, "fixed": b"label\0context\0\0\1\0"}
    assert make(**given).derive(key) == fields
    assert make(**given, llen=None).derive(key) == fields
    for name in ("label", "context"):
        with pytest.raises(ValueError, match="fixed"):
            make(**(given | {name: b""}))
    assert make(label=None, context=None).derive(key) == make(label=b"", context=b"").derive(key)
    with pytest.raises(ValueError, match="llen"):
        make(llen=None)


@kbkdf
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rlen": 0}, ValueError),
        ({"rlen": 5}, ValueError),
        ({"rlen": -1}, OverflowError),
        ({"rlen": "4"}, TypeError),
        ({"rlen": 1, "length": 2**13}, ValueError),
        ({"length": 2**50}, ValueError),
        ({"llen": 0}, ValueError),
        ({"llen": 1}, OverflowError),
        ({"llen": -1}, OverflowError),
        ({"llen": 2**70}, OverflowError),
        ({"llen": 2**62}, MemoryError),
        ({"llen": b"4"}, TypeError),
        ({"mode": "ctr"}, TypeError),
        ({"mode": None}, TypeError),
        ({"location": "before_fixed"}, TypeError),
        ({"location": CounterLocation.MiddleFixed}, ValueError),
        ({"location": CounterLocation.MiddleFixed, "break_location": 18}, ValueError),
        ({"location": CounterLocation.MiddleFixed, "break_location": -1}, OverflowError),
        ({"location": CounterLocation.MiddleFixed, "break_location": "1"}, TypeError),
        ({"break_location": 0}, ValueError),
        ({"location": CounterLocation.AfterFixed, "break_location": 0}, ValueError),
    ],
)
def test_kbkdf_parameters_are_checked(
    make: Callable[..., Any], changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(**changes)


def test_kbkdf_with_a_cipher() -> None:
    for algorithm, key in ((algorithms.AES, bytes(24)), (algorithms.AES256, bytes(32)), (TripleDES, b"k" * 24)):
        expected = b""
        for counter in range(1, 5):
            mac = CMAC(algorithm(key))
            mac.update(counter.to_bytes(3, "big") + b"label\0context\0\0\1\0")
            expected += mac.finalize()
        assert kbkdf_cmac(algorithm=algorithm, rlen=3).derive(key) == expected[:32]
        assert kbkdf_cmac(algorithm=algorithm, rlen=3).derive(SecretBytes.copy_from(key)) == expected[:32]


def test_kbkdf_wants_a_block_cipher() -> None:
    class Other(algorithms.AES):
        name = "other"

    for algorithm, error in (
        (algorithms.AES(bytes(16)), TypeError),
        ("AES", TypeError),
        (None, TypeError),
        (algorithms.ChaCha20, UnsupportedAlgorithm),
        (int, UnsupportedAlgorithm),
    ):
        with pytest.raises(error):
            kbkdf_cmac(algorithm=algorithm)
    for key in (b"", bytes(15), bytes(33)):
        with pytest.raises(ValueError, match="AES"):
            kbkdf_cmac(algorithm=algorithms.AES).derive(key)
    for algorithm, key in ((Other, bytes(16)), (algorithms.AES, bytes(64))):
        with pytest.raises(UnsupportedAlgorithm) as caught:
            kbkdf_cmac(algorithm=algorithm).derive(key)
        assert caught.value._reason is _Reasons.UNSUPPORTED_CIPHER
    with pytest.raises(ValueError, match="iterations"):
        kbkdf_cmac(algorithm=algorithms.AES, rlen=1, length=255 * 16 + 1)


def test_scrypt_agrees_with_the_standard_library() -> None:
    expected = hashlib.scrypt(b"password", salt=SALT, n=64, r=2, p=3, dklen=100)
    assert Scrypt(SALT, 100, 64, 2, 3).derive(b"password") == expected


@pytest.mark.parametrize("changes", [{"n": 0}, {"n": 1}, {"n": 15}, {"n": 2**63 + 1}, {"r": 0}, {"p": 0}])
def test_scrypt_costs_are_checked(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        scrypt(**changes)


@pytest.mark.parametrize("name", ["n", "r", "p"])
@pytest.mark.parametrize(("value", "error"), [(-2, OverflowError), (2**70, OverflowError), (16.0, TypeError)])
def test_scrypt_costs_are_numbers(name: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scrypt(**{name: value})


@pytest.mark.parametrize(
    "changes",
    [{"n": 2**40, "r": 8}, {"n": 2**30, "r": 2**20}, {"n": 2**63, "r": 8}, {"n": 2**60}, {"p": 2**30}, {"r": 2**40}],
)
def test_scrypt_beyond_memory(changes: dict[str, int]) -> None:
    with pytest.raises(MemoryError):
        scrypt(**changes).derive(b"password")


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": b"7 bytes"},
        {"length": 3},
        {"iterations": 0},
        {"lanes": 0},
        {"memory_cost": 7},
        {"lanes": 5, "memory_cost": 39},
    ],
)
@pytest.mark.parametrize("kind", [Argon2d, Argon2i, Argon2id])
def test_argon2_parameters_are_checked(kind: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        argon2(kind, **changes)


@pytest.mark.parametrize("name", ["iterations", "lanes", "memory_cost"])
@pytest.mark.parametrize(("value", "error"), [(-1, OverflowError), (2**32, OverflowError), ("1", TypeError)])
def test_argon2_parameters_are_numbers(name: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        argon2(**{name: value})


@pytest.mark.parametrize("name", ["ad", "secret"])
def test_argon2_takes_no_text(name: str) -> None:
    with pytest.raises(TypeError):
        argon2(**{name: "text"})


def test_argon2_depends_on_all_that_goes_in() -> None:
    keys = {argon2(kind).derive(b"password") for kind in (Argon2d, Argon2i, Argon2id)}
    keys |= {argon2(**change).derive(b"password") for change in ({"ad": b"x"}, {"secret": b"x"}, {"lanes": 2})}
    assert len(keys) == 6
    assert argon2(secret=SecretBytes.copy_from(b"x")).derive(b"password") == argon2(secret=b"x").derive(b"password")
    assert argon2(ad=b"", secret=b"").derive(b"password") == argon2(ad=None, secret=None).derive(b"password")


def test_argon2_lanes_in_threads() -> None:
    """Large enough that the lanes are filled by threads: the result must not depend on their
    timing.
    """
    keys = {argon2(lanes=4, memory_cost=8192, iterations=2).derive(b"password") for _ in range(5)}
    assert len(keys) == 1


@pytest.mark.parametrize("kind", [Argon2d, Argon2i, Argon2id])
def test_phc_there_and_back(kind: Any) -> None:
    encoded = argon2(kind, secret=b"pepper").derive_phc_encoded(SecretBytes.copy_from(b"password"))
    assert encoded.startswith(f"${kind.__name__.lower()}$v=19$m=32,t=1,p=1$")
    kind.verify_phc_encoded(b"password", encoded, secret=SecretBytes.copy_from(b"pepper"))
    for password, secret in ((b"passwort", b"pepper"), (b"password", None), (b"password", b"salt")):
        with pytest.raises(InvalidKey):
            kind.verify_phc_encoded(password, encoded, secret)


def test_phc_uses_the_object_up() -> None:
    kdf = argon2()
    kdf.derive_phc_encoded(b"password")
    with pytest.raises(AlreadyFinalized):
        kdf.derive_phc_encoded(b"password")


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "password",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ",
        "$argon2id$v=18$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$t=1,m=32,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=abc,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1$!$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA\0",
        "$argon2i$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$2b$12$abcdefghijklmnopqrstuv",
    ],
)
def test_malformed_phc(encoded: str) -> None:
    with pytest.raises(InvalidKey):
        Argon2id.verify_phc_encoded(b"password", encoded)


def test_phc_that_asks_for_all_the_memory() -> None:
    with pytest.raises(ValueError):
        Argon2id.verify_phc_encoded(b"", "$argon2id$v=19$m=4,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA")
    with pytest.raises(TypeError):
        Argon2id.verify_phc_encoded(b"", b"$argon2id$")  # type: ignore[arg-type]
