"""Hash functions, HMAC and constant-time comparison, as Python sees them."""

from __future__ import annotations

import copy
import hashlib
import hmac as standard_hmac
import pickle
import sys
import threading
from typing import Any

import pytest
from ironlatch.exceptions import AlreadyFinalized, InvalidSignature, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.primitives import constant_time, hashes
from ironlatch.hazmat.primitives.hmac import HMAC
from ironlatch.secrets import SecretBytes

MARKERS = [
    hashes.MD5(),
    hashes.SHA1(),
    hashes.SHA224(),
    hashes.SHA256(),
    hashes.SHA384(),
    hashes.SHA512(),
    hashes.SHA512_224(),
    hashes.SHA512_256(),
    hashes.SHA3_224(),
    hashes.SHA3_256(),
    hashes.SHA3_384(),
    hashes.SHA3_512(),
    hashes.SHAKE128(20),
    hashes.SHAKE256(300),
    hashes.BLAKE2b(64),
    hashes.BLAKE2s(32),
    hashes.SM3(),
]
FIXED = [marker for marker in MARKERS if not isinstance(marker, hashes.ExtendableOutputFunction)]
STREAM = bytes(range(256)) * 300

NOT_CONTIGUOUS = memoryview(bytearray(20))[::2]


def name_of(marker: hashes.HashAlgorithm) -> str:
    return marker.name


def reference(marker: hashes.HashAlgorithm, data: bytes) -> bytes:
    """The result of Python's own library; SM3 is not in all of its builds."""
    name = marker.name.replace("-", "_").replace("shake", "shake_")
    if isinstance(marker, hashes.ExtendableOutputFunction):
        result: bytes = getattr(hashlib, name)(data).digest(marker.digest_size)
        return result
    if name not in hashlib.algorithms_available:
        pytest.skip(f"no {name} to compare with")
    return hashlib.new(name, data).digest()


class Foreign(hashes.HashAlgorithm):
    """Someone else's marker."""

    digest_size = 32
    block_size = 64

    def __init__(self, name: Any) -> None:
        self._name = name

    @property
    def name(self) -> str:
        result: str = self._name
        return result


@pytest.mark.parametrize("marker", MARKERS, ids=name_of)
@pytest.mark.parametrize("data", [b"", b"abc", STREAM], ids=len)
def test_digest(marker: hashes.HashAlgorithm, data: bytes) -> None:
    expected = reference(marker, data)
    assert hashes.Hash.hash(marker, data) == expected
    context = hashes.Hash(marker)
    for start in range(0, len(data), 1000):
        context.update(data[start : start + 1000])
    assert context.finalize() == expected
    assert len(expected) == marker.digest_size


@pytest.mark.parametrize("marker", FIXED, ids=name_of)
@pytest.mark.parametrize("key", [b"", b"k", b"k" * 200], ids=len)
def test_hmac(marker: hashes.HashAlgorithm, key: bytes) -> None:
    name = marker.name.replace("-", "_")
    if name not in hashlib.algorithms_available:
        pytest.skip(f"no {name} to compare with")
    expected = standard_hmac.new(key, STREAM, name).digest()
    code = HMAC(key, marker)
    code.update(STREAM[:7])
    code.update(STREAM[7:])
    same = code.copy()
    assert code.finalize() == expected
    same.verify(expected)


@pytest.mark.parametrize("make", [lambda: hashes.Hash(hashes.SHA256()), lambda: HMAC(b"key", hashes.SHA256())])
def test_a_context_gives_its_result_once(make: Any) -> None:
    context = make()
    context.finalize()
    for again in (context.finalize, context.copy, lambda: context.update(b"")):
        with pytest.raises(AlreadyFinalized):
            again()


@pytest.mark.parametrize("make", [lambda: hashes.Hash(hashes.SHA256()), lambda: HMAC(b"key", hashes.SHA256())])
def test_a_copy_goes_its_own_way(make: Any) -> None:
    first = make()
    first.update(b"a")
    second = first.copy()
    second.update(b"b")
    first.update(b"b")
    result = first.finalize()
    assert second.finalize() == result


@pytest.mark.parametrize("data", [bytearray(b"abc"), memoryview(b"abc"), memoryview(bytearray(b"xabc"))[1:]])
def test_any_buffer_is_hashed(data: Any) -> None:
    expected = hashlib.sha256(b"abc").digest()
    assert hashes.Hash.hash(hashes.SHA256(), data) == expected
    context = hashes.Hash(hashes.SHA256())
    context.update(data)
    assert context.finalize() == expected


