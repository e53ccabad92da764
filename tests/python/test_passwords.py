"""ironlatch.passwords: hashing, verifying hashes of others, peppers, strength, calibration."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import resource
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable

import argon2
import bcrypt
import django_project
import passlib.hash
import pytest
import werkzeug.security
from ironlatch import passwords
from ironlatch.passwords import PasswordHasher, UnusableHash
from ironlatch.secrets import SecretBytes

FAST = PasswordHasher(memory_kib=64, iterations=1)
PASSWORD = "Grüße, 密码 and a long tail of words"


def test_the_default_is_owasps_and_has_its_own_salt() -> None:
    first, second = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.verify(PASSWORD, first)
    assert passwords.verify(PASSWORD, second)
    assert not passwords.verify(PASSWORD + " ", first)
    assert not passwords.needs_rehash(first)
    assert PasswordHasher().hash(PASSWORD).startswith(first[:30])


def test_argon2_cffi_reads_our_hashes_and_we_read_its() -> None:
    argon2.PasswordHasher().verify(FAST.hash(PASSWORD), PASSWORD)
    for kind in argon2.Type:
        stored = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=2, type=kind).hash(PASSWORD)
        assert passwords.verify(PASSWORD, stored)
        assert not passwords.verify("another", stored)
        assert passwords.scheme(stored) == f"argon2{kind.name.lower()}"


@pytest.mark.parametrize(
    "scheme",
    [
        passlib.hash.pbkdf2_sha1.using(rounds=1000),
        passlib.hash.pbkdf2_sha256.using(rounds=1000),
        passlib.hash.pbkdf2_sha512.using(rounds=1000),
        passlib.hash.scrypt.using(rounds=4, parallelism=2),
        passlib.hash.django_pbkdf2_sha256.using(rounds=1000),
        passlib.hash.django_pbkdf2_sha1.using(rounds=1000),
        passlib.hash.argon2.using(rounds=1, memory_cost=64, parallelism=2),
        passlib.hash.django_argon2.using(rounds=1, memory_cost=64),
    ],
    ids=lambda scheme: str(scheme.name),
)
def test_hashes_of_passlib(scheme: type) -> None:
    for _ in range(8):  # salts and hashes with every character of the alphabets
        stored = scheme.hash(PASSWORD)  # type: ignore[attr-defined]
        assert passwords.verify(PASSWORD, stored)
        assert not passwords.verify("another", stored)
        assert passwords.needs_rehash(stored)


@pytest.mark.parametrize(
    "method", ["scrypt", "scrypt:16:8:2", "pbkdf2:sha1:1000", "pbkdf2:sha256:1000", "pbkdf2:sha512:1000"]
)
def test_hashes_of_werkzeug(method: str) -> None:
    stored = werkzeug.security.generate_password_hash(PASSWORD, method)
    assert passwords.verify(PASSWORD, stored)
    assert not passwords.verify("another", stored)
    assert passwords.scheme(stored) == method.split(":", 1)[0]


@pytest.fixture(scope="module")
def django_hash():  # type: ignore[no-untyped-def]
    django_project.configure()
    from django.contrib.auth.hashers import BCryptPasswordHasher, make_password

    BCryptPasswordHasher.rounds = 4
    return make_password


@pytest.mark.parametrize("hasher", ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt"])
def test_hashes_of_django(django_hash, hasher: str) -> None:  # type: ignore[no-untyped-def]
    stored = django_hash(PASSWORD, hasher=hasher)
    ok, new = FAST.verify_and_update(PASSWORD, stored)
    assert ok
    assert new is not None
    assert FAST.verify(PASSWORD, new)
    assert FAST.verify_and_update("another", stored) == (False, None)


def test_djangos_accounts_without_a_password_are_named(django_hash) -> None:  # type: ignore[no-untyped-def]
    stored = django_hash(None)
    assert stored.startswith("!")
    assert not passwords.verify("", stored)
    assert not passwords.verify("", stored + "$")
    with pytest.raises(UnusableHash, match="the account has no password"):
        passwords.needs_rehash(stored)


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
def test_hashes_of_bcrypt(prefix: bytes) -> None:
    stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, prefix)).decode()
    assert passwords.verify(PASSWORD, stored)
    assert passwords.verify(PASSWORD, stored.replace(stored[:4], "$2y$"))
    assert not passwords.verify("another", stored)
    assert passwords.scheme(stored) == "bcrypt"


def test_bcrypt_counts_72_bytes_as_it_always_did() -> None:
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert passwords.verify("x" * 100, stored)
    assert not passwords.verify("x" * 71, stored)


def test_hashes_of_passlibs_bcrypt_sha256() -> None:
    salt = bcrypt.gensalt(4)[7:]
    for parameters, inner in (
        ("v=2,t=2b,r=4", hmac.digest(salt, PASSWORD.encode(), "sha256")),
        ("2b,4", hashlib.sha256(PASSWORD.encode()).digest()),
    ):
        digest = bcrypt.hashpw(base64.b64encode(inner), b"$2b$04$" + salt).decode()[29:]
        stored = f"$bcrypt-sha256${parameters}${salt.decode()}${digest}"
        assert passwords.verify(PASSWORD, stored)
        assert not passwords.verify("another", stored)


def test_an_unknown_user_takes_the_time_of_a_wrong_password_and_is_refused() -> None:
    hasher = PasswordHasher(memory_kib=8 * 1024, iterations=2)
    stored = hasher.hash("right")

    def cpu(password: str, stored: str | None) -> float:
        start = time.process_time()
        assert not hasher.verify(password, stored)
        return time.process_time() - start

    def least(password: str, stored: str | None) -> float:
        return min(cpu(password, stored) for _ in range(5))

    known = least("wrong", stored)
    # Between nothing at all and twice the work lies an order of magnitude: this cannot fail by
    # noise.
    assert known / 5 < least("wrong", None) < known * 5
    # Both are spared the work for what is no password, or its length would tell who exists.
    assert least("x" * 5000, stored) < known / 5
    assert least("x" * 5000, None) < known / 5
    assert hasher.verify_and_update("wrong", None) == (False, None)


# Each hash gets its memory from the system again, page by page: the number of pages measures the
# work.
PAGES = """
import ctypes, resource, sys
from ironlatch.passwords import PasswordHasher, UnusableHash

ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: pages of one size
hasher = PasswordHasher(memory_kib=64 * 1024, iterations=1, peppers={"p": b"k" * 32})
stored = hasher.hash("right")
for password in ("wrong", "Gru\u0308\u00dfe", "x" * 5000, ""):
    for who in (stored, None, "", "!disabled", "damaged"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        try:
            assert not hasher.verify(password, who)
        except UnusableHash:
            assert who == "damaged"
        print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts pages as Linux does")
def test_an_unknown_user_costs_the_same_work_whatever_is_typed() -> None:
    done = subprocess.run([sys.executable, "-c", PAGES], check=True, capture_output=True, text=True)
    pages = [int(line) for line in done.stdout.split()]
    one = 64 * 1024 * 1024 // resource.getpagesize()
    # Composed otherwise, a password is tried as it was typed too; one that is too long is not
    # tried.
    expected = [times * one for times in (1, 2, 0, 1) for _ in range(5)]
    assert pages == pytest.approx(expected, abs=one / 10)


# What may be stored in place of a hash, and what becomes of it: (nothing that works without work,
# all that works alike).
NO_HASHES: list[tuple[str, str | None]] = [
    ("", None),
    ("!", None),
    ("!" + "A" * 40, None),
    ("!$6$salt$hash", None),
    ("!$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA", None),
    ("plain text", "no password hash of a known form"),
    ("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$AAAA", "cut short"),
    ("$argon2id$v=19$m=64,t=1,p=1$", "malformed"),
    ("$2b$31$" + "." * 53, "more memory or time"),
    ("x" * 5000, "too long"),
    ("$argon2id$v=19$m=64,t=1,p=1,keyid=eA$c2FsdHNhbHRzYWx0$" + "A" * 43, "pepper"),
]


@pytest.mark.parametrize(("stored", "said"), NO_HASHES)
def test_an_account_without_a_usable_hash_takes_the_time_of_a_wrong_password(stored: str, said: str | None) -> None:
    hasher = PasswordHasher(memory_kib=8 * 1024, iterations=2)
    good = hasher.hash("right")

    def cpu(stored: str, call: Callable[[str, str], object]) -> float:
        def once() -> float:
            start = time.process_time()
            with contextlib.suppress(UnusableHash):
                assert call("wrong", stored) in (False, (False, None))
            return time.process_time() - start

        return min(once() for _ in range(5))

    for call in (hasher.verify, hasher.verify_and_update):
        known = cpu(good, call)
        assert known / 5 < cpu(stored, call) < known * 5
    if said is None:
        assert not hasher.verify("", stored)
        assert not hasher.verify(stored, stored)
        assert hasher.verify_and_update("wrong", stored) == (False, None)
        said = "no hash is stored"
    else:
        for call in (hasher.verify, hasher.verify_and_update):
            with pytest.raises(UnusableHash, match=said):
                call("wrong", stored)
    if "pepper" not in said:
        with pytest.raises(UnusableHash, match=said):
            hasher.needs_rehash(stored)


def test_login_moves_old_hashes_to_the_current_cost() -> None:
    old = PasswordHasher(memory_kib=64, iterations=2).hash(PASSWORD)
    ok, new = FAST.verify_and_update(PASSWORD, old)
    assert ok
    assert new is not None
    assert new.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert FAST.verify_and_update(PASSWORD, new) == (True, None)
    assert FAST.verify_and_update("wrong", old) == (False, None)


def test_text_is_the_same_however_its_letters_are_composed() -> None:
    composed, decomposed = (unicodedata.normalize(form, PASSWORD) for form in ("NFC", "NFD"))
    assert composed != decomposed
    stored = FAST.hash(decomposed)
    assert FAST.verify(composed, stored)
    assert FAST.verify(decomposed, stored)
    # Another program hashed what was typed, as it was typed.
    foreign = werkzeug.security.generate_password_hash(decomposed, "pbkdf2:sha256:1000")
    assert FAST.verify(decomposed, foreign)


def test_password_as_str_bytes_or_secret() -> None:
    stored = FAST.hash(PASSWORD)
    assert FAST.verify(PASSWORD.encode(), stored)
    assert FAST.verify(bytearray(PASSWORD.encode()), stored)
    assert FAST.verify(SecretBytes.copy_from(PASSWORD.encode()), stored)
    not_text = b"\xff\x00\xfe"
    assert FAST.verify(not_text, FAST.hash(not_text))
    for wrong in (None, 12345678, ["x"]):
        with pytest.raises(TypeError):
            FAST.hash(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            FAST.verify(wrong, stored)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        FAST.verify(PASSWORD, stored.encode())  # type: ignore[arg-type]


def test_empty_and_endless_passwords() -> None:
    with pytest.raises(ValueError, match="empty"):
        FAST.hash("")
    with pytest.raises(ValueError, match="4096 bytes"):
        FAST.hash("x" * 4097)
    stored = FAST.hash("x" * 4096)
    assert FAST.verify("x" * 4096, stored)
    assert not FAST.verify("", stored)
    assert not FAST.verify("x" * 10_000_000, stored)


class TestPeppers:
    KEY, OTHER = b"k" * 32, b"o" * 32

    def test_the_hash_depends_on_it_and_names_it(self) -> None:
        hasher = PasswordHasher(memory_kib=64, iterations=1, peppers={"2026": self.KEY})
        stored = hasher.hash(PASSWORD)
        assert f",keyid={base64.b64encode(b'2026').decode().rstrip('=')}$" in stored
        assert hasher.verify(PASSWORD, stored)
        assert not PasswordHasher(peppers={"2026": self.OTHER}).verify(PASSWORD, stored)
        with pytest.raises(UnusableHash, match="'2026'|\"2026\""):
            FAST.verify(PASSWORD, stored)

    def test_it_can_be_changed(self) -> None:
        old = PasswordHasher(memory_kib=64, iterations=1, peppers={"1": self.KEY}).hash(PASSWORD)
        both = PasswordHasher(
            memory_kib=64, iterations=1, peppers={"2": self.OTHER, "1": SecretBytes.copy_from(self.KEY)}
        )
        ok, new = both.verify_and_update(PASSWORD, old)
        assert ok
        assert both.verify_and_update(PASSWORD, new) == (True, None)
        # A hash from before there was any pepper gets one.
        assert both.verify_and_update(PASSWORD, FAST.hash(PASSWORD))[1] is not None

    @pytest.mark.parametrize("peppers", [{"": KEY}, {"n" * 9: KEY}, {"1": b"short"}, {"1": b""}])
    def test_bad_ones(self, peppers: dict[str, bytes]) -> None:
        with pytest.raises(ValueError, match="pepper"):
            PasswordHasher(peppers=peppers)

    def test_is_in_no_repr(self) -> None:
        assert "kkkk" not in repr(PasswordHasher(peppers={"1": self.KEY}))


GOOD = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$" + "A" * 43


@pytest.mark.parametrize(
    "stored",
    [
        "$",
        "plain text",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$hash",
        "$argon2id$",
        "$argon2id$v=17$m=64,t=1,p=1$c2FsdHNhbHQ$" + "A" * 43,
        GOOD.replace("m=64", "m=+64"),
        GOOD.replace("m=64", "m=64,x=1"),
        GOOD.replace("t=1", "t=0"),
        GOOD.replace("p=1", "p=99"),
        GOOD.replace("c2FsdHNhbHRzYWx0", "c2Fsd"),
        GOOD[:-40],
        GOOD + "$more",
        "$2b$12$tooshort",
        "$2b$03$" + "." * 53,
        "$2b$32$" + "." * 53,
        "$2x$04$" + "." * 53,
        "$scrypt$ln=99,r=8,p=1$c2FsdA$" + "A" * 43,
        "scrypt:16:8$salt$" + "00" * 64,
        "pbkdf2:md4:1000$salt$" + "00" * 32,
        "pbkdf2:sha256:1000$salt$" + "zz" * 32,
        "pbkdf2_sha256$x$salt$AAAA",
        "argon2$2b$04$" + "." * 53,
        "x" * 5000,
    ],
)
def test_what_is_no_hash_is_said_so(stored: str) -> None:
    for call in (lambda: passwords.verify(PASSWORD, stored), lambda: passwords.needs_rehash(stored)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(UnusableHash):
        passwords.verify(PASSWORD, stored)


@pytest.mark.parametrize(
    "stored",
    [
        GOOD.replace("m=64", "m=4294967295"),
        GOOD.replace("t=1", "t=4294967295"),
        GOOD.replace("m=64,t=1", "m=4194304,t=100"),
        "$2b$31$" + "." * 53,
        "scrypt:1073741824:8:1$salt$" + "00" * 64,
        "scrypt:16:1:4294967296$salt$" + "00" * 64,
        # By rounding to KiB these would cost nothing.
        "scrypt:2:1:1073741823$salt$" + "00" * 64,
        "scrypt:4:1:1073741823$salt$" + "00" * 64,
        "scrypt:2:3:300000000$salt$" + "00" * 64,
        # A second area of 128 * r * p bytes.
        "scrypt:2:1:33554433$salt$" + "00" * 64,
        "$scrypt$ln=1,r=1,p=1073741823$c2FsdA$" + "A" * 43,
        "scrypt$2$salt$1$1073741823$" + "A" * 86 + "==",
        "$scrypt$ln=63,r=8,p=1$c2FsdA$" + "A" * 43,
        "scrypt:18446744073709551615:8:1$salt$" + "00" * 64,
        "pbkdf2:sha256:4294967295$salt$" + "00" * 32,
        "$pbkdf2-sha512$2147483648$c2FsdA$" + "A" * 86,
    ],
)
def test_a_hash_that_would_take_the_machine_down_is_refused(stored: str) -> None:
    with pytest.raises(UnusableHash, match="more memory or time"):
        passwords.verify(PASSWORD, stored)


def test_every_flipped_character_of_a_hash_makes_it_another() -> None:
    stored = FAST.hash(PASSWORD)
    start = stored.rindex("$") + 1
    for at in range(start, len(stored) - 1):
        changed = stored[:at] + ("A" if stored[at] != "A" else "B") + stored[at + 1 :]
        assert not FAST.verify(PASSWORD, changed)


STORED = [
    FAST.hash(PASSWORD),
    PasswordHasher(memory_kib=64, iterations=1, peppers={"1": b"k" * 32}).hash(PASSWORD),
    "argon2" + FAST.hash(PASSWORD),
    bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
    passlib.hash.scrypt.using(rounds=4).hash(PASSWORD),
    passlib.hash.pbkdf2_sha256.using(rounds=1000).hash(PASSWORD),
    passlib.hash.django_pbkdf2_sha256.using(rounds=1000).hash(PASSWORD),
    werkzeug.security.generate_password_hash(PASSWORD, "scrypt:16:8:2"),
    werkzeug.security.generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"),
]


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored[:7])
def test_every_changed_or_lost_character_of_a_stored_string(stored: str) -> None:
    hasher = PasswordHasher(memory_kib=64, iterations=1, peppers={"1": b"k" * 32})
    assert hasher.verify(PASSWORD, stored)
    # The last characters of bcrypt's salt and hash have bits that mean nothing.
    spare = (28, 59) if stored.startswith("$2b$") else ()
    for at in range(len(stored)):
        changed = stored[:at] + chr(ord(stored[at]) ^ 1) + stored[at + 1 :]
        with contextlib.suppress(UnusableHash):
            assert not hasher.verify(PASSWORD, changed) or at in spare, changed
        with contextlib.suppress(UnusableHash):
            hasher.needs_rehash(changed)
        # Of PBKDF2 and scrypt a shorter hash is the beginning of a longer one. Less than 80 bits
        # are refused.
        with contextlib.suppress(UnusableHash):
            assert not hasher.verify(PASSWORD, stored[:at]) or at > len(stored) - 120, stored[:at]


@pytest.mark.parametrize(
    "arguments",
    [{"memory_kib": 7}, {"iterations": 0}, {"lanes": 0}, {"lanes": 64, "memory_kib": 64}, {"memory_kib": 2**32 - 1}],
)
def test_costs_that_argon2_does_not_take(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        PasswordHasher(**arguments)  # type: ignore[arg-type]


SLOW = [
    lambda: PasswordHasher(memory_kib=32 * 1024, iterations=3).hash(PASSWORD),
    lambda: FAST.verify(PASSWORD, "$2b$09$" + "." * 53),
    lambda: FAST.verify(PASSWORD, "scrypt:32768:8:1$salt$" + "00" * 64),
    lambda: FAST.verify(PASSWORD, "pbkdf2:sha256:300000$salt$" + "00" * 32),
    lambda: PasswordHasher(memory_kib=32 * 1024, iterations=3).verify_and_update(PASSWORD, None),
]


@pytest.mark.parametrize("work", SLOW, ids=["hash", "bcrypt", "scrypt", "pbkdf2", "unknown"])
def test_other_threads_run_meanwhile(work: Callable[[], object]) -> None:
    counted, done = 0, False

    def count() -> None:
        nonlocal counted
        while not done:
            counted += 1
            time.sleep(0.0005)

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=count)
    thread.start()
    try:
        sys.setswitchinterval(1000)  # a thread that keeps the GIL would keep it to the end
        before = counted
        work()
        assert counted > before + 5
    finally:
        sys.setswitchinterval(interval)
        done = True
        thread.join()


class TestStrength:
    def test_weak_and_strong(self) -> None:
        weak = passwords.strength("password1")
        assert weak.score == 0
        assert weak.warning
        assert weak.suggestions
        strong = passwords.strength("vUe9#kq2!mZx7pLw@c4T")
        assert strong.score == 4
        assert strong.warning is None
        assert strong.guesses_log10 > weak.guesses_log10 + 8

    def test_what_is_known_about_the_user_counts(self) -> None:
        alone = passwords.strength("lovelace-babbage")
        assert (
            passwords.strength("lovelace-babbage", ["Ada Lovelace", "lovelace", "babbage"]).guesses_log10
            < alone.guesses_log10
        )

    def test_cost_of_guessing_follows_the_cost_of_a_hash(self) -> None:
        cheap = passwords.strength("some words", hasher=FAST)
        assert passwords.strength("some words").gpu_seconds == pytest.approx(cheap.gpu_seconds * 19456 / 64 * 2)

    def test_empty_and_endless(self) -> None:
        assert passwords.strength("").score == 0
        start = time.process_time()
        passwords.strength("aB3$" * 100_000)
        assert time.process_time() - start < 20

    def test_password_is_not_shown(self) -> None:
        assert "hunter2" not in repr(passwords.strength("hunter2"))


def test_calibrate_gives_at_least_the_default() -> None:
    hasher = passwords.calibrate(1)
    assert (hasher.memory_kib, hasher.iterations) == (19456, 2)
    dearer = passwords.calibrate(300, max_memory_kib=32 * 1024)
    assert dearer.memory_kib <= 32 * 1024
    assert dearer.memory_kib * dearer.iterations > 19456 * 2
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="target_ms"):
            passwords.calibrate(wrong)
