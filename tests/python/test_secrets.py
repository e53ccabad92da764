"""``ironlatch.secrets``: what a secret refuses, how it ends, where it comes from."""

import array
import copy
import hashlib
import os
import pickle
import pty
import string
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import terminal
from ironlatch import secrets
from ironlatch.exceptions import AlreadyFinalized
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from ironlatch.secrets import SecretBytes


class TestRefusals:
    def test_shows_its_length_alone(self) -> None:
        secret = SecretBytes.copy_from(b"hunter2")
        assert repr(secret) == str(secret) == "SecretBytes(<7 bytes>)"
        assert "%s" % (secret,) == repr(secret)

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickling(self, protocol: int) -> None:
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(SecretBytes.generate(), protocol)

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    def test_copying(self, duplicate) -> None:
        with pytest.raises(TypeError, match="copied"):
            duplicate(SecretBytes.generate())

    def test_copying_inside_a_container(self) -> None:
        with pytest.raises(TypeError, match="copied"):
            copy.deepcopy({"key": [SecretBytes.generate()]})

    @pytest.mark.parametrize("specification", ["", "s", "x", ">20"])
    def test_formatting(self, specification: str) -> None:
        with pytest.raises(TypeError, match="formatted"):
            format(SecretBytes.generate(), specification)

    def test_hashing(self) -> None:
        with pytest.raises(TypeError, match="unhashable"):
            {SecretBytes.generate(): 1}

    @pytest.mark.parametrize("turn", [bytes, memoryview, iter, bytearray, list])
    def test_turning_into_something_else(self, turn) -> None:
        with pytest.raises(TypeError):
            turn(SecretBytes.generate())

    def test_has_no_constructor_and_no_attributes(self) -> None:
        with pytest.raises(TypeError):
            SecretBytes(b"secret")  # type: ignore[call-arg]
        with pytest.raises(AttributeError):
            SecretBytes.generate().note = "x"  # type: ignore[attr-defined]


class TestComparison:
    def test_with_secrets_and_bytes_like(self) -> None:
        secret = SecretBytes.copy_from(b"abc")
        for same in (SecretBytes.copy_from(b"abc"), b"abc", bytearray(b"abc"), memoryview(b"abc"), secret):
            assert secret == same
            assert same == secret
            assert not secret != same
        for other in (SecretBytes.copy_from(b"abd"), b"abcd", b"", b"ab"):
            assert secret != other
            assert other != secret

    @pytest.mark.parametrize("other", ["abc", None, 3, [97, 98, 99], memoryview(b"a.b.c")[::2]])
    def test_with_other_types(self, other: object) -> None:
        secret = SecretBytes.copy_from(b"abc")
        assert secret.__eq__(other) is NotImplemented
        assert secret != other

    def test_has_no_order(self) -> None:
        with pytest.raises(TypeError):
            SecretBytes.generate() < SecretBytes.generate()  # type: ignore[operator]


