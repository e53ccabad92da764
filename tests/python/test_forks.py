"""Forks: every object that holds a counter, a lock or an open file. docs/forks.md lists them."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from ironlatch import secrets
from ironlatch._native.fs import FileLock
from ironlatch.cobblestone import Cobblestone128Decryptor, Cobblestone128Encryptor
from ironlatch.files import EncryptingWriter, Identity, decrypt, decrypt_file, encrypt, open_encrypted
from ironlatch.hazmat.primitives.ciphers import Cipher
from ironlatch.hazmat.primitives.ciphers.algorithms import AES
from ironlatch.hazmat.primitives.ciphers.modes import CTR
from ironlatch.signing import Key, ReplayCheckFailed, RequestSigner, RequestVerifier
from ironlatch.signing.replay import MemoryReplayStore, SQLiteReplayStore

FUTURE, NOW = 2**40, 2**30

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def in_child(work: Callable[[], object], timeout: float = 30) -> None:
    """Runs ``work`` in a child, and fails with what it raises, or if it does not end."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            work()
        except BaseException as error:
            said = f"{error.__class__.__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(1 if said else 0)
    os.close(writer)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            with open(reader, encoding="utf-8") as pipe:
                said = pipe.read()
            assert status == 0, said
            return
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(reader)
    pytest.fail("the child hung")


def refused(work: Callable[[], object], match: str) -> Callable[[], None]:
    def check() -> None:
        with pytest.raises(RuntimeError, match=match):
            work()

    return check


def test_random_bytes_differ() -> None:
    secrets.token_bytes(32)
    reader, writer = os.pipe()
    in_child(lambda: os.write(writer, secrets.token_bytes(32)))
    os.close(writer)
    with open(reader, "rb") as pipe:
        assert pipe.read() != secrets.token_bytes(32)


class TestWriters:
    def test_a_file_is_its_parents(self, tmp_path: Path) -> None:
        identity, path = Identity.generate(), tmp_path / "file.age"
        writer = open_encrypted(path, "wb", recipients=[identity.recipient])
        writer.write(b"a" * 70_000)
        match = "begun before this process was forked off"
        in_child(refused(lambda: writer.write(b"b"), match))
        in_child(refused(writer.close, match))
        in_child(writer.discard)
        assert not path.exists()
        writer.write(b"c")
        writer.close()
        assert decrypt_file_bytes(path, identity) == b"a" * 70_000 + b"c"
        assert len(os.listdir(tmp_path)) == 1

    def test_nothing_of_a_child_reaches_a_file_object(self) -> None:
        identity, target = Identity.generate(), io.BytesIO()
        writer = open_encrypted(target, "wb", recipients=[identity.recipient])
        writer.write(b"parent")
        begun = target.getvalue()

        def child() -> None:
            refused(lambda: writer.write(b"x" * 200_000), "the same key and nonces")()
            refused(writer.close, "the same key and nonces")()
            assert target.getvalue() == begun

        in_child(child)
        # A child of a child neither; and one that begins its own.
        in_child(lambda: in_child(child))
        in_child(lambda: encrypt_and_check(identity))
        writer.close()
        assert decrypt(target.getvalue(), identities=[identity]) == b"parent"

    def test_a_with_block_in_a_child_raises(self, tmp_path: Path) -> None:
        def child(writer: EncryptingWriter) -> None:
            with writer:
                pass

        with open_encrypted(tmp_path / "file.age", "wb", passphrase="correct horse") as writer:
            writer.write(b"parent")
            in_child(refused(lambda: child(writer), "forked"))
        assert (tmp_path / "file.age").exists()


def encrypt_and_check(identity: Identity) -> None:
    assert decrypt(encrypt(b"mine", recipients=[identity.recipient]), identities=[identity]) == b"mine"


def decrypt_file_bytes(path: Path, identity: Identity) -> bytes:
    decrypt_file(path, path.parent / "plain", identities=[identity])
    plain = (path.parent / "plain").read_bytes()
    (path.parent / "plain").unlink()
    return plain


