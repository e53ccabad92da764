"""Tests files that the library makes next to others': anything planted under their names is not
used.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ironlatch._native.fs import FileLock, prepare_own
from ironlatch.signing import ReplayCheckFailed
from ironlatch.signing.replay import SQLiteReplayStore

FUTURE, NOW = 2**40, 2**30
NOBODY, SOMEBODY = 65534, 12345

as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes root to be several users")


@contextmanager
def user(uid: int) -> Iterator[None]:
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def lock(path: Path) -> None:
    held = FileLock.attempt(path)
    assert isinstance(held, FileLock)
    held.release()


def store(path: Path) -> None:
    with SQLiteReplayStore(path) as opened:
        opened.remember("a", FUTURE, NOW)


@pytest.fixture(params=[lock, store], ids=["lock", "store"])
def use(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    used: Callable[[Path], None] = request.param
    return used


def test_links_are_refused(use: Callable[[Path], None], tmp_path: Path) -> None:
    target, path = tmp_path / "target", tmp_path / "own"
    path.symlink_to(target)
    with pytest.raises(OSError, match="it is a link"):
        use(path)
    assert not target.exists()
    target.write_text("precious")
    with pytest.raises(OSError, match="it is a link"):
        use(path)
    path.unlink()
    path.hardlink_to(target)
    with pytest.raises(OSError, match="hard link"):
        use(path)
    assert target.read_text() == "precious"
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory|not an ordinary file"):
        use(path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(OSError, match="not an ordinary file"):
        use(path)


def test_what_others_can_write_is_refused(use: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "own"
    path.touch()
    path.chmod(0o662)
    with pytest.raises(PermissionError, match="others than its owner can write to it .mode 662."):
        use(path)
    path.chmod(0o644)
    use(path)
    assert not path.exists() or mode(path) == 0o600


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_everything_sqlite_makes_is_its_owners(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        opened = SQLiteReplayStore(tmp_path / "replay.db")
        opened.remember("a", FUTURE, NOW)
        found = {path.name: mode(path) for path in tmp_path.iterdir()}
        opened.close()
    finally:
        os.umask(before)
    assert found == {"replay.db": 0o600, "replay.db-wal": 0o600, "replay.db-shm": 0o600}


def test_what_was_readable_is_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "replay.db"
    sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    assert mode(path) == 0o644
    store(path)
    assert mode(path) == 0o600


@pytest.mark.parametrize("ending", ["-wal", "-journal", "-shm"])
def test_planted_beside_a_database(ending: str, tmp_path: Path) -> None:
    path, target = tmp_path / "replay.db", tmp_path / "target"
    target.write_text("precious")
    planted = Path(f"{path}{ending}")
    planted.symlink_to(target)
    with pytest.raises(OSError, match=f"{planted.name}: it is a link"):
        SQLiteReplayStore(path)
    planted.unlink()
    opened = SQLiteReplayStore(path)
    planted.unlink(missing_ok=True)
    planted.symlink_to(target)
    with pytest.raises(ReplayCheckFailed, match="it is a link"):
        opened.remember("a", FUTURE, NOW)
    assert target.read_text() == "precious"


def test_sqlite_keeps_its_locks_when_a_second_store_looks(tmp_path: Path) -> None:
    # Locks of fcntl are lost when a process closes any descriptor of the file.
    path = tmp_path / "replay.db"
    first = SQLiteReplayStore(path)
    first._open().execute("BEGIN EXCLUSIVE")
    prepare_own(path, ["-journal", "-wal", "-shm"])
    code = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "locked" in outcome.stderr
    first._open().execute("ROLLBACK")
    first.close()


@as_root
def test_what_another_user_planted_is_refused(use: Callable[[Path], None], tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)  # as /tmp is
    for directory in [tmp_path, *tmp_path.parents]:
        if "pytest" in str(directory):
            directory.chmod(directory.stat().st_mode | 0o011)
    path = shared / "own"
    with user(SOMEBODY):
        path.touch(0o600)
    # Root, who could open it, and another user, who could not.
    with pytest.raises(OSError, match="another user|permission denied"):
        use(path)
    with user(NOBODY), pytest.raises(PermissionError):
        use(path)
    with user(SOMEBODY):
        use(path)
    with user(SOMEBODY):
        path.unlink(missing_ok=True)
        path.symlink_to("/etc/shadow")
    for uid in (0, NOBODY):
        with user(uid), pytest.raises(OSError, match="it is a link|permission denied"):
            use(path)


@as_root
def test_root_may_use_what_is_of_the_directorys_owner(use: Callable[[Path], None], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = home / "own"
    path.touch(0o600)
    for owned in (home, path):
        os.chown(owned, SOMEBODY, SOMEBODY)
    use(path)
    assert not path.exists() or path.stat().st_uid == SOMEBODY


def test_a_race_of_links_and_files(use: Callable[[Path], None], tmp_path: Path) -> None:
    """Somebody swaps the name between a link and a file, again and again: the target is never
    touched.
    """
    target, path = tmp_path / "target", tmp_path / "own"
    target.write_text("precious")
    target.chmod(0o640)
    code = (
        "import os, sys\nhere, there = sys.argv[1], sys.argv[2]\nprint('now', flush=True)\n"
        "for _ in range(4000):\n"
        "    os.symlink(there, here + '.new'); os.rename(here + '.new', here)\n"
        "    open(here + '.new', 'w').close(); os.rename(here + '.new', here)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, path, target], stdout=subprocess.PIPE, text=True) as swapper:
        assert swapper.stdout is not None
        swapper.stdout.readline()
        refusals = 0
        while swapper.poll() is None:
            try:
                use(path)
            except (OSError, sqlite3.Error, ReplayCheckFailed):
                refusals += 1
    assert refusals
    assert (target.read_text(), mode(target)) == ("precious", 0o640)
