"""API keys and recovery codes stored as keyed hashes, and secrets that can be shown again."""

import base64
import contextlib
import copy
import hmac
import pickle
import re
import sqlite3
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from ironlatch import secrets
from ironlatch.secrets import SecretBytes
from ironlatch.show_once import (
    ApiKeys,
    Codes,
    MalformedSecret,
    SecretSealer,
    ServerKey,
    ShowOnceError,
    UnusableRecord,
    check_api_key,
)

SERVER_KEY = ServerKey.from_bytes(bytes(range(32)))
API_KEYS = ApiKeys("acme_live", SERVER_KEY)
CODES = Codes("login", SERVER_KEY)
NOTES = SecretSealer("backup phrase", SERVER_KEY)


class Written:
    """The documented computation, by the standard library."""

    DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    @staticmethod
    def derive(kind: bytes, purpose: bytes, length: int = 32) -> bytes:
        info = b"ironlatch show-once 1\0" + kind + b"\0" + purpose
        return hmac.digest(bytes(range(32)), info + b"\x01", "sha256")[:length]

    @classmethod
    def digest(cls, kind: bytes, purpose: bytes, owner: bytes, secret: bytes) -> str:
        code = hmac.digest(cls.derive(kind, purpose), len(owner).to_bytes(8, "big") + owner + secret, "sha256")
        key_id = cls.derive(b"id", b"", 4).hex()
        return f"so1.{key_id}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"

    @classmethod
    def checksum(cls, text: str) -> str:
        number, digits = zlib.crc32(text.encode()), ""
        for _ in range(6):
            number, digit = divmod(number, 62)
            digits = cls.DIGITS[digit] + digits
        return digits


def test_what_is_computed_is_what_is_written_down() -> None:
    for _ in range(20):
        new = API_KEYS.generate()
        key = new.expose()
        assert key[-6:] == Written.checksum(key[:-6])
        assert new.digest == Written.digest(b"api key", b"acme_live", b"", key.encode())
    codes = CODES.generate("ada")
    for code, digest in zip(codes.expose(), codes.digests, strict=True):
        assert digest == Written.digest(b"code", b"login", b"ada", code.replace("-", "").encode())
    from ironlatch.sealing import XAES256GCM

    stored = NOTES.seal("graves sandbox", "ada")
    version, key_id, sealed = stored.split(".")
    assert (version, key_id) == ("sv1", SERVER_KEY.id)
    sealer = XAES256GCM(Written.derive(b"viewable", b"backup phrase"))
    assert sealer.open(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), b"ada") == b"graves sandbox"


