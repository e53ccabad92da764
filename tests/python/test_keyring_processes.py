"""Keyrings in several processes: what one changes the others see in time, and what a fork leaves
behind.
"""

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ironlatch.fernet import InvalidToken
from ironlatch.fields import FieldCipher
from ironlatch.keyring import (
    CachingProvider,
    InsecurePermissions,
    KeyDestroyed,
    KeyDisabled,
    KeyProvider,
    Keyring,
)
from ironlatch.secrets import SecretBytes
from ironlatch.signing import KeySet, NotVerified, RequestSigner, RequestVerifier
from ironlatch.signing.tokens import EncryptedTokens, SignedTokens
from ironlatch.signing.webhooks import WebhookSigner, WebhookVerifier

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
#: How long the documentation says that a change takes to be seen, and some time for a busy machine.
REFRESH, SLACK = 2, 1

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


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


def verify_for_others(path: Path, receive: Connection, answer: Connection) -> None:
    """Says which webhooks and encrypted tokens are good, with the keyring as it is then."""
    ring = opened(path)
    webhooks, sessions = WebhookVerifier(ring["codes"]), EncryptedTokens(ring["customers"], "t")

    def good(check: Callable[[], object]) -> bool:
        try:
            check()
        except NotVerified:
            return False
        return True

    while given := receive.recv():
        answer.send(
            (
                [good(lambda headers=headers: webhooks.verify(headers, b"x")) for headers in given[0]],
                [good(lambda token=token: sessions.decrypt(token)) for token in given[1]],
            )
        )


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


