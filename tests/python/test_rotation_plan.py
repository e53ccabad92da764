"""Tests the columns of a plan of ``ironlatch rotate``: other packages' values, and the rows that
values are bound to.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import Keyring, LocalProvider
from sqlalchemy.dialects import sqlite
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import AesEngine, AesGcmEngine, FernetEngine

NAMES = {id: f"Ada {id}" for id in range(1, 21)}
TOP = 'keyring = "app.keyring"\ndatabase = "sqlite:///shop.db"\ntable = "person"\n'
COLUMN = """
[[column]]
name = "name"
cipher = {{ legacy = {legacy}, type = "str" }}
new_cipher = {{ key = "customers", type = "str" }}

[column.indexes]
name_index = {{ key = "customers", type = "str", bits = 64 }}
"""


class Shop:
    """A folder with a plan, a keyring, a database and the secrets of other packages, and a command
    that runs elsewhere.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ring = Keyring.create(folder / "app.keyring", provider=LocalProvider.create(folder / "provider.key"))
        self.key = ring.create_key("customers")
        self.cipher = FieldCipher(self.key, "person", "name", str)
        (folder / "elsewhere").mkdir()

    def run(self, statement: str, rows: list[tuple[Any, ...]] | None = None) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "shop.db") as db:
            return db.executemany(statement, rows).fetchall() if rows else db.execute(statement).fetchall()

    def fill(self, stored: Callable[[str], str | bytes]) -> None:
        self.run("create table person (id integer primary key, name text, name_index blob)")
        self.run("insert into person (id, name) values (?, ?)", [(id, stored(name)) for id, name in NAMES.items()])

    def rotate(self, plan: str, *arguments: str, code: int = 0) -> Any:
        """The report, or what was said if it could not begin."""
        (self.folder / "plan.toml").write_text(TOP + plan)
        command = [sys.executable, "-m", "ironlatch", "rotate", "../plan.toml", "--provider-key", "../provider.key"]
        done = subprocess.run(
            [*command, "--json", *arguments], cwd=self.folder / "elsewhere", capture_output=True, text=True, timeout=60
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return json.loads(done.stderr if code == 2 else done.stdout)

    def names(self) -> dict[int, str]:
        """The names, all of which our cipher opens and our index finds."""
        index = BlindIndex(self.key, table="person", column="name", type=str, bits=64)
        rows = self.run("select id, name, name_index from person")
        assert all(token == index.token(self.cipher.decrypt(name, id)) for id, name, token in rows)
        return {id: self.cipher.decrypt(name, id) for id, name, _ in rows}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.mark.parametrize(
    ("legacy", "engine", "padding"),
    [
        ("SqlalchemyUtilsFernet", FernetEngine, None),
        ("SqlalchemyUtilsAesGcm", AesGcmEngine, None),
        ("SqlalchemyUtilsAes", AesEngine, None),
        ("SqlalchemyUtilsAes", AesEngine, "pkcs5"),
    ],
)
def test_from_sqlalchemy_utils(shop: Shop, legacy: str, engine: Any, padding: str | None) -> None:
    (shop.folder / "old.txt").write_text("correct horse\n")
    theirs = StringEncryptedType(sa.Unicode(), "correct horse", engine, padding)
    shop.fill(lambda name: theirs.process_bind_param(name, sqlite.dialect()))
    reader = f'"{legacy}", passphrase_file = "old.txt"' + (f', padding = "{padding}"' if padding else "")
    plan = COLUMN.format(legacy=reader)
    look = shop.rotate(plan, "--dry-run")
    assert (look["columns"][0]["reencrypted"], look["columns"][0]["other"]) == (20, 20)
    report = shop.rotate(plan)
    assert (report["complete"], report["written"]) == (True, 20)
    assert shop.names() == NAMES
    assert shop.rotate(plan)["written"] == 0


def test_from_django_fernet_encrypted_fields(shop: Shop) -> None:
    script = """
import json, sys
from django.conf import settings
settings.configure(SECRET_KEY="new secret", SECRET_KEY_FALLBACKS=["old secret"], SALT_KEY=["new salt", "old salt"])
from encrypted_fields.fields import EncryptedTextField
written = []
for number, name in enumerate(json.load(sys.stdin)):
    settings.SECRET_KEY, settings.SALT_KEY = [("new secret", "new salt"), ("old secret", "old salt")][number % 2]
    written.append(EncryptedTextField().get_prep_value(name))
print(json.dumps(written))
"""
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root / 'dropin' / 'src'}:{root / 'python'}"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment, input=json.dumps(list(NAMES.values())), capture_output=True, text=True, check=True,
    )  # fmt: skip
    stored = dict(zip(NAMES.values(), json.loads(done.stdout), strict=True))
    shop.fill(lambda name: stored[name])
    for name, content in {
        "secret.txt": "new secret",
        "secret.old": "old secret\n",
        "salt": "new salt",
        "salt.old": "old salt",
    }.items():
        (shop.folder / name).write_text(content)
    keys = 'secret_key_files = ["secret.txt", "secret.old"], salt_key_files = ["salt", "salt.old"]'
    report = shop.rotate(COLUMN.format(legacy=f'"DjangoFernetFields", {keys}'))
    assert (report["complete"], report["written"]) == (True, 20)
    assert shop.names() == NAMES