class TestApiKeys:
    def test_is_found_by_one_look_up_however_it_was_pasted(self) -> None:
        table = {API_KEYS.generate().digest: name for name in ("ada", "grace")}
        new = API_KEYS.generate()
        table[new.digest] = "joan"
        for typed in (
            new.expose(),
            f" {new.expose()}\n",
            new.expose().encode(),
            SecretBytes.copy_from(new.expose().encode()),
        ):
            (digest,) = API_KEYS.digests(typed)
            assert table[digest] == "joan"
            assert API_KEYS.digest(typed) == digest
            assert API_KEYS.verify(typed, digest)
        assert API_KEYS.digest(API_KEYS.generate().expose()) not in table
        assert new.expose().startswith(new.hint)
        assert new.hint.startswith("acme_live_")
        assert len(new.hint) == len("acme_live_") + 4

    def test_every_changed_or_lost_character_is_found_offline(self) -> None:
        new = API_KEYS.generate()
        key = new.expose()
        assert check_api_key(key) == "acme_live"
        for at in range(len(key)):
            for typed in (
                key[:at] + ("x" if key[at] != "x" else "y") + key[at + 1 :],
                key[:at],
                key[:at] + key[at + 1 :],
            ):
                if typed == key:
                    continue
                with pytest.raises(MalformedSecret) as caught:
                    check_api_key(typed)
                assert key[10:20] not in str(caught.value)
                assert not API_KEYS.verify(typed, new.digest)

    @pytest.mark.parametrize("typed", ["", " ", "x", "_", "acme_live_", "é" * 48, b"\xff" * 48, "a" * 10_000_000, "\0"])
    def test_what_is_no_key(self, typed: str | bytes) -> None:
        for call in (API_KEYS.digests, API_KEYS.digest, check_api_key):
            with pytest.raises(MalformedSecret):
                call(typed)
        assert not API_KEYS.verify(typed, API_KEYS.generate().digest)

    def test_the_right_key_of_another_environment(self) -> None:
        test = ApiKeys("acme_test", SERVER_KEY).generate()
        with pytest.raises(MalformedSecret, match=r"begins with acme_test_, .* acme_live_"):
            API_KEYS.digests(test.expose())
        assert not API_KEYS.verify(test.expose(), test.digest)
        with pytest.raises(MalformedSecret, match="server key"):
            API_KEYS.digests(SERVER_KEY.expose())

    def test_the_right_key_under_another_server_key(self) -> None:
        new = ApiKeys("acme_live", ServerKey.generate()).generate()
        assert API_KEYS.digests(new.expose()) != [new.digest]
        with pytest.raises(UnusableRecord, match="was not given"):
            API_KEYS.verify(new.expose(), new.digest)

    def test_scanners_find_keys_in_text(self) -> None:
        keys = [API_KEYS.generate().expose() for _ in range(3)]
        text = f"TOKEN={keys[0]}\n# curl -u '{keys[1]}:' https://example.com\n{keys[2]}x acme_live_{'0' * 38} xacme_live_{keys[0][10:]}"
        found = re.findall(API_KEYS.pattern, text)
        assert found == [*keys[:2], "acme_live_" + "0" * 38]
        with pytest.raises(MalformedSecret):
            check_api_key(found[2])

    @pytest.mark.parametrize(
        "prefix", ["", "a", "Acme", "acme-live", "acme_", "_acme", "acme__live", "1st", "a" * 41, "a\0b", "é€"]
    )
    def test_prefixes_that_would_not_be_found_again(self, prefix: str) -> None:
        with pytest.raises(ValueError, match="prefix"):
            ApiKeys(prefix, SERVER_KEY)

    def test_every_flipped_character_of_what_is_stored(self) -> None:
        new = API_KEYS.generate()
        for at in range(len(new.digest)):
            stored = new.digest[:at] + ("A" if new.digest[at] != "A" else "B") + new.digest[at + 1 :]
            with contextlib.suppress(UnusableRecord):
                assert not API_KEYS.verify(new.expose(), stored)
            with pytest.raises(UnusableRecord):
                API_KEYS.verify(new.expose(), new.digest[:at])
            with pytest.raises(UnusableRecord):
                API_KEYS.needs_update(new.digest[:at])


class TestCodes:
    def test_each_is_its_owners_and_for_its_purpose(self) -> None:
        codes = CODES.generate("ada", count=5)
        assert len(codes) == 5 == len(set(codes.digests))
        code, digest = codes.expose()[0], codes.digests[0]
        for typed in (code, code.upper(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
            assert CODES.digests(typed, "ada") == [digest]
            assert CODES.verify(typed, owner="ada", stored=digest)
        assert CODES.digest(code, b"ada") == digest
        assert not CODES.verify(code, "grace", digest)
        assert not CODES.verify(codes.expose()[1], "ada", digest)
        assert not Codes("delete account", SERVER_KEY).verify(code, "ada", digest)

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "no recovery code"),
            ("7k3m-x9qd-t4wp", "16 symbols, not 12"),
            ("7k3m-x9qd-t4wp-bn6h-2222", "16 symbols, not 20"),
            ("7k3m-x9qd-t4wp-bn60", "easily mistaken"),
            ("7k3m-x9qd-t4wp-bn6ß", "symbol"),
            ("7k3m-x9qd-t4wp-bn6h" * 1_000_000, "too long"),
            (b"\xff" * 16, "UTF-8"),
        ],
    )
    def test_what_is_no_code_is_said_so(self, typed: str | bytes, message: str) -> None:
        with pytest.raises(MalformedSecret, match=message):
            CODES.digests(typed, "ada")
        assert not CODES.verify(typed, "ada", CODES.digest("7k3m-x9qd-t4wp-bn6h", "ada"))

    @pytest.mark.parametrize("owner", ["", b"", "x" * 1025])
    def test_owners_that_are_a_mistake(self, owner: str | bytes) -> None:
        for call in (
            CODES.generate,
            lambda owner: CODES.digests("7k3m-x9qd-t4wp-bn6h", owner),
            lambda owner: NOTES.seal("x", owner),
        ):
            with pytest.raises(ValueError, match="owner"):
                call(owner)
        with pytest.raises(TypeError):
            CODES.generate(7)  # type: ignore[arg-type]

    def test_a_number_of_codes_that_nobody_wants(self) -> None:
        for count in (0, 1001):
            with pytest.raises(ValueError, match="1 to 1000"):
                CODES.generate("ada", count)