class TestWiping:
    def test_any_use_after_wipe_is_an_error(self) -> None:
        secret = SecretBytes.generate()
        assert not secret.wiped
        secret.wipe()
        secret.wipe()
        assert secret.wiped
        assert repr(secret) == "SecretBytes(<wiped>)"
        for use in (
            lambda: secret.expose(),
            lambda: len(secret),
            lambda: bool(secret),
            lambda: secret == b"",
            lambda: SecretBytes.generate() == secret,
            lambda: secret.__enter__(),
            lambda: secret.locked,
            lambda: SecretBytes.copy_from(secret),
        ):
            with pytest.raises(ValueError, match="wiped"):
                use()

    def test_with_wipes_at_the_end_also_after_an_error(self) -> None:
        with SecretBytes.generate() as secret:
            assert len(secret) == 32
        assert secret.wiped
        with pytest.raises(RuntimeError), SecretBytes.generate() as secret:
            raise RuntimeError
        assert secret.wiped

    def test_wipe_while_other_threads_read(self) -> None:
        wrong: list[bytes] = []

        def read(secret: SecretBytes) -> None:
            try:
                while True:
                    value = secret.expose()
                    if value != b"\x5a" * 50_000:
                        wrong.append(value)
            except ValueError:
                pass

        for _ in range(20):
            secret = SecretBytes.copy_from(b"\x5a" * 50_000)
            threads = [threading.Thread(target=read, args=(secret,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.005)
            secret.wipe()
            for thread in threads:
                thread.join()
        assert not wrong


class TestSources:
    def test_generate(self) -> None:
        assert len(SecretBytes.generate()) == 32
        assert len(SecretBytes.generate(5)) == 5
        assert SecretBytes.generate() != SecretBytes.generate()
        assert not SecretBytes.generate(0)
        with pytest.raises(MemoryError):
            SecretBytes.generate(2**62)
        with pytest.raises(TypeError):
            SecretBytes.generate("32")  # type: ignore[arg-type]

    def test_copy_from(self) -> None:
        for data in (
            b"key",
            bytearray(b"key"),
            memoryview(b"key"),
            array.array("B", b"key"),
            SecretBytes.copy_from(b"key"),
        ):
            assert SecretBytes.copy_from(data).expose() == b"key"
        for wrong in ("key", 3, None, memoryview(b"kkeeyy")[::2]):
            with pytest.raises((TypeError, BufferError)):
                SecretBytes.copy_from(wrong)  # type: ignore[arg-type]

    def test_from_file(self, tmp_path: Path) -> None:
        path = tmp_path / "secret"
        path.write_bytes(b"hunter2\n")
        path.chmod(0o600)
        assert SecretBytes.from_file(path) == b"hunter2\n"
        assert SecretBytes.from_file(str(path), strip_newline=True) == b"hunter2"
        path.write_bytes(b"")
        assert not SecretBytes.from_file(path)

    def test_from_file_failures(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="nothing-here"):
            SecretBytes.from_file(tmp_path / "nothing-here")
        with pytest.raises(OSError, match="director"):
            SecretBytes.from_file(tmp_path)
        with pytest.raises(ValueError, match="too long"):
            SecretBytes.from_file("/dev/zero")

    def test_from_env(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IRONLATCH_TEST_SECRET", "pässword")
        assert SecretBytes.from_env("IRONLATCH_TEST_SECRET") == "pässword".encode()
        assert "IRONLATCH_TEST_SECRET" in os.environ
        assert SecretBytes.from_env("IRONLATCH_TEST_SECRET", remove=True) == "pässword".encode()
        assert "IRONLATCH_TEST_SECRET" not in os.environ
        with pytest.raises(ValueError, match="IRONLATCH_TEST_SECRET is not set"):
            SecretBytes.from_env("IRONLATCH_TEST_SECRET")
        with pytest.raises(ValueError, match="name"):
            SecretBytes.from_env("A=B")

    def test_from_kdf(self) -> None:
        kdf = PBKDF2HMAC(hashes.SHA256(), 32, b"salt", 1000)
        expected = hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000)
        assert SecretBytes.from_kdf(kdf, SecretBytes.copy_from(b"password")) == expected
        with pytest.raises(AlreadyFinalized):
            SecretBytes.from_kdf(kdf, b"password")
        with pytest.raises(TypeError, match="key derivation function"):
            SecretBytes.from_kdf(object(), b"password")  # type: ignore[arg-type]


def at_terminal(expression: str, keys: list[bytes]) -> tuple[str, int]:
    """Returns the output of a program that evaluates ``expression`` at a terminal where ``keys``
    are typed, and how it ended.
    """
    program = f"from ironlatch.secrets import SecretBytes\nprint('result', {expression})"
    return terminal.at_terminal([sys.executable, "-c", program], keys, Path.cwd())


@pytest.mark.skipif(not hasattr(pty, "fork"), reason="needs a terminal")
class TestPrompt:
    def test_reads_without_echo(self) -> None:
        shown, status = at_terminal("SecretBytes.from_prompt('Key: ') == b'hunter2'", [b"huntex\x7fr2\r"])
        assert "Key: " in shown
        assert "result True" in shown
        assert "hunt" not in shown
        assert status == 0

    def test_confirmation(self) -> None:
        expression = "SecretBytes.from_prompt(confirm=True) == b'abc'"
        assert "result True" in at_terminal(expression, [b"abc\r", b"abc\r"])[0]
        shown, _ = at_terminal(expression, [b"abc\r", b"abd\r"])
        assert "ValueError" in shown
        assert "not the same" in shown

    def test_giving_up(self) -> None:
        assert "KeyboardInterrupt" in at_terminal("SecretBytes.from_prompt()", [b"ab\x03"])[0]
        assert "EOFError" in at_terminal("SecretBytes.from_prompt()", [b"\x04"])[0]

    def test_without_a_terminal(self) -> None:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setsid()
                SecretBytes.from_prompt()
            except OSError as error:
                status = 0 if "no terminal" in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class TestMemory:
    def test_ten_thousand_secrets_share_pages(self) -> None:
        held = [SecretBytes.copy_from(index.to_bytes(4, "big") * 8) for index in range(10_000)]
        assert all(secret == index.to_bytes(4, "big") * 8 for index, secret in enumerate(held))

    def test_a_forked_child_can_use_its_copy(self) -> None:
        secret = SecretBytes.copy_from(b"kept across fork")
        child = os.fork()
        if child == 0:
            alright = secret == b"kept across fork" and len(SecretBytes.generate(64)) == 64
            os._exit(0 if alright else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert secret == b"kept across fork"

    @pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/<pid>/mem")
    @pytest.mark.parametrize("end", ["secret.wipe()", "del secret", "pass"])
    def test_memory_image(self, tmp_path: Path, end: str) -> None:
        """The secret is found in the memory of a process that holds it, and not after it was wiped
        or dropped.
        """
        path = tmp_path / "secret"
        value = b"needle-" + os.urandom(16).hex().encode()
        path.write_bytes(value)
        program = (
            "import sys\nfrom ironlatch.secrets import SecretBytes\n"
            f"secret = SecretBytes.from_file(sys.argv[1])\n{end}\nprint('ready', flush=True)\nsys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            found = value in memory_of(process.pid)
            process.communicate(b"")
        assert found == (end == "pass")


def memory_of(process: int) -> bytes:
    """All readable memory of a process."""
    image = bytearray()
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            addresses, permissions = line.split()[:2]
            if not permissions.startswith("rw"):
                continue
            start, end = (int(address, 16) for address in addresses.split("-"))
            try:
                memory.seek(start)
                image += memory.read(end - start)
            except OSError:
                continue
    return bytes(image)


class TestTokens:
    def test_lengths(self) -> None:
        assert len(secrets.token_bytes()) == 32
        assert len(secrets.token_bytes(0)) == 0
        assert len(secrets.token_bytes(nbytes=100_000)) == 100_000
        assert len(secrets.token_hex()) == 64
        assert len(secrets.token_urlsafe(16)) == 22
        assert secrets.token_hex(16) != secrets.token_hex(16)

    def test_alphabets(self) -> None:
        assert set(secrets.token_hex(1000)) == set("0123456789abcdef")
        assert set(secrets.token_urlsafe(2000)) == set(string.ascii_letters + string.digits + "-_")

    @pytest.mark.parametrize("make", [secrets.token_bytes, secrets.token_hex, secrets.token_urlsafe])
    def test_bad_lengths(self, make) -> None:
        with pytest.raises(ValueError, match="negative"):
            make(-1)
        with pytest.raises(TypeError):
            make("16")


class TestForPeople:
    def test_passphrase(self) -> None:
        phrase = secrets.passphrase()
        words = phrase.expose().split(" ")
        assert len(words) == phrase.words == 6
        assert 77 < phrase.entropy_bits < 78
        assert phrase.to_secret() == phrase.expose().encode()
        assert words[0] not in repr(phrase) + str(phrase)
        with pytest.raises(TypeError):
            f"{phrase}"
        with pytest.raises(TypeError):
            pickle.dumps(phrase)
        assert secrets.passphrase(3, separator=".").expose().count(".") == 2
        for wrong in (0, 5000):
            with pytest.raises(ValueError, match="words"):
                secrets.passphrase(wrong)

    def test_recovery_codes(self) -> None:
        codes = secrets.recovery_codes()
        assert len(codes) == 10
        assert len(set(codes)) == 10
        assert list(codes) == codes.expose() == [codes[index] for index in range(10)]
        assert codes[-1] == codes[9]
        assert 78 < codes.entropy_bits < 79
        assert codes[0] not in repr(codes)
        assert all(len(code) == 19 and not set(code) & set("0o1ilu") for code in codes)
        with pytest.raises(IndexError):
            codes[10]
        with pytest.raises(TypeError):
            pickle.dumps(codes)

    def test_a_recovery_code_however_typed(self) -> None:
        codes = secrets.recovery_codes(3, groups=2, group_size=5)
        typed = " " + codes[1].upper().replace("-", " ") + "\n"
        assert typed in codes
        assert secrets.normalize_recovery_code(typed, group_size=5) == codes[1]
        assert "22222-22222" not in codes
        assert 7 not in codes  # type: ignore[comparison-overlap]
        assert secrets.normalize_recovery_code("") == ""

    def test_weak_codes_are_refused(self) -> None:
        for parameters in ({"groups": 1}, {"group_size": 1}, {"groups": 0}, {"groups": 1000}):
            with pytest.raises(ValueError, match="recovery code"):
                secrets.recovery_codes(10, **parameters)
        with pytest.raises(ValueError, match="recovery codes"):
            secrets.recovery_codes(0)


def test_calling_the_class_names_the_ways_to_make_a_secret() -> None:
    for arguments in [(), (b"x",), ("x",), (32,), (b"x", b"y")]:
        with pytest.raises(TypeError, match=r"SecretBytes\.generate\(length\).*copy_from\(data\)"):
            SecretBytes(*arguments)
    with pytest.raises(TypeError, match="from_prompt"):
        SecretBytes(data=b"x")  # type: ignore[arg-type]


def test_a_negative_length_is_a_value_error() -> None:
    for length in (-1, -(2**63)):
        with pytest.raises(ValueError, match="negative"):
            SecretBytes.generate(length)
    assert len(SecretBytes.generate(0)) == 0
