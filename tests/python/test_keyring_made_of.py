"""Tokens, webhooks, requests and Fernets that are made of a keyring follow what becomes of its
versions, in this process and in others.
"""

import os
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ironlatch.fernet import InvalidToken
from ironlatch.keyring import (
    KeyDisabled,
    Keyring,
)
from ironlatch.signing import KeySet, NotVerified, RequestSigner, RequestVerifier
from ironlatch.signing.tokens import EncryptedTokens, SignedTokens
from ironlatch.signing.webhooks import WebhookSigner, WebhookVerifier
from keyrings import REFRESH, SLACK, ends_in_time, opened

pytest_plugins = ["keyrings"]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


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