def table(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=60, isolation_level=None)
    database.execute("create table if not exists code (digest text primary key, owner text not null, used_at text)")
    return database


def redeem(database: sqlite3.Connection, typed: str, owner: str) -> bool:
    digests = CODES.digests(typed, owner)
    marks = ", ".join("?" * len(digests))
    statement = f"update code set used_at = datetime() where digest in ({marks}) and used_at is null"
    return database.execute(statement, digests).rowcount == 1


def test_a_code_is_redeemed_once_however_many_try_at_a_time(tmp_path: Path) -> None:
    codes = CODES.generate("ada", count=3)
    with contextlib.closing(table(tmp_path / "codes.db")) as database:
        database.executemany("insert into code values (?, 'ada', null)", [(digest,) for digest in codes.digests])
    results: list[tuple[str, bool]] = []
    start = threading.Barrier(8)

    def attempt() -> None:
        with contextlib.closing(table(tmp_path / "codes.db")) as database:
            start.wait()
            for code in codes.expose():
                results.append((code, redeem(database, code, "ada")))

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 24
    for code in codes.expose():
        assert [done for tried, done in results if tried == code].count(True) == 1
    with contextlib.closing(table(tmp_path / "codes.db")) as database:
        assert not redeem(database, codes.expose()[0], "ada")  # a replay, later
        fresh = CODES.generate("ada", count=1)
        database.execute("insert into code values (?, 'ada', null)", fresh.digests)
        assert not redeem(database, fresh.expose()[0], "grace")
        assert redeem(database, fresh.expose()[0], "ada")


class TestServerKeys:
    def test_as_text_and_file(self, tmp_path: Path) -> None:
        key = ServerKey.generate()
        (tmp_path / "server.key").write_text(key.expose() + "\n")
        again = ServerKey.load(tmp_path / "server.key")
        for same in (
            again,
            ServerKey.parse(key.expose()),
            ServerKey.parse(SecretBytes.copy_from(key.expose().encode())),
        ):
            assert (same.id, same.expose()) == (key.id, key.expose())
        assert key.expose()[-6:] == Written.checksum(key.expose()[:-6])
        assert SERVER_KEY.expose() == "ironlatch_server_key_" + bytes(range(32)).hex() + "2eVyeL"

    def test_typos_and_other_files(self, tmp_path: Path) -> None:
        text = SERVER_KEY.expose()
        for at in range(len(text)):
            for wrong in (text[:at], text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]):
                with pytest.raises(MalformedSecret):
                    ServerKey.parse(wrong)
        with pytest.raises(MalformedSecret, match="begin with ironlatch_server_key"):
            ServerKey.parse(API_KEYS.generate().expose())
        with pytest.raises(FileNotFoundError):
            ServerKey.load(tmp_path / "none")
        for contents in (b"", b"\xff\xff", text[:-1].encode()):
            (tmp_path / "other").write_bytes(contents)
            with pytest.raises(MalformedSecret, match="other"):
                ServerKey.load(tmp_path / "other")
        (tmp_path / "other").write_bytes(text.encode("utf-16"))
        with pytest.raises(ValueError, match="other: it is text in UTF-16"):
            ServerKey.load(tmp_path / "other")

    @pytest.mark.parametrize("length", [0, 16, 31, 33, 1000])
    def test_raw_keys_have_32_bytes(self, length: int) -> None:
        with pytest.raises(ValueError, match="32 random bytes"):
            ServerKey.from_bytes(bytes(length))

    @pytest.mark.parametrize(
        "make",
        [lambda keys: ApiKeys("acme", keys), lambda keys: Codes("x", keys), lambda keys: SecretSealer("x", keys)],
    )
    def test_sets_that_are_a_mistake(self, make: Callable[[object], object]) -> None:
        with pytest.raises(ValueError, match="1 to 8"):
            make([])
        with pytest.raises(ValueError, match="1 to 8"):
            make([ServerKey.generate() for _ in range(9)])
        with pytest.raises(ValueError, match="twice"):
            make([SERVER_KEY, ServerKey.parse(SERVER_KEY.expose())])
        for wrong in (b"k" * 32, "text", None, [b"k" * 32]):
            with pytest.raises(TypeError):
                make(wrong)

    def test_one_is_replaced_while_the_service_runs(self) -> None:
        new_key = ServerKey.generate()
        both = ApiKeys("acme_live", [new_key, SERVER_KEY])
        old = API_KEYS.generate()
        candidates = both.digests(old.expose())
        assert candidates[1] == old.digest
        assert both.verify(old.expose(), old.digest)
        assert both.needs_update(old.digest)
        updated = both.digest(old.expose())
        assert updated == candidates[0]
        assert not both.needs_update(updated)
        alone = ApiKeys("acme_live", new_key)
        assert alone.verify(old.expose(), updated)
        with pytest.raises(UnusableRecord, match=SERVER_KEY.id):
            alone.verify(old.expose(), old.digest)

        code = CODES.generate("ada")
        codes = Codes("login", [new_key, SERVER_KEY])
        assert code.digests[0] in codes.digests(code.expose()[0], "ada")
        assert codes.needs_update(code.digests[0])

        stored = NOTES.seal("secret", "ada")
        notes = SecretSealer("backup phrase", [new_key, SERVER_KEY])
        assert notes.needs_update(stored)
        stored = notes.update(stored, "ada")
        assert not notes.needs_update(stored)
        assert SecretSealer("backup phrase", new_key).open(stored, "ada") == b"secret"