def test_with_a_key_of_theirs_missing_the_others_move(shop: Shop) -> None:
    (shop.folder / "old.txt").write_text("correct horse")
    names = iter(range(20))
    theirs = [StringEncryptedType(sa.Unicode(), secret, FernetEngine) for secret in ("correct horse", "battery")]
    shop.fill(lambda name: theirs[next(names) % 2].process_bind_param(name, sqlite.dialect()))
    before = shop.run("select id, name from person where id % 2 = 0")
    plan = COLUMN.format(legacy='"SqlalchemyUtilsFernet", passphrase_file = "old.txt"')
    report = shop.rotate(plan, code=3)
    assert (report["written"], report["columns"][0]["failed"]) == (10, 10)
    assert {failure["kind"] for failure in report["columns"][0]["failures"]} == {"UnreadableLegacyValue"}
    assert shop.run("select id, name from person where id % 2 = 0") == before
    (shop.folder / "old.txt").write_text("battery")
    assert shop.rotate(plan)["written"] == 10
    assert shop.names() == NAMES


def test_from_plain_text(shop: Shop) -> None:
    shop.fill(str)
    assert shop.rotate(COLUMN.format(legacy='"PlainText"'))["written"] == 20
    assert shop.names() == NAMES


def test_what_is_wrong_with_a_legacy_cipher_is_said(shop: Shop) -> None:
    shop.fill(str)
    (shop.folder / "old.txt").write_text("correct horse")
    (shop.folder / "noise").write_bytes(b"\xff\xfe")

    def said(legacy: str, replaced: str = "", by: str = "") -> str:
        error = str(shop.rotate(COLUMN.format(legacy=legacy).replace(replaced, by), code=2)["error"])
        assert "correct horse" not in error
        return error

    assert "legacy is one of PlainText, " in said('"Rot13"')
    assert "has no passphrase_file" in said('"SqlalchemyUtilsFernet"')
    assert "passphrase_file is to be text" in said('"SqlalchemyUtilsFernet", passphrase_file = ["old.txt", "old.txt"]')
    assert "nothing.txt" in said('"SqlalchemyUtilsFernet", passphrase_file = "nothing.txt"')
    assert "is text in UTF-16" in said('"SqlalchemyUtilsAesGcm", passphrase_file = "noise"')
    assert "padding" in said('"SqlalchemyUtilsAes", passphrase_file = "old.txt", padding = "ansi"')
    assert "padding is not known" in said('"SqlalchemyUtilsFernet", passphrase_file = "old.txt", padding = "naive"')
    assert "has no salt_key_files" in said('"DjangoFernetFields", secret_key_files = "old.txt"')
    assert "a file's name, or a list" in said('"DjangoFernetFields", secret_key_files = []')
    assert "has no type" in said('"PlainText"', '"PlainText", type = "str"', '"PlainText"')
    assert "new column" in said('"PlainText"', '"PlainText", type = "str"', '"PlainText", type = "int"')
    new = 'new_cipher = { key = "customers", type = "str" }'
    assert "has no new_cipher" in said('"PlainText"', new)
    assert [name for (name,) in shop.run("select name from person order by id")] == list(NAMES.values())