class TestWhatIsMadeOfAKeyring:
    """Tokens, requests and Fernets hold on to no version that the keyring has taken out of use."""

    @pytest.fixture(params=["codes", "webhooks"])
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    def test_tokens_follow_it(self, ring: Keyring, name: str) -> None:
        for keys in (ring[name], ring[name].signing_keys()):
            tokens = SignedTokens(keys, "session")
            first = tokens.sign({"user": 17})
            old = ring[name].primary.number
            ring.rotate(name)
            assert tokens.verify(first).data == {"user": 17}
            second = tokens.sign({"user": 17})
            assert tokens.verify(second).key_id == ring[name].primary.id
            ring.disable(name, old)
            with pytest.raises(NotVerified):
                tokens.verify(first)
            ring.enable(name, old)
            assert tokens.verify(first)
            ring.disable(name, old)
            ring.destroy(name, old)
            with pytest.raises(NotVerified):
                tokens.verify(first)
            assert tokens.verify(second)

    def test_requests_follow_it(self, ring: Keyring, name: str) -> None:
        key = ring[name]
        signer, verifier = RequestSigner(key), RequestVerifier(key, replay_store=None, authorities=["a.example"])
        request = ("POST", "https://a.example/pay", {}, b"x")

        def signed() -> dict[str, str]:
            return {**signer.sign(*request)}

        first = signed()
        assert verifier.verify(request[0], request[1], first, b"x").key_id == key.primary.id
        ring.rotate(name)
        second = signed()
        assert verifier.verify(request[0], request[1], second, b"x").key_id == key.primary.id
        ring.disable(name, 1)
        with pytest.raises(NotVerified):
            verifier.verify(request[0], request[1], first, b"x")
        assert verifier.verify(request[0], request[1], second, b"x")

    def test_what_was_taken_out_of_a_set_follows_it_too(self, ring: Keyring, name: str) -> None:
        keys = ring[name].signing_keys()
        one, again = SignedTokens(keys.keys[0], "t"), SignedTokens(KeySet(keys.keys), "t")
        token = one.sign(None)
        assert again.verify(token)
        ring.rotate(name)
        assert len(keys) == 2
        ring.disable(name, 1)
        assert len(keys) == 1
        for tokens in (one, again):
            with pytest.raises(NotVerified):
                tokens.verify(token)
            with pytest.raises(KeyDisabled):
                tokens.sign(None)

    def test_public_halves_follow_it(self, ring: Keyring) -> None:
        tokens, public = (
            SignedTokens(ring["webhooks"], "t"),
            SignedTokens(ring["webhooks"].signing_keys().public(), "t"),
        )
        token = tokens.sign(None)
        assert public.verify(token)
        ring.rotate("webhooks")
        assert public.verify(tokens.sign(None))
        ring.disable("webhooks", 1)
        with pytest.raises(NotVerified):
            public.verify(token)

    def test_encrypted_tokens_follow_it(self, ring: Keyring) -> None:
        tokens = EncryptedTokens(ring["customers"], "session")
        first = tokens.encrypt({"user": 17})
        ring.rotate("customers")
        assert tokens.decrypt(first).data == {"user": 17}
        second = tokens.encrypt({"user": 17})
        assert tokens.decrypt(second).key_id == ring["customers"].primary.id
        ring.disable("customers", 1)
        with pytest.raises(NotVerified):
            tokens.decrypt(first)
        ring.enable("customers", 1)
        assert tokens.decrypt(first)
        ring.disable("customers", 1)
        ring.destroy("customers", 1)
        with pytest.raises(NotVerified):
            tokens.decrypt(first)
        assert tokens.decrypt(second)

    def test_webhooks_follow_it(self, ring: Keyring, name: str) -> None:
        signer, verifier = WebhookSigner(ring[name]), WebhookVerifier(ring[name])
        held = ring[name].webhook_secrets()
        (mine,) = held
        receiver = WebhookVerifier(mine if name == "codes" else mine.public())
        first = signer.sign(b"x")
        assert receiver.verify(first, b"x")
        assert verifier.verify(first, b"x")
        ring.rotate(name)
        both = signer.sign(b"x")
        # The receiver still has the old secret, and another one has the new one already.
        (new, old) = ring[name].webhook_secrets()
        for other in (receiver, WebhookVerifier(new), verifier):
            assert other.verify(both, b"x")
        ring.disable(name, 1)
        with pytest.raises(NotVerified):
            verifier.verify(first, b"x")
        for secret in (mine, old):
            with pytest.raises(KeyDisabled):
                WebhookSigner(secret).sign(b"x")
        alone = signer.sign(b"x")
        for other in (verifier, WebhookVerifier(new)):
            assert other.verify(alone, b"x")
        with pytest.raises(NotVerified):
            receiver.verify(alone, b"x")
        ring.destroy(name, 1)
        with pytest.raises(NotVerified):
            verifier.verify(first, b"x")

    def test_keys_of_other_kinds_are_refused_by_name(self, ring: Keyring) -> None:
        for use, name in ((WebhookSigner, "customers"), (WebhookVerifier, "tokens")):
            with pytest.raises(TypeError, match="this takes hmac-sha256 or ed25519"):
                use(ring[name])
        with pytest.raises(TypeError, match="this takes general"):
            EncryptedTokens(ring["codes"], "session")

    def test_fernets_follow_it(self, ring: Keyring) -> None:
        fernet = ring["tokens"].fernet()
        first = fernet.encrypt(b"x")
        ring.rotate("tokens")
        second = fernet.encrypt(b"x")
        assert fernet.decrypt(first) == fernet.decrypt(second) == b"x"
        assert fernet.extract_timestamp(fernet.rotate(first)) == fernet.extract_timestamp(first)
        ring.disable("tokens", 1)
        for use in (fernet.decrypt, fernet.rotate, fernet.extract_timestamp):
            with pytest.raises(InvalidToken):
                use(first)
        assert fernet.decrypt(second) == b"x"
        ring.destroy("tokens", 1)
        with pytest.raises(InvalidToken):
            fernet.decrypt(first)

    def test_what_another_process_destroys_ends_in_time(self, ring: Keyring, path: Path) -> None:
        tokens, fernet = SignedTokens(ring["codes"], "t"), ring["tokens"].fernet()
        token, text = tokens.sign(None), fernet.encrypt(b"x")
        sessions, webhooks = EncryptedTokens(ring["customers"], "t"), WebhookVerifier(ring["webhooks"])
        session, headers = sessions.encrypt(None), WebhookSigner(ring["webhooks"]).sign(b"x")
        other = opened(path)
        for name in ("codes", "tokens", "customers", "webhooks"):
            other.rotate(name)
            other.disable(name, 1)
            other.destroy(name, 1)
        ends_in_time(lambda: tokens.verify(token), NotVerified)
        with pytest.raises(InvalidToken):
            fernet.decrypt(text)
        with pytest.raises(NotVerified):
            sessions.decrypt(session)
        with pytest.raises(NotVerified):
            webhooks.verify(headers, b"x")
        assert tokens.verify(tokens.sign(None)).key_id == ring["codes"].primary.id
        assert sessions.decrypt(sessions.encrypt(None)).key_id == ring["customers"].primary.id

    def test_what_another_process_makes_under_a_new_version_is_taken_at_once(self, ring: Keyring, path: Path) -> None:
        other = opened(path)
        signed, public = SignedTokens(ring["codes"], "t"), SignedTokens(ring["webhooks"].signing_keys().public(), "t")
        sessions, fernet = EncryptedTokens(ring["customers"], "t"), ring["tokens"].fernet()
        webhooks = WebhookVerifier(ring["webhooks"])
        for key in other:
            other.rotate(key)
        signed.verify(SignedTokens(other["codes"], "t").sign(None))
        for key in other:
            other.rotate(key)
        public.verify(SignedTokens(other["webhooks"], "t").sign(None))
        other.rotate("customers")
        sessions.decrypt(EncryptedTokens(other["customers"], "t").encrypt(None))
        other.rotate("tokens")
        assert fernet.decrypt(other["tokens"].fernet().encrypt(b"x")) == b"x"
        other.rotate("webhooks")
        webhooks.verify(WebhookSigner(other["webhooks"].webhook_secrets()[0]).sign(b"x"), b"x")

    def test_another_process_verifies_what_this_one_makes_until_it_is_destroyed(
        self, ring: Keyring, path: Path
    ) -> None:
        signer, sessions = WebhookSigner(ring["codes"]), EncryptedTokens(ring["customers"], "t")
        webhooks: list[dict[str, str]] = [signer.sign(b"x")]
        made = [sessions.encrypt(None)]
        receive, send = get_context("spawn").Pipe(duplex=False)
        answers, answer = get_context("spawn").Pipe(duplex=False)
        other = get_context("spawn").Process(target=verify_for_others, args=(path, receive, answer))
        other.start()
        try:

            def outcome() -> tuple[list[bool], list[bool]]:
                send.send((webhooks, made))
                assert answers.poll(20)
                good: tuple[list[bool], list[bool]] = answers.recv()
                return good

            assert outcome() == ([True], [True])
            for name in ("codes", "customers"):
                ring.rotate(name)
            webhooks.append(signer.sign(b"x"))
            made.append(sessions.encrypt(None))
            assert outcome() == ([True, True], [True, True])
            for name in ("codes", "customers"):
                ring.disable(name, 1)
                ring.destroy(name, 1)
            end = time.monotonic() + REFRESH + SLACK
            while outcome() != ([False, True], [False, True]):
                assert time.monotonic() < end
                time.sleep(0.02)
        finally:
            send.send(None)
            other.join(20)

    def test_their_uses_are_counted(self, ring: Keyring) -> None:
        events: list[str] = []
        ring.on_event(lambda event: events.append(event.what))
        tokens, fernet = SignedTokens(ring["codes"], "t"), ring["tokens"].fernet()
        token, text = tokens.sign(None), fernet.encrypt(b"x")
        ring.rotate("codes")
        ring.rotate("tokens")
        tokens.verify(token)
        fernet.decrypt(text)
        assert [(use.key, use.number, use.purpose, use.operation) for use in ring.usage()] == [
            ("codes", 1, "signing", "sign"),
            ("codes", 1, "signing", "verify"),
            ("tokens", 1, "fernet", "encrypt"),
            ("tokens", 1, "fernet", "decrypt"),
        ]
        assert events.count("old version used") == 2
        customers = ring["customers"]
        old = customers.primary.id
        ring.rotate("customers")
        customers.derive("exports", version=old)
        assert ("customers", 1, "exports", "derive") in [
            (use.key, use.number, use.purpose, use.operation) for use in ring.usage()
        ]


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
        outcomes = set()
        try:
            for _ in range(300):
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
