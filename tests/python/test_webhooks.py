"""`ironlatch.signing.webhooks`: Standard Webhooks, GitHub, Stripe, Slack."""

import base64
import hmac
import re
from datetime import timedelta

import pytest
from ironlatch import signing
from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner, WebhookVerifier

# The example that Standard Webhooks' implementations share.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1_614_265_330
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": ID,
    "webhook-timestamp": str(TIME),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


class Store:
    def __init__(self) -> None:
        self.kept: set[str] = set()

    def remember(self, id: str, until: int, now: int) -> bool:
        new = id not in self.kept
        self.kept.add(id)
        return new


def test_the_published_example():
    assert WebhookSigner(SECRET).sign(BODY, id=ID, now=TIME) == HEADERS
    webhook = WebhookVerifier(SECRET).verify(HEADERS, BODY, now=TIME + 10)
    assert (webhook.id, webhook.timestamp) == (ID, TIME)


def test_now_is_now():
    signer, verifier = WebhookSigner(SECRET), WebhookVerifier(SECRET)
    one, two = (verifier.verify(signer.sign(BODY), BODY) for _ in range(2))
    assert one.id != two.id
    assert one.id.startswith("msg_")


@pytest.mark.parametrize(
    "headers",
    [
        {name.title(): value for name, value in HEADERS.items()},
        list(HEADERS.items()),
        [(name.encode(), value.encode()) for name, value in HEADERS.items()],
        {name.upper(): value for name, value in HEADERS.items()} | {"Accept": "*/*", "x": "ü"},
    ],
    ids=["title", "pairs", "bytes", "upper"],
)
def test_headers_as_frameworks_bring_them(headers):
    assert WebhookVerifier(SECRET).verify(headers, BODY, now=TIME).id == ID


@pytest.mark.parametrize("headers", [None, 1, "webhook-id", ["a"], [("a", 1)], {"a": None}])
def test_no_headers(headers):
    with pytest.raises(TypeError):
        WebhookVerifier(SECRET).verify(headers, BODY, now=TIME)


def test_the_body_is_bytes():
    for body in ['{"test": 2432232314}', None, {}]:
        with pytest.raises(TypeError):
            WebhookVerifier(SECRET).verify(HEADERS, body, now=TIME)
    for body in [bytearray(BODY), memoryview(BODY)]:
        WebhookVerifier(SECRET).verify(HEADERS, body, now=TIME)
    large = b"x" * 1_000_000
    WebhookVerifier(SECRET).verify(WebhookSigner(SECRET).sign(large), large)


def test_late_early_and_again():
    verifier = WebhookVerifier(SECRET, tolerance=timedelta(minutes=1), replay_store=Store())
    with pytest.raises(signing.Expired, match="61 seconds ago"):
        verifier.verify(HEADERS, BODY, now=TIME + 61)
    with pytest.raises(signing.NotYetValid, match="clock"):
        verifier.verify(HEADERS, BODY, now=TIME - 61)
    verifier.verify(HEADERS, BODY, now=TIME)
    with pytest.raises(signing.Replayed):
        verifier.verify(HEADERS, BODY, now=TIME + 1)


def test_what_did_not_verify_is_not_kept():
    store = Store()
    verifier = WebhookVerifier(SECRET, replay_store=store)
    for headers, body in [(HEADERS | {"webhook-signature": "v1,AAAA"}, BODY), (HEADERS, b"other")]:
        with pytest.raises(signing.NotAuthentic, match="raw bytes"):
            verifier.verify(headers, body, now=TIME)
    assert not store.kept