@pytest.mark.parametrize(
    ("data", "error"), [("abc", TypeError), (None, TypeError), (3, TypeError), (NOT_CONTIGUOUS, BufferError)]
)
def test_bad_input_changes_nothing(data: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        hashes.Hash.hash(hashes.SHA256(), data)
    with pytest.raises(error):
        HMAC(data, hashes.SHA256())
    for context in (hashes.Hash(hashes.SHA1()), HMAC(b"", hashes.SHA1()), hashes.XOFHash(hashes.SHAKE128(4))):
        with pytest.raises(error):
            context.update(data)
    context = hashes.Hash(hashes.SHA256())
    context.update(b"ab")
    with pytest.raises(error):
        context.update(data)
    context.update(b"c")
    assert context.finalize() == hashlib.sha256(b"abc").digest()


def test_text_is_told_what_it_should_be() -> None:
    with pytest.raises(TypeError, match="Did you mean to pass a bytestring instead"):
        hashes.Hash(hashes.SHA256()).update("text")  # type: ignore[arg-type]


@pytest.mark.parametrize("marker", [hashes.SHA256, None, "sha256", object()])
def test_what_is_no_marker_is_refused(marker: Any) -> None:
    for use in (hashes.Hash, lambda marker: hashes.Hash.hash(marker, b""), lambda marker: HMAC(b"", marker)):
        with pytest.raises(TypeError, match="HashAlgorithm"):
            use(marker)


def test_foreign_markers_are_known_by_name() -> None:
    assert hashes.Hash.hash(Foreign("sha256"), b"abc") == hashlib.sha256(b"abc").digest()
    for use in (hashes.Hash, lambda marker: HMAC(b"", marker)):
        with pytest.raises(UnsupportedAlgorithm) as caught:
            use(Foreign("whirlpool"))
        assert caught.value._reason is _Reasons.UNSUPPORTED_HASH
    with pytest.raises(TypeError):
        hashes.Hash(Foreign(5))


def test_a_subclass_of_a_marker_works() -> None:
    class Mine(hashes.SHA512):
        pass

    assert hashes.Hash.hash(Mine(), b"abc") == hashlib.sha512(b"abc").digest()
    assert Mine() == hashes.SHA512()


def test_markers_compare_by_function_and_length() -> None:
    for i, one in enumerate(MARKERS):
        for j, other in enumerate(MARKERS):
            assert (one == other) == (i == j)
        assert one != object()
        with pytest.raises(TypeError):
            hash(one)
    assert hashes.SHAKE128(4) != hashes.SHAKE128(5)


@pytest.mark.parametrize("size", [-1, 0, 1, 63, 65, 2**70])
def test_blake2_has_one_length(size: int) -> None:
    with pytest.raises(ValueError, match="64"):
        hashes.BLAKE2b(size)
    with pytest.raises(ValueError, match="32"):
        hashes.BLAKE2s(size)


def test_shake_wants_a_positive_number() -> None:
    for size in (0, -5):
        with pytest.raises(ValueError, match="positive"):
            hashes.SHAKE128(size)
    for wrong in ("16", None, 16.0):
        with pytest.raises(TypeError):
            hashes.SHAKE256(wrong)  # type: ignore[arg-type]


def test_absurd_lengths_are_refused() -> None:
    with pytest.raises(OverflowError):
        hashes.Hash.hash(hashes.SHAKE128.xof(), b"")
    with pytest.raises(MemoryError):
        hashes.Hash.hash(hashes.SHAKE128(2**60), b"")
    with pytest.raises(OverflowError):
        hashes.Hash.hash(hashes.SHAKE128(2**70), b"")
    with pytest.raises(MemoryError):
        hashes.XOFHash(hashes.SHAKE256.xof()).squeeze(2**60)


def test_xof_in_pieces() -> None:
    context = hashes.XOFHash(hashes.SHAKE256(100))
    context.update(b"ab")
    context.update(b"c")
    assert context.squeeze(0) == b""
    expected = hashlib.shake_256(b"abc").digest(100)
    first = context.squeeze(33)
    same = context.copy()
    assert first + context.squeeze(67) == expected
    assert same.squeeze(67) == expected[33:]
    assert context.squeeze(0) == b""
    with pytest.raises(ValueError, match="digest_size"):
        context.squeeze(1)
    with pytest.raises(AlreadyFinalized):
        context.update(b"d")


def test_xof_without_a_limit() -> None:
    assert hashes.SHAKE128.xof().digest_size == sys.maxsize
    context = hashes.XOFHash(hashes.SHAKE128.xof())
    assert context.squeeze(70_000) == hashlib.shake_128(b"").digest(70_000)


@pytest.mark.parametrize("length", [-1, 2**70])
def test_xof_refuses_absurd_lengths(length: int) -> None:
    with pytest.raises(OverflowError):
        hashes.XOFHash(hashes.SHAKE128(10)).squeeze(length)


@pytest.mark.parametrize("marker", [hashes.SHAKE128, hashes.SHA3_256(), hashes.SHA256(), None])
def test_xof_wants_an_extendable_function(marker: Any) -> None:
    with pytest.raises(TypeError):
        hashes.XOFHash(marker)


def test_interfaces() -> None:
    assert isinstance(hashes.Hash(hashes.SHA1()), hashes.HashContext)
    assert isinstance(HMAC(b"", hashes.SHA1()), hashes.HashContext)
    marker = hashes.SHA1()
    assert hashes.Hash(marker).algorithm is marker
    assert HMAC(b"", algorithm=marker, backend=None).algorithm is marker
    interfaces: tuple[Any, ...] = (hashes.HashAlgorithm, hashes.HashContext)
    for abstract in interfaces:
        with pytest.raises(TypeError):
            abstract()


@pytest.mark.parametrize("context", [hashes.Hash(hashes.SHA1()), HMAC(b"secret key", hashes.SHA1())])
def test_contexts_are_not_pickled(context: Any) -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(context)
    assert "secret key" not in repr(context)


def test_hmac_refuses_a_wrong_code_and_is_then_done() -> None:
    right = standard_hmac.new(b"key", b"", "sha256").digest()
    for wrong in (b"", right[:-1], right + b"\0", bytes([right[0] ^ 1]) + right[1:]):
        code = HMAC(b"key", hashes.SHA256())
        with pytest.raises(InvalidSignature):
            code.verify(wrong)
        with pytest.raises(AlreadyFinalized):
            code.verify(right)


@pytest.mark.parametrize("signature", [bytearray(32), memoryview(bytes(32)), "text", None])
def test_hmac_takes_codes_as_bytes(signature: Any) -> None:
    code = HMAC(b"key", hashes.SHA256())
    with pytest.raises(TypeError):
        code.verify(signature)
    code.verify(standard_hmac.new(b"key", b"", "sha256").digest())


def test_hmac_refuses_shake() -> None:
    with pytest.raises(UnsupportedAlgorithm) as caught:
        HMAC(b"key", hashes.SHAKE128(16))
    assert caught.value._reason is _Reasons.UNSUPPORTED_HASH


def test_hmac_takes_a_secret() -> None:
    code = HMAC(SecretBytes.copy_from(b"key"), hashes.SHA256())
    assert code.finalize() == standard_hmac.new(b"key", b"", "sha256").digest()


def test_threads_may_share_a_context() -> None:
    piece = b"x" * 100_000
    context = hashes.Hash(hashes.SHA256())

    def work() -> None:
        for _ in range(10):
            context.update(piece)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert context.finalize() == hashlib.sha256(piece * 40).digest()


def test_bytes_eq() -> None:
    for length in (0, 1, 7, 8, 9, 64, 1000):
        value = bytes(range(250)) * 4
        value = value[:length]
        assert constant_time.bytes_eq(value, bytes(bytearray(value)))
        for position in range(length):
            changed = bytearray(value)
            changed[position] ^= 0x80
            assert not constant_time.bytes_eq(value, bytes(changed))
    assert not constant_time.bytes_eq(b"ab", b"abc")


@pytest.mark.parametrize(("a", "b"), [("a", b"a"), (b"a", "a"), (b"a", bytearray(b"a")), (memoryview(b"a"), b"a")])
def test_bytes_eq_takes_bytes(a: Any, b: Any) -> None:
    with pytest.raises(TypeError, match="must be bytes"):
        constant_time.bytes_eq(a, b)