BOUND = """
[[column]]
name = "name"
cipher = {{ key = "customers", type = "str" }}
row = {row}
"""
UUIDS = {id: UUID(int=id) for id in NAMES}


@pytest.mark.parametrize(
    ("row", "of"),
    [
        ('{ columns = "number", type = "UUID" }', UUIDS.get),
        ('"number"', lambda key: str(UUIDS[key])),
        ('{ columns = "digits", type = "int" }', lambda key: key),
        ('{ columns = ["digits", "id"], type = "int" }', lambda key: (key, key)),
        ('{ columns = "id", type = "str" }', str),
        ('["id", "number"]', lambda key: (key, str(UUIDS[key]))),
        ("false", lambda key: None),
    ],
)
def test_what_values_are_bound_to(shop: Shop, row: str, of: Callable[[int], Any]) -> None:
    shop.run("create table person (id integer primary key, number text, digits text, name blob)")
    rows = [(id, str(UUIDS[id]), f"{id:05}", shop.cipher.encrypt(name, of(id))) for id, name in NAMES.items()]
    shop.run("insert into person values (?, ?, ?, ?)", rows)
    ring = Keyring.open(shop.folder / "app.keyring", provider=LocalProvider.open(shop.folder / "provider.key"))
    ring.rotate("customers")
    report = shop.rotate(BOUND.format(row=row))
    assert (report["complete"], report["written"]) == (True, 20)
    cipher = FieldCipher(ring["customers"], "person", "name", str)
    stored = dict(shop.run("select id, name from person"))
    assert {id: cipher.decrypt(name, of(id)) for id, name in stored.items()} == NAMES


def test_a_row_that_a_conversion_cannot_make(shop: Shop) -> None:
    """It fails by itself, and the others are done."""
    shop.run("create table person (id integer primary key, number text, name blob)")
    rows = [(id, str(UUIDS[id]), shop.cipher.encrypt(name, UUIDS[id])) for id, name in NAMES.items()]
    shop.run("insert into person values (?, ?, ?)", rows)
    shop.run("update person set number = 'seven' where id = 7")
    shop.run("update person set number = null where id = 9")
    ring = Keyring.open(shop.folder / "app.keyring", provider=LocalProvider.open(shop.folder / "provider.key"))
    ring.rotate("customers")
    report = shop.rotate(BOUND.format(row='{ columns = "number", type = "UUID" }'), code=3)
    assert (report["written"], report["columns"][0]["failed"]) == (18, 2)
    assert [
        (failure["key"], "cannot be bound" in failure["reason"]) for failure in report["columns"][0]["failures"]
    ] == [
        ([7], True),
        ([9], True),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("true", "row is to be a column's name"),
        ("[]", "row is to be a column's name"),
        ('{ columns = "id" }', "has no type"),
        ('{ columns = "id", type = "float" }', "type is one of int, str, UUID"),
        ('{ columns = "id", type = "int", kind = "x" }', "kind is not known"),
        ('"nothing"', "nothing"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(shop: Shop, row: str, said: str) -> None:
    shop.run("create table person (id integer primary key, name blob)")
    assert said in shop.rotate(BOUND.format(row=row), code=2)["error"]