class TestViewable:
    def test_comes_back_to_its_owner_alone(self) -> None:
        stored = NOTES.seal("graves sandbox exile", "ada")
        opened = NOTES.open(stored, "ada")
        assert isinstance(opened, SecretBytes)
        assert opened.expose() == b"graves sandbox exile"
        assert NOTES.seal("graves sandbox exile", "ada") != stored
        for viewable, owner in ((NOTES, "grace"), (SecretSealer("other", SERVER_KEY), "ada")):
            with pytest.raises(UnusableRecord, match="another owner or purpose"):
                viewable.open(stored, owner)
        with pytest.raises(UnusableRecord, match="was not given"):
            SecretSealer("backup phrase", ServerKey.generate()).open(stored, "ada")

    @pytest.mark.parametrize(
        "secret", ["", b"\x00\xff", SecretBytes.copy_from(b"x"), secrets.passphrase(), b"x" * 2**20]
    )
    def test_any_bytes(self, secret: bytes) -> None:
        NOTES.open(NOTES.seal(secret, b"ada"), "ada")

    def test_every_flipped_character_and_every_cut(self) -> None:
        stored = NOTES.seal("secret", "ada")
        for at in range(len(stored)):
            for text in (stored[:at], stored[:at] + ("A" if stored[at] != "A" else "B") + stored[at + 1 :]):
                with pytest.raises(UnusableRecord):
                    NOTES.open(text, "ada")
        for text in (
            stored + "A",
            stored + "=",
            stored.replace("sv1", "sv2"),
            "sv1.a803e69f." * 1_000_000,
            API_KEYS.generate().digest,
        ):
            with pytest.raises(UnusableRecord):
                NOTES.open(text, "ada")

    def test_hostile_sizes(self) -> None:
        with pytest.raises(OverflowError, match=r"ironlatch\.files"):
            NOTES.seal(b"x" * (2**20 + 1), "ada")


def test_errors_have_one_base() -> None:
    for error in (MalformedSecret, UnusableRecord):
        assert issubclass(error, ShowOnceError)
    assert issubclass(ShowOnceError, ValueError)


def test_nothing_secret_is_shown_formatted_or_pickled() -> None:
    new, codes = API_KEYS.generate(), CODES.generate("ada", 1)
    shown = " ".join(map(repr, (SERVER_KEY, API_KEYS, CODES, NOTES, new, codes)))
    for secret in (new.expose()[14:20], codes.expose()[0], "000102", new.digest):
        assert secret not in shown
    assert str(new) == repr(new)
    with pytest.raises(TypeError):
        f"{new}"
    for secret in (SERVER_KEY, new, codes):
        with pytest.raises(TypeError):
            pickle.dumps(secret)
        with pytest.raises(TypeError):
            copy.copy(secret)
