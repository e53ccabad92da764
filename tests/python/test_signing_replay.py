"""Replay stores over a database, and what threads, processes and crashes do to them."""

from __future__ import annotations

import hmac
import json
import multiprocessing
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ironlatch.signing import Key, ReplayCheckFailed, Replayed, RequestSigner, RequestVerifier
from ironlatch.signing.replay import MemoryReplayStore, ReplayStore, SQLiteReplayStore
from ironlatch.signing.tokens import SignedTokens

FUTURE, NOW = 2**40, 2**30


def test_it_survives_a_restart(tmp_path: Path) -> None:
    key, url = Key.generate(), "https://example.com/"
    headers = RequestSigner(key).sign("GET", url)
    with SQLiteReplayStore(tmp_path / "replay.db") as store:
        RequestVerifier(key, authorities=["example.com"], replay_store=store).verify("GET", url, headers)
    with SQLiteReplayStore(tmp_path / "replay.db") as store, pytest.raises(Replayed):
        RequestVerifier(key, authorities=["example.com"], replay_store=store).verify("GET", url, headers)


def test_what_a_verifier_calls_a_key_makes_no_other_message(tmp_path: Path) -> None:
    secret, now = os.urandom(32), int(time.time())
    names = [Key.from_secret(secret, id=name) for name in ("a", "b")]
    store = SQLiteReplayStore(tmp_path / "replay.db")

    tokens = [SignedTokens(key, "test", replay_store=store) for key in names]
    head, payload, _ = tokens[0].sign({}, valid_for=60).split(".")
    nameless = json.loads(urlsafe_b64decode(head + "=="))
    del nameless["kid"]  # as others make them
    signed = f"{urlsafe_b64encode(json.dumps(nameless).encode()).decode().rstrip('=')}.{payload}"
    code = hmac.digest(secret, signed.encode(), "sha256")
    token = f"{signed}.{urlsafe_b64encode(code).decode().rstrip('=')}"
    tokens[0].verify(token)
    with pytest.raises(Replayed):
        tokens[1].verify(token)

    parameters = f'("@method" "@target-uri");created={now};expires={now + 60};nonce="n"'
    base = f'"@method": GET\n"@target-uri": https://example.com/\n"@signature-params": {parameters}'
    code = b64encode(hmac.digest(secret, base.encode(), "sha256")).decode()
    nameless_fields = {"Signature-Input": f"s={parameters}", "Signature": f"s=:{code}:"}
    url = "https://example.com/"
    for fields, keys in (
        (nameless_fields, names),
        (RequestSigner(names[0]).sign("GET", url), [lambda _, key=key: key for key in names]),  # looked up elsewhere
    ):
        verifiers = [RequestVerifier(key, authorities=["example.com"], replay_store=store) for key in keys]
        verifiers[0].verify("GET", url, fields)
        with pytest.raises(Replayed):
            verifiers[1].verify("GET", url, fields)


def test_it_forgets_in_time(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    with SQLiteReplayStore(path) as store:
        assert store.remember("old", NOW, NOW)
        assert store.remember("new", FUTURE, NOW)
    with SQLiteReplayStore(path) as store:
        assert not store.remember("old", NOW, NOW)
        assert not store.remember("new", FUTURE, NOW + 1)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT id FROM replay").fetchall() == [("new",)]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_an_id_that_comes_again_is_kept_for_longer(kind: str, tmp_path: Path) -> None:
    store: ReplayStore = MemoryReplayStore() if kind == "memory" else SQLiteReplayStore(tmp_path / "replay.db")
    assert store.remember("a", NOW + 5, NOW)
    assert not store.remember("a", NOW + 9, NOW)
    assert not store.remember("a", NOW + 3, NOW + 1)
    assert not store.remember("a", NOW + 9, NOW + 9)
    assert store.remember("a", NOW + 10, NOW + 10)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_of_many_threads_one_is_first(kind: str, tmp_path: Path) -> None:
    store: ReplayStore = MemoryReplayStore() if kind == "memory" else SQLiteReplayStore(tmp_path / "replay.db")
    with ThreadPoolExecutor(8) as pool:
        for round in range(20):
            assert sum(pool.map(store.remember, [str(round)] * 8, [FUTURE] * 8, [NOW] * 8)) == 1


def _remember(path: str) -> list[bool]:
    with SQLiteReplayStore(path) as store:
        return [store.remember(str(number), FUTURE, NOW) for number in range(50)]


def test_of_many_processes_one_is_first(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        results = pool.map(_remember, [str(tmp_path / "replay.db")] * 3)
    assert [sum(firsts) for firsts in zip(*results, strict=True)] == [1] * 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_opens_its_own(tmp_path: Path) -> None:
    store = SQLiteReplayStore(tmp_path / "replay.db")
    assert store.remember("a", FUTURE, NOW)
    child = os.fork()
    if child == 0:
        os._exit(0 if not store.remember("a", FUTURE, NOW) and store.remember("b", FUTURE, NOW) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert not store.remember("b", FUTURE, NOW)


KILLED = """
import sys
from ironlatch.signing.replay import SQLiteReplayStore
store = SQLiteReplayStore(sys.argv[1])
number = 0
while True:
    store.remember(str(number), 2**40, 2**30)
    print(number, flush=True)
    number += 1
"""


def test_what_was_told_is_kept_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "python")}
    process = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    with SQLiteReplayStore(path) as store:
        for line in told:
            if line.endswith("\n"):
                assert not store.remember(line.strip(), FUTURE, NOW)


def test_what_cannot_be_kept_is_not_accepted(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    store = SQLiteReplayStore(path, timeout=0.05)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ReplayCheckFailed, match="locked"):
            store.remember("a", FUTURE, NOW)
        other.execute("ROLLBACK")
    other.close()
    assert store.remember("a", FUTURE, NOW)
    store.close()
    assert not store.remember("a", FUTURE, NOW)
    # A full disk: the file may not grow.
    with sqlite3.connect(path) as other:
        pages = other.execute("PRAGMA page_count").fetchone()[0]
    other.close()
    store._open().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ReplayCheckFailed, match="full"):
        _ = [store.remember("b" * 100 + str(number), FUTURE, NOW) for number in range(10_000)]
    with pytest.raises(FileNotFoundError):
        SQLiteReplayStore(tmp_path / "nowhere" / "replay.db")


def test_a_full_disk_accepts_nothing_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    told: list[str] = []
    with SQLiteReplayStore(path) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, limit[1]))
        try:
            with pytest.raises(ReplayCheckFailed, match="nothing is accepted until it can be"):
                told.extend(str(number) for number in range(10_000) if store.remember(str(number), FUTURE, NOW))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert told
        assert not any(store.remember(id, FUTURE, NOW) for id in told)
        assert store.remember("more", FUTURE, NOW)


def test_a_damaged_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    with SQLiteReplayStore(path) as store:
        store.remember("a", FUTURE, NOW)
    path.write_bytes(b"this is no database, and long enough to be taken for one " * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        SQLiteReplayStore(path)
