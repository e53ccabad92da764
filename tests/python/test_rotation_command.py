"""The command ``ironlatch rotate``."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ironlatch.fields import FieldCipher
from ironlatch.keyring import Keyring, LocalProvider
from ironlatch.rotation import _command
from ironlatch.rotation._urls import UrlError, connector
from terminal import at_terminal

PLAN = """
keyring = "app.keyring"
database = "sqlite:///shop.db"
table = "recovery_code"

[[column]]
name = "code"
cipher = { key = "customers", type = "str" }

[column.indexes]
code_index = { key = "customers", type = "str", bits = 64 }
"""
FAST = {"iterations": 1, "memory_kib": 64, "lanes": 1}
VAULT = """
from ironlatch.keyring import KeyProvider, ProviderUnavailable

class Vault(KeyProvider):
    name = "vault:backwards"

    def wrap(self, key, context):
        return key.expose()[::-1]

    def unwrap(self, wrapped, context):
        return wrapped[::-1]

def provider():
    return Vault()

def number():
    return 5

def broken():
    return Vault({}["VAULT_TOKEN"])

def sealed():
    raise ProviderUnavailable("vault is sealed")
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a keyring, a plan, and a database with a table under the older version."""
    (tmp_path / "passphrase").write_text("hunter2\n")
    (tmp_path / "passphrase").chmod(0o600)
    (tmp_path / "plan.toml").write_text(PLAN)
    ring = Keyring.create(tmp_path / "app.keyring", passphrase="hunter2", **FAST)
    cipher = FieldCipher(ring.create_key("customers"), "recovery_code", "code", str)
    db = sqlite3.connect(tmp_path / "shop.db")
    db.execute("create table recovery_code (id integer primary key, code blob, code_index blob)")
    db.executemany(
        "insert into recovery_code (id, code) values (?, ?)",
        [(id, cipher.encrypt(f"code {id}", id)) for id in range(200)],
    )
    db.commit()
    db.close()
    ring.rotate("customers")
    return tmp_path


def rotate(folder: Path, *arguments: str, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ironlatch", "rotate", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def columns(report: str) -> Any:
    return json.loads(report)["columns"]


def written(folder: Path, *arguments: str) -> int:
    """How many rows the command writes with these arguments."""
    report = json.loads(rotate(folder, "plan.toml", "--json", *arguments).stdout)
    assert report["complete"]
    return int(report["written"])


OPEN = ["plan.toml", "--passphrase-file", "passphrase"]


def test_from_the_look_to_the_report(shop: Path) -> None:
    assert "200 would be re-encrypted" in rotate(shop, *OPEN, "--dry-run").stdout
    assert "under version 1" in rotate(shop, *OPEN, "--status").stdout
    done = rotate(shop, *OPEN, "--batch", "30")
    assert "200 re-encrypted" in done.stdout
    assert done.stderr == ""
    (column,) = columns(rotate(shop, *OPEN, "--status", "--json").stdout)
    assert [(version["number"], version["values"]) for version in column["versions"]] == [(2, 200)]
    ring = Keyring.open(shop / "app.keyring", passphrase="hunter2")
    cipher = FieldCipher(ring["customers"], "recovery_code", "code", str)
    rows = sqlite3.connect(shop / "shop.db").execute("select id, code, code_index from recovery_code").fetchall()
    assert {id: cipher.decrypt(code, id) for id, code, _ in rows} == {id: f"code {id}" for id in range(200)}
    assert all(len(token) == 8 for _, _, token in rows)


def test_a_value_that_does_not_open(shop: Path) -> None:
    with sqlite3.connect(shop / "shop.db") as db:
        db.execute("update recovery_code set code = (select code from recovery_code where id = 1) where id = 2")
    done = rotate(shop, *OPEN, "--json", code=3)
    assert columns(done.stdout)[0]["failures"][0]["key"] == [2]
    assert json.loads(done.stderr)["exit_code"] == 3
    assert "row 2" in rotate(shop, *OPEN, "--stop-on-error", code=3).stderr


def test_what_is_wrong_is_said(shop: Path) -> None:
    def said(plan: str, *arguments: str, code: int = 2) -> str:
        (shop / "wrong.toml").write_text(plan)
        done = rotate(shop, "wrong.toml", "--passphrase-file", "passphrase", *arguments, code=code)
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "not in TOML" in said("table = ")
    assert "has no table" in said("key = 'id'")
    assert "has no column" in said("table = 't'")
    assert "colour is not known" in said(PLAN.replace("keyring =", "colour = 'red'\nkeyring ="))
    assert "type is one of" in said(PLAN.replace("str", "varchar"))
    assert "code: cipher has no key" in said(PLAN.replace('{ key = "customers", type = "str" }', '{ type = "str" }'))
    assert "people" in said(PLAN.replace('"customers"', '"people"'), code=1)
    assert "there is no table" in said(PLAN.replace('table = "recovery_code"', 'table = "nothing"'))
    assert "no database" in said(PLAN, "--database", "sqlite:///nothing.db")
    assert "postgresql://user@host/name or sqlite:///path" in said(PLAN, "--database", "mysql://x")
    assert "which database" in said(PLAN.replace('database = "sqlite:///shop.db"', ""))
    assert "nothing.toml" in rotate(shop, "nothing.toml", code=1).stderr
    (shop / "passphrase").write_text("hunter3\n")
    assert "passphrase" in said(PLAN, code=1)


class TestWhatOpensTheKeyring:
    """A keyring is put under each thing that can open it, and the rotation is run with the option
    for that.
    """

    def test_a_passphrase_from_a_descriptor(self, shop: Path) -> None:
        read, write = os.pipe()
        os.write(write, b"hunter2\n")
        os.close(write)
        command = [sys.executable, "-m", "ironlatch", "rotate", "plan.toml", "--passphrase-fd", str(read)]
        done = subprocess.run(command, cwd=shop, pass_fds=[read], capture_output=True, text=True, timeout=60)
        os.close(read)
        assert "200 re-encrypted" in done.stdout, done.stderr

    def test_a_passphrase_that_is_asked_for(self, shop: Path) -> None:
        command = [sys.executable, "-m", "ironlatch", "rotate", "plan.toml"]
        shown, code = at_terminal(command, [b"hunter2\n"], shop)
        assert "Passphrase of app.keyring: " in shown
        assert "200 re-encrypted" in shown
        assert "hunter2" not in shown
        assert code == 0

    def test_the_key_of_a_provider(self, shop: Path) -> None:
        provider = LocalProvider.create(shop / "provider.key")
        Keyring.open(shop / "app.keyring", passphrase="hunter2").rewrap(provider=provider)
        assert written(shop, "--provider-key", "provider.key") == 200
        LocalProvider.create(shop / "another.key")
        assert "provider" in rotate(shop, "plan.toml", "--provider-key", "another.key", code=1).stderr
        assert "nothing.key" in rotate(shop, "plan.toml", "--provider-key", "nothing.key", code=1).stderr

    @pytest.mark.parametrize("way", ["--passphrase-file", "--provider-key", "--provider"])
    def test_a_key_of_another_keyring(self, shop: Path, way: str) -> None:
        (shop / "vault.py").write_text(VAULT)
        provider = LocalProvider.create(shop / "provider.key")
        under = {
            "--passphrase-file": ({"passphrase": "hunter2", **FAST}, "passphrase"),
            "--provider-key": ({"provider": provider}, "provider.key"),
            "--provider": (None, "vault:provider"),
        }
        protection, opener = under[way]
        if protection is None:
            made = "import vault, ironlatch.keyring as k; k.Keyring.create('outer.keyring', provider=vault.provider()).create_key('k')"
            subprocess.run([sys.executable, "-c", made], cwd=shop, check=True)
            # In a process that knows the provider.
            inner = (
                "import vault, ironlatch.keyring as k; outer = k.Keyring.open('outer.keyring', provider=vault.provider());"
                "k.Keyring.open('app.keyring', passphrase='hunter2').rewrap(keyring_key=outer['k'])"
            )
            subprocess.run([sys.executable, "-c", inner], cwd=shop, check=True)
        else:
            key = Keyring.create(shop / "outer.keyring", **protection).create_key("k")
            Keyring.open(shop / "app.keyring", passphrase="hunter2").rewrap(keyring_key=key)
        assert written(shop, "--under", "outer.keyring", "--under-key", "k", way, opener) == 200
        failed = rotate(shop, "plan.toml", "--under", "outer.keyring", "--under-key", "other", way, opener, code=1)
        assert "other" in failed.stderr
        rotate(shop, "plan.toml", way, opener, "--under", "outer.keyring", code=2)

    def test_a_key_of_a_keyring_whose_passphrase_is_asked_for(self, shop: Path) -> None:
        key = Keyring.create(shop / "outer.keyring", passphrase="tr0ub4dor", **FAST).create_key("k")
        Keyring.open(shop / "app.keyring", passphrase="hunter2").rewrap(keyring_key=key)
        command = [sys.executable, "-m", "ironlatch", "rotate", "plan.toml", "--under", "outer.keyring"]
        shown, code = at_terminal([*command, "--under-key", "k"], [b"tr0ub4dor\n"], shop)
        assert "Passphrase of outer.keyring: " in shown
        assert "200 re-encrypted" in shown
        assert code == 0

    def test_a_provider_of_ones_own(self, shop: Path) -> None:
        (shop / "vault.py").write_text(VAULT)
        script = (
            "import vault, ironlatch.keyring as k;"
            "k.Keyring.open('app.keyring', passphrase='hunter2').rewrap(provider=vault.provider())"
        )
        subprocess.run([sys.executable, "-c", script], cwd=shop, check=True)

        def said(provider: str, code: int = 1, **environment: str) -> str:
            done = rotate(shop, "plan.toml", "--provider", provider, code=code, **environment)
            assert "Traceback" not in done.stderr
            return done.stderr

        assert "vault:nothing is not there" in said("vault:nothing")
        assert "No module named 'volt'" in said("volt:provider")
        assert "module:function" in said("vault", code=2)
        assert "made no KeyProvider, but int" in said("vault:number")
        assert "vault:broken was not made: KeyError: 'VAULT_TOKEN'" in said("vault:broken")
        assert "vault is sealed" in said("vault:sealed")
        assert "No module named 'vault'" in said("vault:provider", PYTHONSAFEPATH="1")
        assert written(shop, "--provider", "vault:provider") == 200

    def test_the_console_script_finds_a_provider_in_the_current_directory(self, shop: Path) -> None:
        """Its first place for modules is the folder that it is in, unlike that of ``python -m``."""
        (shop / "vault.py").write_text(VAULT)
        (shop / "sqlite3.py").write_text("raise RuntimeError('this is not the module of the library')\n")
        (shop / "bin").mkdir()
        (shop / "bin" / "ironlatch").write_text("from ironlatch.__main__ import main\nmain()\n")
        script = (
            "import vault, ironlatch.keyring as k;"
            "k.Keyring.open('app.keyring', passphrase='hunter2').rewrap(provider=vault.provider())"
        )
        subprocess.run([sys.executable, "-c", script], cwd=shop, check=True)
        command = [sys.executable, "bin/ironlatch", "rotate", "plan.toml", "--provider", "vault:provider"]
        done = subprocess.run(command, cwd=shop, capture_output=True, text=True, timeout=60)
        assert "200 re-encrypted" in done.stdout, done.stderr

    def test_two_ways_are_one_too_many(self, shop: Path) -> None:
        ways = {"--passphrase-file": "passphrase", "--passphrase-fd": "0", "--provider-key": "k", "--provider": "m:f"}
        for first, second in itertools.combinations(ways, 2):
            refused = rotate(shop, "plan.toml", first, ways[first], second, ways[second], code=2)
            assert "cannot be used with" in refused.stderr


def test_writers_that_go_on_under_an_old_version(shop: Path) -> None:
    """Each round finds rows of theirs, until it is given up: somebody has to look after the
    writers.
    """
    db = sqlite3.connect(shop / "shop.db", isolation_level=None)
    old = db.execute("select code from recovery_code where id = 5").fetchone()
    rounds = []

    def write_as_before(round: int, done: int, total: int | None) -> None:
        rounds.append(round)
        db.execute("update recovery_code set code = ? where id = 5", old)

    def run(show: Any) -> Any:
        return _command.run(
            plan=shop / "plan.toml", database=None, keyring=None, passphrase_file=shop / "passphrase",
            passphrase_fd=None, iterations=3, lanes=4, memory_cost=65_536, provider_key=None, provider=None, under=None, under_key=None, status=False,
            dry_run=False, examine=False, stop_on_error=False, batch=1000, pause=0.0, patience=10.0, json=True, show=show,
        )  # fmt: skip

    printed, trouble, code = run(write_as_before)
    report = json.loads(printed)
    assert rounds == list(range(1, 21))
    assert (report["rounds"], report["left"], report["changed_meanwhile"], report["written"]) == (20, 1, 0, 218)
    assert (report["finished"], report["complete"]) == (True, False)
    assert [version["values"] for version in columns(printed)[0]["versions"]] == [199, 1]
    assert code == 1
    assert trouble[0].startswith("1 row is still to be done: somebody still writes under an old version")
    assert "reload the keyring" in trouble[1]
    printed, trouble, code = run(lambda *_: None)
    report = json.loads(printed)
    assert (report["complete"], report["written"], report["left"], trouble, code) == (True, 1, 0, None, 0)


@pytest.mark.parametrize(
    "name", ["a.db", "a b.db", "a#b.db", "a?mode=memory", "a%41.db", "ü.db", "file:x", "http:", "\udcff.db"]
)
def test_the_database_of_a_url_is_the_file_that_it_names(name: str, tmp_path: Path) -> None:
    """No part of the name is taken for another part of the URL, and no part of the URL is lost."""
    with contextlib.closing(sqlite3.connect(os.fsencode(tmp_path / name))) as made:
        made.execute("create table its_own (id integer)")
    quoted = urllib.parse.quote(os.fsencode(name))
    for url in (
        f"sqlite:///{quoted}",
        f"sqlite:///{urllib.parse.quote(os.fsencode(tmp_path))}/{quoted}",
        f"SQLite:////{os.fsdecode(tmp_path)}/{quoted}",
    ):
        with contextlib.closing(connector(url, tmp_path)()) as connection:
            assert connection.execute("select name from sqlite_master").fetchall() == [("its_own",)]
    before = sorted(os.listdir(os.fsencode(tmp_path)))
    for url in (
        f"sqlite:///{quoted}#x",
        f"sqlite:///{quoted}?mode=ro",
        f"sqlite://host/{quoted}",
        f"sqlite:{quoted}",
        f"sqlite:/{quoted}",
        f"sqlite:///{quoted}%00",
        "sqlite:///",
        f"file:///{quoted}",
        quoted,
        "",
    ):
        with pytest.raises(UrlError):
            connector(url, tmp_path)
    assert sorted(os.listdir(os.fsencode(tmp_path))) == before


def test_a_password_in_the_url_is_refused(shop: Path) -> None:
    for url in (
        "postgresql://ada:hunter2@localhost/shop",
        "postgresql://localhost/shop?password=hunter2",
        "host=localhost password=hunter2",
    ):
        said = rotate(shop, *OPEN, "--database", url, code=2).stderr
        assert "holds a password" in said
        assert "hunter2" not in said


def test_postgresql(shop: Path, database: Any) -> None:
    ring = Keyring.open(shop / "app.keyring", passphrase="hunter2")
    cipher = FieldCipher(ring["customers"], "recovery_code", "code", str)
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("CREATE TABLE recovery_code (id bigint PRIMARY KEY, code bytea, code_index bigint)")
        connection.cursor().executemany(
            "INSERT INTO recovery_code (id, code) VALUES (%s, %s)", [(id, cipher.encrypt("x", id)) for id in range(100)]
        )
    ring.rotate("customers")
    (shop / "plan.toml").write_text(PLAN.replace("bits = 64", "bits = 48"))
    url = f"postgresql://{database.user}@/{database.name}?host={database.host}&port={database.port}"
    report = json.loads(rotate(shop, *OPEN, "--database", url, "--json").stdout)
    assert (report["complete"], report["written"], report["database"]) == (True, 100, "PostgreSQL")
    assert "cannot connect" in rotate(shop, *OPEN, "--database", url.replace("/test", "/no"), code=1).stderr


def test_ctrl_c(shop: Path) -> None:
    command = [sys.executable, "-m", "ironlatch", "rotate", *OPEN, "--batch", "1", "--pause", "0.2"]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        db = sqlite3.connect(shop / "shop.db")
        while db.execute("select count(code_index) from recovery_code").fetchone()[0] < 2:
            time.sleep(0.05)
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "running it again goes on" in said
    assert "Traceback" not in said
    assert "re-encrypted" in rotate(shop, *OPEN).stdout