def test_cobblestone_encryptors() -> None:
    key = Cobblestone128Encryptor.generate_key()
    encryptor = Cobblestone128Encryptor(key, b"context")
    sealed = encryptor.update(b"a" * 40_000)
    match = "the same key and nonces"
    in_child(refused(lambda: encryptor.update(b"b"), match))
    in_child(refused(encryptor.finalize, match))
    sealed += encryptor.update(b"c") + encryptor.finalize()

    def opened() -> bytes:
        decryptor = Cobblestone128Decryptor(key, b"context")
        return decryptor.update(sealed) + decryptor.finalize()

    assert opened() == b"a" * 40_000 + b"c"
    # Decrypting in both does no harm.
    decryptor = Cobblestone128Decryptor(key, b"context")
    first = decryptor.update(sealed[:20_000])

    def child() -> None:
        assert first + decryptor.update(sealed[20_000:]) + decryptor.finalize() == opened()

    in_child(child)
    assert first + decryptor.update(sealed[20_000:]) + decryptor.finalize() == opened()


def test_readers_read_on_apart(tmp_path: Path) -> None:
    data = os.urandom(1_000_000)
    identity, path = Identity.generate(), tmp_path / "file.age"
    with open_encrypted(path, "wb", recipients=[identity.recipient]) as writer:
        writer.write(data)
    with open_encrypted(path, identities=[identity]) as reader:
        assert reader.read(100_000) == data[:100_000]

        def child() -> None:
            assert reader.read(300_000) == data[100_000:400_000]
            reader.seek(900_000)
            assert reader.read() == data[900_000:]

        in_child(child)
        assert reader.read() == data[100_000:]


def test_cipher_contexts_are_copies_as_in_the_peer() -> None:
    # One of the two processes may go on, as a server that forks for a connection does. Both must
    # not.
    context = Cipher(AES(bytes(16)), CTR(bytes(16))).encryptor()
    context.update(b"a" * 10)
    in_child(lambda: context.update(b"b" * 10))
    assert len(context.update(b"c" * 10)) == 10


