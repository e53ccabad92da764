"""A writer in a process of its own, which stops after the first thing that it draws of a key: see
`test_rotation_versions`.

Takes the keyring, the database, the name of a way to write, and after how many draws to stop.
Prints "drawn" when it stops, and goes on when it gets a line.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import Keyring

DRAWS = {
    "encrypt",
    "encrypt_many",
    "encrypt_arrow",
    "reencrypt",
    "token",
    "tokens_many",
    "tokens_arrow",
}
"""The calls that ask a key for its primary version. All of them are functions of Rust."""

OLD, NEW = "old@example.com", "new@example.com"


def stop_after(draws: int) -> None:
    """Stops this thread after this number of draws from now on."""
    left = draws

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        if event == "c_return" and getattr(argument, "__name__", "") in DRAWS and _is_ours(argument):
            left -= 1
            if left == 0:
                sys.setprofile(None)
                print("drawn", flush=True)
                sys.stdin.readline()

    sys.setprofile(watch)


def _is_ours(function: Any) -> bool:
    return isinstance(getattr(function, "__self__", None), FieldCipher | BlindIndex)


def columns(ring: Keyring) -> tuple[FieldCipher, BlindIndex]:
    key = ring["customers"]
    return (
        FieldCipher(key, table="customer", column="email"),
        BlindIndex(key, table="customer", column="email", bits=128),
    )


def plain(ring: Keyring, path: str) -> tuple[Callable[[], None], Callable[[], None]]:
    cipher, index = columns(ring)
    database = sqlite3.connect(path, timeout=20)

    def write() -> None:
        stored = cipher.encrypt(NEW)
        token = index.token(NEW, beside=stored)
        database.execute("INSERT INTO customer (id, email, email_index) VALUES (1, ?, ?)", (stored, token))
        database.commit()

    return lambda: None, write


def arrow(ring: Keyring, path: str) -> tuple[Callable[[], None], Callable[[], None]]:
    import pyarrow as pa

    cipher, index = columns(ring)
    database = sqlite3.connect(path, timeout=20)

    def write() -> None:
        values = pa.array([NEW])
        stored = pa.array(cipher.encrypt_arrow(values))
        tokens = pa.array(index.tokens_arrow(values, beside=stored))
        row = (stored[0].as_py(), tokens[0].as_py())
        database.execute("INSERT INTO customer (id, email, email_index) VALUES (1, ?, ?)", row)
        database.commit()

    return lambda: None, write


def psycopg(ring: Keyring, conninfo: str) -> tuple[Callable[[], None], Callable[[], None]]:
    import psycopg as driver
    from ironlatch.fields.psycopg import Encrypted, IndexToken, register

    cipher, index = columns(ring)
    connection = driver.connect(conninfo, autocommit=True)
    register(connection)

    def write() -> None:
        email = Encrypted(cipher, NEW)
        connection.execute(
            "INSERT INTO customer (id, email_index, email) VALUES (1, %s, %s)", (IndexToken(index, email), email)
        )

    return lambda: None, write


def sqlalchemy(how: str) -> Callable[[Keyring, str], tuple[Callable[[], None], Callable[[], None]]]:
    def make(ring: Keyring, path: str) -> tuple[Callable[[], None], Callable[[], None]]:
        import sqlalchemy as sa
        from ironlatch.fields.sqlalchemy import Encrypted, RowBound, blind_index
        from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

        class Base(DeclarativeBase):
            pass

        class Customer(Base):
            __tablename__ = "customer"
            id = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
            if how.startswith("row"):
                email = RowBound(ring["customers"], str)
            else:
                email = mapped_column(Encrypted(ring["customers"], str))
            email_index = blind_index("email", bits=128, index=False)

        engine = sa.create_engine(f"sqlite:///{path}")
        session = Session(engine)

        def prepare() -> None:
            if how.endswith(("update", "renamed")):
                session.add(Customer(id=1, email=OLD))
                session.commit()
                session.get_one(Customer, 1)

        def write() -> None:
            match how:
                case "core insert":
                    session.execute(sa.insert(Customer.__table__).values(id=1, email=NEW))
                case "core insert many":
                    session.execute(sa.insert(Customer.__table__), [{"id": id, "email": NEW} for id in (1, 2, 3)])
                case "core insert rows":
                    session.execute(sa.insert(Customer.__table__).values([{"id": id, "email": NEW} for id in (1, 2)]))
                case "core update":
                    session.execute(sa.update(Customer.__table__).values(email=NEW))
                case "core many update":
                    statement = sa.update(Customer.__table__).where(Customer.__table__.c.id == sa.bindparam("which"))
                    session.execute(statement.values(email=sa.bindparam("to")), {"which": 1, "to": NEW})
                case "orm insert" | "row insert":
                    session.add_all([Customer(id=1, email=NEW), Customer(id=2, email=NEW)])
                case "orm update" | "row update":
                    session.get_one(Customer, 1).email = NEW
                case "row renamed":
                    session.get_one(Customer, 1).id = 7
            session.commit()

        return prepare, write

    return make


def django(how: str) -> Callable[[Keyring, str], tuple[Callable[[], None], Callable[[], None]]]:
    def make(ring: Keyring, path: str) -> tuple[Callable[[], None], Callable[[], None]]:
        import django as framework
        from django.conf import settings

        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}},
            IRONLATCH={"KEYRING": ring, "KEY": "customers"},
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
        framework.setup()
        from django.db import OperationalError, models
        from ironlatch.fields.django import BlindIndexField, EncryptedTextField

        bind_row = how.startswith("row")

        class Customer(models.Model):
            id = models.IntegerField(primary_key=True)
            if "index first" in how:
                email_index = BlindIndexField(of="email", bits=128, db_index=False)
            email = EncryptedTextField(null=True, bind_row=bind_row)
            if "index first" not in how:
                email_index = BlindIndexField(of="email", bits=128, db_index=False)

            class Meta:
                app_label = "shop"
                db_table = "customer"

        def prepare() -> None:
            if how.endswith("update"):
                Customer.objects.create(id=1, email=OLD)

        def write() -> None:
            both = ["email", "email_index"]
            if how.endswith("insert"):
                Customer.objects.create(id=1, email=NEW)
            elif how.endswith("bulk create"):
                Customer.objects.bulk_create([Customer(id=id, email=NEW) for id in (1, 2, 3)])
            elif how.endswith("save update"):
                one = Customer.objects.get(id=1)
                one.email = NEW
                one.save()
            elif how.endswith("bulk update"):
                one = Customer.objects.get(id=1)
                one.email = NEW
                again(lambda: Customer.objects.bulk_update([one], both))
            else:
                again(lambda: Customer.objects.filter(id=1).update(email=NEW, email_index=NEW))

        def again(work: Callable[[], Any]) -> None:
            try:
                work()
            except OperationalError as error:
                untouched = Customer.objects.get(id=1).email == OLD and "nothing was written" in str(error)
                print("refused" if untouched else "failed", flush=True)
                work()

        return prepare, write

    return make


WAYS: dict[str, Callable[[Keyring, str], tuple[Callable[[], None], Callable[[], None]]]] = {
    "plain": plain,
    "arrow": arrow,
    "psycopg": psycopg,
    **{
        f"sqlalchemy {how}": sqlalchemy(how)
        for how in (
            "core insert",
            "core insert many",
            "core insert rows",
            "core update",
            "core many update",
            "orm insert",
            "orm update",
            "row insert",
            "row update",
            "row renamed",
        )
    },
    **{
        f"django {how}": django(how)
        for how in (
            "insert",
            "index first insert",
            "row insert",
            "bulk create",
            "save update",
            "index first save update",
            "row save update",
            "bulk update",
            "update",
        )
    },
}


def main() -> None:
    keyring, database, way, draws = sys.argv[1:]
    ring = Keyring.open(Path(keyring), passphrase="correct horse")
    prepare, write = WAYS[way](ring, database)
    prepare()
    stop_after(int(draws))
    write()
    sys.setprofile(None)
    print("written", flush=True)


if __name__ == "__main__":
    main()
