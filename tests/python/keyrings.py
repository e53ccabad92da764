"""A keyring with a key of each kind, and tools for processes that share it.

A test module has the fixtures by ``pytest_plugins = ["keyrings"]``.
"""

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ironlatch.keyring import (
    KeyProvider,
    Keyring,
)
from ironlatch.secrets import SecretBytes

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
#: How long the documentation says that a change takes to be seen, and some time for a busy machine.
REFRESH, SLACK = 2, 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ring = Keyring.create(tmp_path / "app.keyring", passphrase="secret", **CHEAP)
    ring.create_key("customers")
    ring.create_key("tokens", "fernet")
    ring.create_key("codes", "hmac-sha256")
    ring.create_key("webhooks", "ed25519")
    return tmp_path / "app.keyring"


@pytest.fixture
def ring(path: Path) -> Keyring:
    return opened(path)


def opened(path: Path) -> Keyring:
    return Keyring.open(path, passphrase="secret")


def in_child(work: Callable[[], object], seconds: float = 20) -> None:
    """Forks, and has the child do the work in time."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(0)
            work()
            status = 0
        except BaseException:  # it is shown, and the child ends
            traceback.print_exc()
        finally:
            os._exit(status)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")


@contextmanager
def until(work: Callable[[], object]) -> Iterator[None]:
    """Does the work over and over in another thread."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def ends_in_time(use: Callable[[], object], refused: type[Exception]) -> None:
    """Expects that the keyring of another process is seen in time."""
    end = time.monotonic() + REFRESH + SLACK
    while time.monotonic() < end:
        try:
            use()
        except refused:
            return
        time.sleep(0.02)
    pytest.fail(f"it goes on after {REFRESH} seconds")


class Slow(KeyProvider):
    """Has a change take its time in the middle."""

    name = "slow"

    def __init__(self) -> None:
        self.entered, self.go_on, self.asked = threading.Event(), threading.Event(), 0
        self.meanwhile: Callable[[], object] = lambda: None

    def wrap(self, key: SecretBytes, context: bytes) -> bytes:
        self.entered.set()
        self.meanwhile()
        assert self.go_on.wait(20)
        return key.expose()

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        self.asked += 1
        return wrapped
