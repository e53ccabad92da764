"""Keyrings and forks: a child neither hangs on what a thread of its parent was doing nor uses what
is the parent's alone.
"""

import os
import signal
import threading
import time
from multiprocessing import get_context
from pathlib import Path

import pytest
from ironlatch.fields import FieldCipher
from ironlatch.keyring import (
    CachingProvider,
    Keyring,
)
from ironlatch.signing.tokens import SignedTokens
from keyrings import Slow, in_child, opened, until

pytest_plugins = ["keyrings"]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


class TestForks:
    def test_a_child_that_was_forked_during_a_change(self, tmp_path: Path) -> None:
        slow = Slow()
        slow.go_on.set()
        ring = Keyring.create(tmp_path / "slow.keyring", provider=slow)
        key = ring.create_key("customers")
        ring.rotate("customers")
        for held in (slow.entered, slow.go_on):
            held.clear()
        change = threading.Thread(target=lambda: ring.rewrap(provider=slow))
        change.start()
        assert slow.entered.wait(20)
        go_on, changed = os.pipe(), os.pipe()

        def child() -> None:
            # The thread that changes the keyring does not exist here.
            assert ring.reload() is False
            os.write(go_on[1], b"x")
            os.read(changed[0], 1)
            # What the parent's thread wrote after the fork is seen.
            assert key.versions[0].state == "disabled"
            ring.enable("customers", 1)
            assert ring.rotate("customers") == key.primary.id

        def parent() -> None:
            os.read(go_on[0], 1)
            slow.go_on.set()
            change.join(20)
            ring.disable("customers", 1)
            os.write(changed[1], b"x")

        helper = threading.Thread(target=parent)
        helper.start()
        in_child(child)
        helper.join(20)
        ring.reload()
        assert len(key.versions) == 3

    def test_a_child_does_not_keep_the_lock_of_a_change(self, tmp_path: Path) -> None:
        slow = Slow()
        slow.go_on.set()
        ring = Keyring.create(tmp_path / "slow.keyring", provider=slow)
        ring.create_key("customers")
        for held in (slow.entered, slow.go_on):
            held.clear()
        change = threading.Thread(target=lambda: ring.rewrap(provider=slow))
        change.start()
        assert slow.entered.wait(20)
        end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(end[1])
            os.read(end[0], 1)
            os._exit(0)
        try:
            slow.go_on.set()
            change.join(20)
            ring.set_lock_wait(0)
            ring.rotate("customers")
        finally:
            os.close(end[1])
            os.waitpid(child, 0)

    def test_a_parent_that_is_killed_leaves_no_lock_to_its_child(self, ring: Keyring, path: Path) -> None:
        started, end = os.pipe(), os.pipe()
        parent = os.fork()
        if parent == 0:
            slow = Slow()
            threading.Thread(target=lambda: ring.rewrap(provider=slow), daemon=True).start()
            assert slow.entered.wait(20)
            if os.fork() == 0:
                os.write(started[1], b"x")
                os.close(end[1])
                os.read(end[0], 1)
                os._exit(0)
            time.sleep(60)
            os._exit(0)
        os.read(started[0], 1)
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
        other = opened(path)
        other.set_lock_wait(0)
        other.rotate("customers")
        os.close(end[1])

    def test_a_fork_inside_a_change_changes_nothing_in_the_child(self, tmp_path: Path) -> None:
        slow = Slow()
        slow.go_on.set()
        ring = Keyring.create(tmp_path / "slow.keyring", provider=slow)
        ring.create_key("customers")
        children: list[int] = []
        slow.meanwhile = lambda: children.append(os.fork())
        try:
            ring.rewrap(provider=slow)
        except RuntimeError as error:
            os._exit(7 if children == [0] and "forked" in str(error) else 1)
        except BaseException:
            os._exit(1)
        if children == [0]:
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 7
        assert ring.revision == 3
        ring.rotate("customers")

    def test_children_go_on_while_threads_of_the_parent_use_it(self, ring: Keyring, path: Path) -> None:
        customers, codes = ring["customers"], ring["codes"]
        encrypted, long = customers.encrypt(b"x"), bytes(100_000)
        writer = opened(path)
        phone = FieldCipher(customers, "customer", "phone", str)
        tokens, fernet = SignedTokens(codes, "t"), ring["tokens"].fernet()

        def use() -> None:
            assert phone.decrypt(phone.encrypt("x", 1), 1) == "x"
            assert tokens.verify(tokens.sign("x")).data == "x"
            assert fernet.decrypt(fernet.encrypt(b"x")) == b"x"

        def child() -> None:
            use()
            assert customers.decrypt(encrypted) == b"x"
            ring.reload()
            ring.rotate("codes")
            codes.verify(b"x", codes.sign(b"x"))
            assert ring.usage()

        with (
            until(lambda: customers.decrypt(customers.encrypt(long))),
            until(lambda: codes.verify(long, codes.sign(long))),
            until(lambda: ring.usage()),
            until(use),
            until(lambda: (writer.rotate("webhooks"), ring.reload())),
        ):
            for _ in range(25):
                in_child(child)

    def test_multiprocessing(self, ring: Keyring) -> None:
        customers = ring["customers"]
        encrypted = customers.encrypt(b"x")
        with until(lambda: customers.decrypt(customers.encrypt(bytes(100_000)))):
            context = get_context("fork")
            queue = context.SimpleQueue()
            children = [
                context.Process(target=lambda: queue.put((customers.decrypt(encrypted), ring.rotate("customers"))))
                for _ in range(4)
            ]
            for each in children:
                each.start()
            answers = [queue.get() for _ in children]
            for each in children:
                each.join(20)
        ring.reload()
        assert {opened for opened, _ in answers} == {b"x"}
        assert {ids for _, ids in answers} <= {version.id for version in customers.versions}
        assert len(customers.versions) == 5

    def test_each_process_counts_for_itself(self, ring: Keyring) -> None:
        customers = ring["customers"]
        encrypted = customers.encrypt(b"x")

        def child() -> None:
            assert ring.usage() == []
            customers.decrypt(encrypted)
            assert [(use.operation, use.count) for use in ring.usage()] == [("decrypt", 1)]

        in_child(child)
        assert [(use.operation, use.count) for use in ring.usage()] == [("encrypt", 1)]

    def test_nonces_differ(self, ring: Keyring) -> None:
        customers = ring["customers"]
        customers.encrypt(b"x")
        reader, writer = os.pipe()
        in_child(lambda: os.write(writer, customers.encrypt(b"x")))
        assert os.read(reader, 100)[:29] != customers.encrypt(b"x")[:29]

    def test_a_cache_of_a_provider_begins_anew(self) -> None:
        slow = Slow()
        cached = CachingProvider(slow, uses=2)
        assert cached.unwrap(b"k" * 32, b"").expose() == b"k" * 32

        def child() -> None:
            for _ in range(2):
                cached.unwrap(b"k" * 32, b"")
            assert slow.asked == 2

        in_child(child)
        cached.unwrap(b"k" * 32, b"")
        assert slow.asked == 1