def test_every_byte_counts():
    verifier = WebhookVerifier(SECRET)
    for name, value in HEADERS.items():
        for at in range(len(value)):
            for to in "A0 .é":
                if value[at] != to:
                    with pytest.raises(signing.NotVerified):
                        verifier.verify(HEADERS | {name: value[:at] + to + value[at + 1 :]}, BODY, now=TIME)
            with pytest.raises(signing.NotVerified):
                verifier.verify(HEADERS | {name: value[:at]}, BODY, now=TIME)
    for at in range(len(BODY)):
        for body in (BODY[:at], BODY[:at] + b"~" + BODY[at + 1 :]):
            with pytest.raises(signing.NotAuthentic):
                verifier.verify(HEADERS, body, now=TIME)


def senders() -> dict[str, tuple[WebhookVerifier, dict[str, str]]]:
    """The verifiers of all senders under one secret, each with what it accepts."""
    raw = base64.b64decode(SECRET.removeprefix("whsec_"))

    def code(text: bytes) -> str:
        return hmac.digest(raw, text + BODY, "sha256").hex()

    time = str(TIME)
    return {
        "standard": (WebhookVerifier(SECRET), HEADERS),
        "github": (WebhookVerifier.github(raw), {"X-Hub-Signature-256": "sha256=" + code(b"")}),
        "stripe": (WebhookVerifier.stripe(raw), {"Stripe-Signature": f"t={time},v1={code(b'%d.' % TIME)}"}),
        "slack": (
            WebhookVerifier.slack(raw),
            {"X-Slack-Request-Timestamp": time, "X-Slack-Signature": "v0=" + code(b"v0:%d:" % TIME)},
        ),
    }


@pytest.mark.parametrize("sender", ["github", "stripe", "slack"])
def test_every_byte_counts_whoever_sent_it(sender):
    verifier, headers = senders()[sender]
    verifier.verify(headers, BODY, now=TIME)
    for name, value in headers.items():
        for at in range(len(value)):
            for changed in (value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :], value[:at]):
                with pytest.raises(signing.NotVerified):
                    verifier.verify(headers | {name: changed}, BODY, now=TIME)
        with pytest.raises(signing.MalformedMessage, match=f"no {name} header"):
            verifier.verify({other: value for other, value in headers.items() if other != name}, BODY, now=TIME)
        for huge in ("9" * 10_000_000, "v1=00," * 100_000):
            with pytest.raises(signing.NotVerified):
                verifier.verify(headers | {name: huge}, BODY, now=TIME)
    for at in range(len(BODY)):
        with pytest.raises(signing.NotAuthentic):
            verifier.verify(headers, BODY[:at], now=TIME)


def test_one_secret_for_several_senders_mixes_up_none():
    """A signature of one kind is none of another, even where somebody lets them share a secret."""
    everything = senders()
    codes = {name: re.findall(r"[0-9a-f]{64}", " ".join(headers.values())) for name, (_, headers) in everything.items()}
    codes["standard"] = [base64.b64decode(HEADERS["webhook-signature"].removeprefix("v1,")).hex()]
    for name, (verifier, headers) in everything.items():
        for other, (code,) in codes.items():
            swapped = {key: re.sub(r"[0-9a-f]{64}", code, value) for key, value in headers.items()}
            if name == "standard":
                swapped["webhook-signature"] = "v1," + base64.b64encode(bytes.fromhex(code)).decode()
            if name == other:
                verifier.verify(swapped, BODY, now=TIME)
                continue
            with pytest.raises(signing.NotAuthentic):
                verifier.verify(swapped, BODY, now=TIME)


def test_headers_missing_twice_or_huge():
    verifier = WebhookVerifier(SECRET)
    for name in HEADERS:
        less = {other: value for other, value in HEADERS.items() if other != name}
        with pytest.raises(signing.MalformedMessage, match=f"no {name} header"):
            verifier.verify(less, BODY, now=TIME)
        with pytest.raises(signing.MalformedMessage, match="more than one"):
            verifier.verify([*HEADERS.items(), (name.upper(), HEADERS[name])], BODY, now=TIME)
        with pytest.raises(signing.MalformedMessage):
            verifier.verify(HEADERS | {name: "9" * 10_000_000}, BODY, now=TIME)