class TestReplayStores:
    def test_in_memory(self) -> None:
        store = MemoryReplayStore()
        assert store.remember("a", FUTURE, NOW)

        def child() -> None:
            for id in ("a", "b"):
                with pytest.raises(ReplayCheckFailed, match="does not see what other processes accept"):
                    store.remember(id, FUTURE, NOW)
            assert MemoryReplayStore().remember("a", FUTURE, NOW)

        in_child(child)
        assert store.remember("b", FUTURE, NOW)

    def test_in_a_verifier(self) -> None:
        key, url = Key.generate(), "https://example.com/"
        verifier = RequestVerifier(key, authorities=["example.com"])
        headers = RequestSigner(key).sign("GET", url)

        def child() -> None:
            with pytest.raises(ReplayCheckFailed, match="SQLiteReplayStore"):
                verifier.verify("GET", url, headers)

        in_child(child)
        verifier.verify("GET", url, headers)

    def test_sqlite_is_opened_by_each(self, tmp_path: Path) -> None:
        store = SQLiteReplayStore(tmp_path / "replay.db")
        assert store.remember("a", FUTURE, NOW)

        def child() -> None:
            assert not store.remember("a", FUTURE, NOW)
            assert store.remember("b", FUTURE, NOW)
            in_child(lambda: store.remember("c", FUTURE, NOW))

        in_child(child)
        assert not store.remember("b", FUTURE, NOW)
        assert not store.remember("c", FUTURE, NOW)
        store.close()

    def test_sqlite_takes_locks_of_its_own_in_a_child(self, tmp_path: Path) -> None:
        path = tmp_path / "replay.db"
        store = SQLiteReplayStore(path, timeout=0.2)
        assert store.remember("a", FUTURE, NOW)

        def child() -> None:
            # A third process, which knows of no other locks than the system's.
            blocker = (
                f"import sqlite3; c = sqlite3.connect({str(path)!r}, isolation_level=None); "
                "c.execute('BEGIN EXCLUSIVE'); print('now', flush=True); input()"
            )
            with subprocess.Popen(
                [sys.executable, "-c", blocker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as other:
                assert other.stdout is not None
                other.stdout.readline()
                with pytest.raises(ReplayCheckFailed, match="locked"):
                    store.remember("b", FUTURE, NOW)
                other.communicate("\n")
            assert store.remember("b", FUTURE, NOW)
            # As a writer, this process keeps others out.
            store._open().execute("BEGIN IMMEDIATE")
            code = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
            outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
            assert "locked" in outcome.stderr
            store._open().execute("ROLLBACK")

        in_child(child)
        store.close()

    def test_sqlite_does_not_hang_when_other_threads_ask(self, tmp_path: Path) -> None:
        # SQLite serves no queue: next to three busy threads a child may have to wait long on a busy
        # machine.
        store, stop = SQLiteReplayStore(tmp_path / "replay.db", timeout=60), threading.Event()

        def ask() -> None:
            number = 0
            while not stop.is_set():
                store.remember(f"{threading.get_ident()} {number}", FUTURE, NOW)
                number += 1

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for number in range(15):
                in_child(lambda number=number: store.remember(f"child {number}", FUTURE, NOW))  # type: ignore[misc]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert not any(store.remember(f"child {number}", FUTURE, NOW) for number in range(15))
        with sqlite3.connect(tmp_path / "replay.db") as check:
            assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()

    def test_sqlite_when_a_signal_handler_forks_in_the_middle_of_a_question(self, tmp_path: Path) -> None:
        store, children = SQLiteReplayStore(tmp_path / "replay.db"), []

        def handler(*_: object) -> None:
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if store.remember(f"child {os.getpid()}", FUTURE, NOW) else 1)
                finally:
                    os._exit(2)
            children.append(child)

        before = signal.signal(signal.SIGALRM, handler)
        try:
            for number in range(200):
                # One at a time: a fork of a large process takes longer than the time between two,
                # and each would begin before the last one has returned.
                if number % 10 == 0:
                    signal.setitimer(signal.ITIMER_REAL, 0.0002 * (1 + number % 7))
                try:
                    assert store.remember(f"parent {number}", FUTURE, NOW)
                except ReplayCheckFailed:  # its connection was closed under its hands: nothing was accepted
                    continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)
        assert store.remember("after", FUTURE, NOW)

    @pytest.mark.parametrize("is_open", [False, True])
    @pytest.mark.parametrize("name", ["_open", "remember"])
    def test_sqlite_when_a_fork_comes_between_any_two_lines(self, tmp_path: Path, name: str, is_open: bool) -> None:
        # What a signal handler does at a random moment, at each line and call in turn.
        code, at = getattr(SQLiteReplayStore, name).__code__, 0

        def forking(frame: FrameType, event: str, _: object) -> Any:
            nonlocal count
            if frame.f_code is code:
                count += 1
                if count == at:
                    in_child(lambda: store.remember(f"child {at}", FUTURE, NOW))
            return forking

        for wanted in range(1, 60):
            at, count = wanted, 0
            store = SQLiteReplayStore(tmp_path / f"{wanted}.db")
            if is_open:
                store.remember("before", FUTURE, NOW)
            sys.settrace(forking)
            try:
                store.remember("parent", FUTURE, NOW)
            except ReplayCheckFailed:  # its connection was closed
                pass
            finally:
                sys.settrace(None)
            assert store.remember("after", FUTURE, NOW)
            store.close()
            if count < wanted:
                break
        else:
            pytest.fail("the end was not reached")
        assert wanted > 2

    def test_sqlite_after_a_fork_that_python_did_not_see(self, tmp_path: Path) -> None:
        store = SQLiteReplayStore(tmp_path / "replay.db")
        store.remember("a", FUTURE, NOW)
        store._process = os.getpid() + 1
        with pytest.raises(ReplayCheckFailed, match=r"not by os\.fork"):
            store.remember("b", FUTURE, NOW)
        store.close()
        assert store._connection is not None, "closing it would take part in the parent's locks"
        store._process = os.getpid()
        store.close()

    def test_sqlite_stays_where_it_is(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        store = SQLiteReplayStore("replay.db")
        assert store.remember("a", FUTURE, NOW)

        def child() -> None:
            os.chdir("/")
            assert not store.remember("a", FUTURE, NOW)

        in_child(child)
        for path in (":memory:", ""):
            with pytest.raises(ValueError, match="MemoryReplayStore"):
                SQLiteReplayStore(path)


def test_a_lock_is_not_inherited(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock: Any = FileLock.attempt(path)
    assert isinstance(lock, FileLock)
    assert FileLock.attempt(path) == str(os.getpid())
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        lock.release()
        os.read(reader, 1)  # until the parent has looked
        os._exit(0)
    os.close(reader)
    time.sleep(0.1)
    # The child removed nothing, and has not released locks that are not its own.
    assert FileLock.attempt(path) == str(os.getpid())
    lock.release()
    again = FileLock.attempt(path)
    assert isinstance(again, FileLock), "the child, which still runs, has no lock"
    again.release()
    os.close(writer)
    assert os.waitpid(child, 0)[1] == 0
    assert not path.exists()
