"""Keyrings in several processes: what one changes the others see in time, and what a fork leaves
behind.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ironlatch.keyring import (
    InsecurePermissions,
    KeyDestroyed,
    KeyDisabled,
    Keyring,
)
from keyrings import REFRESH, SLACK, ends_in_time, in_child, opened

pytest_plugins = ["keyrings"]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


class TestWhatAnotherProcessChanges:
    """Processes that never change the keyring, and never meet a version that they do not know."""

    @pytest.mark.parametrize("gone", ["disabled", "destroyed"])
    def test_every_way_to_use_a_version_ends(self, ring: Keyring, path: Path, gone: str) -> None:
        customers, codes, webhooks = ring["customers"], ring["codes"], ring["webhooks"]
        encrypted, code, signature = customers.encrypt(b"x"), codes.sign(b"x"), webhooks.sign(b"x")
        old = customers.primary.id
        other = opened(path)
        for name in ("customers", "codes", "webhooks"):
            other.rotate(name)
            other.disable(name, 1)
            if gone == "destroyed":
                other.destroy(name, 1)
        refused = KeyDisabled if gone == "disabled" else KeyDestroyed
        ends_in_time(lambda: customers.decrypt(encrypted), refused)
        for use in (
            lambda: customers.derive("x", version=old),
            lambda: codes.verify(b"x", code),
            lambda: webhooks.verify(b"x", signature),
        ):
            with pytest.raises(refused):
                use()

    @pytest.mark.parametrize("way", ["decrypt", "verify", "derive", "needs_update", "versions", "usage", "generation"])
    def test_each_way_looks_by_itself(self, ring: Keyring, path: Path, way: str) -> None:
        customers, codes = ring["customers"], ring["codes"]
        encrypted, code, old = customers.encrypt(b"x"), codes.sign(b"x"), customers.primary.id
        uses: dict[str, Callable[[], object]] = {
            "decrypt": lambda: customers.decrypt(encrypted),
            "verify": lambda: codes.verify(b"x", code),
            "derive": lambda: customers.derive("x", version=old),
            "needs_update": lambda: customers.needs_update(encrypted),
            "versions": lambda: customers.versions,
            "usage": ring.usage,
            "generation": lambda: ring.generation,
        }
        reloaded = threading.Event()
        ring.on_event(lambda event: reloaded.set() if event.what == "reloaded" else None)
        opened(path).rotate("customers")
        end = time.monotonic() + REFRESH + SLACK
        while not reloaded.is_set():
            assert time.monotonic() < end, way
            uses[way]()
            time.sleep(0.02)

    def test_an_old_version_shows_in_the_usage_of_who_only_reads(self, ring: Keyring, path: Path) -> None:
        customers = ring["customers"]
        encrypted = customers.encrypt(b"x")
        events: list[str] = []
        ring.on_event(lambda event: events.append(event.what))
        opened(path).rotate("customers")
        end = time.monotonic() + REFRESH + SLACK
        while "old version used" not in events:
            assert time.monotonic() < end
            customers.decrypt(encrypted)
            time.sleep(0.02)
        assert [(use.number, use.operation) for use in ring.usage()] == [(1, "encrypt"), (1, "decrypt")]


class TestFiles:
    def test_what_is_checked_is_what_is_read(self, path: Path) -> None:
        """The name may lead to another file a moment later."""
        secure, exposed, stop = path.with_name("a"), path.with_name("b"), threading.Event()
        secure.write_bytes(path.read_bytes())
        exposed.write_bytes(path.read_bytes())
        secure.chmod(0o600)
        exposed.chmod(0o644)
        link = path.with_name("link")
        link.symlink_to(secure)

        def swap() -> None:
            while not stop.is_set():
                for target in (exposed, secure):
                    new = path.with_name("new")
                    new.symlink_to(target)
                    new.replace(link)

        thread = threading.Thread(target=swap)
        thread.start()
        outcomes, tries, end = set(), 0, time.monotonic() + 60
        try:
            # On a busy machine one of the two may be met many times in a row.
            while tries < 300 or (len(outcomes) < 2 and time.monotonic() < end):
                tries += 1
                try:
                    # The link is resolved first: what is opened is one of the two.
                    outcomes.add(opened(link).path)
                except InsecurePermissions as error:
                    outcomes.add(str(error).partition(":")[0])
        finally:
            stop.set()
            thread.join()
        assert outcomes == {secure, str(exposed)}

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_a_file_of_another_user(self, path: Path) -> None:
        path.parent.chmod(0o777)
        os.chown(path, 12345, 12345)

        def child() -> None:
            for parent in path.parents:
                if parent.stat().st_mode & 0o005 != 0o005:
                    parent.chmod(0o755)
            os.setgroups([])
            os.setresuid(54321, 54321, 54321)
            with pytest.raises((InsecurePermissions, PermissionError)):
                opened(path)

        in_child(child)
        assert opened(path).names  # root may read all

    def test_a_planted_lock(self, path: Path, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.write_text("precious")
        lock = path.with_name(path.name + ".lock")
        lock.unlink()
        lock.symlink_to(victim)
        with pytest.raises(OSError, match="link"):
            opened(path).rotate("customers")
        assert victim.read_text() == "precious"

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(OSError, match="not an ordinary file"):
            opened(tmp_path / "pipe")