def test_pairs_and_rotation():
    old, new = WebhookSecret.generate(), WebhookSecret.generate_pair()
    headers = WebhookSigner([new, old.expose()]).sign(BODY)
    for secrets in [old, new.public(), new.public().expose(), [WebhookSecret.generate(), old]]:
        WebhookVerifier(secrets).verify(headers, BODY)
    for stranger in [WebhookSecret.generate(), WebhookSecret.generate_pair().public()]:
        with pytest.raises(signing.NotAuthentic):
            WebhookVerifier(stranger).verify(headers, BODY)
    with pytest.raises(ValueError, match="only verifies"):
        WebhookSigner(new.public())
    with pytest.raises(TypeError, match="no public half"):
        old.public()


def test_secrets():
    for secret in [WebhookSecret.generate(), WebhookSecret.generate_pair()]:
        assert WebhookSecret.parse(secret.expose() + "\n").expose() == secret.expose()
        assert secret.expose()[6:20] not in repr(secret)
        with pytest.raises(TypeError):
            __import__("pickle").dumps(secret)
    for wrong in ["", "secret", "whsec_", "whsec_AAAA", "whsec_" + "A" * 2000, "whsk_AAAA", "whpk_AAAA", "whsec_!"]:
        for use in (WebhookSecret.parse, WebhookSigner, WebhookVerifier):
            with pytest.raises(ValueError) as caught:
                use(wrong)
            assert len(wrong) < 9 or wrong[6:] not in str(caught.value)
    for wrong in [None, 1, [None]]:
        with pytest.raises(TypeError):
            WebhookVerifier(wrong)
    with pytest.raises(ValueError, match="no secret"):
        WebhookVerifier([])


def test_github():
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    headers = {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    for secrets in [secret, secret.encode(), ["newer", secret]]:
        assert WebhookVerifier.github(secrets).verify(headers, body).timestamp is None
    verifier = WebhookVerifier.github(secret, replay_store=Store())
    with pytest.raises(signing.NotAuthentic):
        verifier.verify(headers, body + b"!")
    verifier.verify(headers, body)
    with pytest.raises(signing.Replayed):
        verifier.verify(headers, body)
    with pytest.raises(signing.MalformedMessage, match="no X-Hub-Signature-256 header"):
        verifier.verify({"X-Hub-Signature": "sha1=00"}, body)
    with pytest.raises(ValueError, match="empty"):
        WebhookVerifier.github("")


def test_stripe_and_slack():
    body = b'{"id":"evt_1"}'
    now = TIME + 5
    code = hmac.digest(b"whsec_x", b"%d." % TIME + body, "sha256").hex()
    stripe = WebhookVerifier.stripe("whsec_x", replay_store=Store())
    assert stripe.verify({"Stripe-Signature": f"t={TIME},v1={code},v0=abc"}, body, now=now).timestamp == TIME
    with pytest.raises(signing.Replayed):
        stripe.verify({"Stripe-Signature": f"t={TIME},v1={'0' * 64},v1={code.upper()}"}, body, now=now)
    with pytest.raises(signing.Expired):
        WebhookVerifier.stripe("whsec_x", tolerance=4).verify(
            {"Stripe-Signature": f"t={TIME},v1={code}"}, body, now=now
        )
    code = hmac.digest(b"s", b"v0:%d:" % TIME + body, "sha256").hex()
    slack = WebhookVerifier.slack("s")
    headers = {"X-Slack-Request-Timestamp": str(TIME), "X-Slack-Signature": f"v0={code}"}
    assert slack.verify(headers, body, now=now).timestamp == TIME
    for changed in [{"X-Slack-Request-Timestamp": str(TIME + 1)}, {"X-Slack-Signature": "v0=" + "0" * 64}]:
        with pytest.raises(signing.NotAuthentic):
            slack.verify(headers | changed, body, now=now)
