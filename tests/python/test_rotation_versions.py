"""Value and token of a row are under one version of the key, whatever a rotation in another process
does in between.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import versions_writer
from ironlatch.fields import FieldCipher
from ironlatch.keyring import Keyring
from ironlatch.rotation import Column, rotate_table, table_status
from versions_writer import NEW, OLD, WAYS

LOOKED_AGAIN = 2.1
"""Seconds after which a process looks at the keyring's file again."""


@pytest.mark.parametrize("draws", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_a_rotation_between_value_and_token(way: str, draws: int, tmp_path: Path, request: Any) -> None:
    ring = Keyring.create(tmp_path / "ring", passphrase="correct horse")
    old = ring.create_key("customers").primary.id
    cipher, index = versions_writer.columns(ring)
    if way == "psycopg":
        place = request.getfixturevalue("database").conninfo
        connect = lambda: psycopg.connect(place)  # noqa: E731
        kind = "bytea"
    else:
        place = str(tmp_path / "shop.db")
        connect = lambda: sqlite3.connect(place, timeout=20)  # noqa: E731
        kind = "blob"
    bound = "id" if " row " in way else None
    columns = [Column("email", cipher, indexes={"email_index": index}, row=bound)]
    first = connect()
    first.execute(f"CREATE TABLE customer (id integer PRIMARY KEY, email {kind}, email_index {kind})")
    first.commit()
    first.close()

    def rows() -> list[tuple[int, bytes, bytes]]:
        connection = connect()
        found = connection.execute("SELECT id, email, email_index FROM customer ORDER BY id").fetchall()
        connection.close()
        return found

    command = [sys.executable, versions_writer.__file__, tmp_path / "ring", place, way, str(draws)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        said = writer.stdout.readline()
        if said == "written\n":
            assert draws > 1  # It draws fewer times.
            return
        assert said == "drawn\n"
        ring.rotate("customers")
        assert rotate_table(connect, table="customer", columns=columns).complete
        time.sleep(LOOKED_AGAIN)
        writer.stdin.write("\n")
        writer.stdin.flush()
        said = writer.stdout.read().split()
        assert said in (["written"], ["refused", "written"])
        assert said == ["written"] or way in ("django bulk update", "django update")

    found = rows()
    assert found
    stale = 0
    for id, stored, token in found:
        value = cipher.decrypt(stored, id if bound else None)
        assert value == (OLD if way.endswith("renamed") else NEW)
        # The value's header tells the truth about its token.
        assert token == index.token(value, beside=stored)
        stale += FieldCipher.version_id(stored) == old
    status = table_status(connect, table="customer", columns=columns)
    assert status.columns[0].old == stale
    report = rotate_table(connect, table="customer", columns=columns)
    assert (report.complete, report.written) == (True, stale)
    ring.disable("customers", old)
    wanted = index.tokens(found and cipher.decrypt(rows()[0][1], rows()[0][0] if bound else None))
    assert [id for id, _, token in rows() if token in wanted] == [id for id, _, _ in found]
