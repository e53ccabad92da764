"""Signed HTTP requests: what is accepted, and what must not be."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest
from ironlatch.signing import (
    Expired,
    Key,
    KeySet,
    MalformedMessage,
    MemoryReplayStore,
    NotAuthentic,
    NotVerified,
    NotYetValid,
    ReplayCheckFailed,
    Replayed,
    RequestSigner,
    RequestVerifier,
    RequirementNotMet,
    Target,
    content_digest,
)

URL = "https://api.example.com/pay?amount=7"
PLAIN = {"Content-Type": "text/plain"}
BODY = b"to Ada"
KEY = Key.generate()
verifier_of = partial(RequestVerifier, authorities=["api.example.com", "app.example.com", "example.com"])


def signed(signer: RequestSigner | None = None) -> dict[str, str]:
    return PLAIN | (signer or RequestSigner(KEY)).sign("POST", URL, PLAIN, BODY)


@pytest.mark.parametrize("make", [Key.generate, Key.generate_pair])
def test_a_request_is_accepted_once(make: Callable[[], Key]) -> None:
    key = make()
    headers = signed(RequestSigner(key))
    verifier = verifier_of(key if key.algorithm == "hmac-sha256" else key.public())
    verified = verifier.verify("POST", URL, headers, BODY)
    assert verified.key_id == key.id
    assert verified.expires == verified.created + 300
    assert '"content-digest"' in verified.components
    with pytest.raises(Replayed, match="accepted before"):
        verifier.verify("POST", URL, headers, BODY)
    verifier_of(key, replay_store=None).verify("POST", URL, list(headers.items()), bytearray(BODY))


def test_a_request_without_a_body() -> None:
    headers = RequestSigner(KEY).sign("GET", "https://example.com")
    assert "Content-Digest" not in headers
    verifier_of(KEY).verify("GET", "https://example.com/", headers)
    with pytest.raises(RequirementNotMet, match="does not cover content-digest"):
        verifier_of(KEY).verify("GET", "https://example.com/", headers, b"smuggled")


@pytest.mark.parametrize(
    ("method", "url", "headers", "body"),
    [
        ("PUT", URL, {}, BODY),
        ("POST", URL.replace("7", "8"), {}, BODY),
        ("POST", URL.replace("pay", "Pay"), {}, BODY),
        ("POST", URL.replace("api", "app"), {}, BODY),
        ("POST", URL, {"Content-Type": "text/html"}, BODY),
        ("POST", URL, {}, b"to Bob"),
        ("POST", URL, {}, b""),
        ("POST", URL, {}, None),
        ("POST", URL, {"Content-Digest": content_digest(b"to Bob")}, b"to Bob"),
    ],
)
def test_a_changed_request_is_refused(method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
    with pytest.raises(NotAuthentic):
        verifier_of(KEY).verify(method, url, signed() | headers, body)


def test_every_changed_byte_of_the_signature_is_refused() -> None:
    headers = signed()
    verifier = verifier_of(KEY, replay_store=None)
    end = headers["Signature"].rindex("=")
    for name, stop in (("Signature-Input", None), ("Signature", end - 1), ("Content-Digest", -3)):
        for index in range(len(headers[name][:stop])):
            text = headers[name]
            for changed in (text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :], text[:index]):
                with pytest.raises(NotVerified):
                    verifier.verify("POST", URL, headers | {name: changed}, BODY)
    verifier.verify("POST", URL, headers, BODY)


@pytest.mark.parametrize("missing", ["Signature", "Signature-Input", "Content-Digest"])
def test_a_missing_field_is_refused(missing: str) -> None:
    headers = signed()
    del headers[missing]
    with pytest.raises(NotVerified, match=missing.lower() if missing == "Content-Digest" else missing):
        verifier_of(KEY).verify("POST", URL, headers, BODY)


def test_time() -> None:
    headers, now = signed(), time.time()
    verifier = verifier_of(KEY, replay_store=None)
    verifier.verify("POST", URL, headers, BODY, now=now + 300)
    with pytest.raises(Expired, match="seconds old"):
        verifier.verify("POST", URL, headers, BODY, now=now + 400)
    with pytest.raises(NotYetValid, match="clocks"):
        verifier.verify("POST", URL, headers, BODY, now=now - 40)
    with pytest.raises(Expired):
        verifier.verify("POST", URL, signed(RequestSigner(KEY, valid_for=1)), BODY, now=now + 60)
    verifier_of(KEY, max_age=1000, leeway=100).verify(
        "POST", URL, signed(RequestSigner(KEY, valid_for=1000)), BODY, now=now + 1050
    )


def test_other_keys_and_purposes() -> None:
    other = Key.from_secret(bytes(32), id=KEY.id)
    for keys in (Key.generate(), other, [Key.generate(), other], lambda _: None):
        with pytest.raises(NotAuthentic, match="not known here"):
            verifier_of(keys).verify("POST", URL, signed(), BODY)
    payments = signed(RequestSigner(KEY, purpose="payments"))
    verifier_of(KEY, purpose="payments").verify("POST", URL, payments, BODY)
    for purpose, headers in ((None, payments), ("reports", payments), ("payments", signed())):
        with pytest.raises(RequirementNotMet, match="purpose"):
            verifier_of(KEY, purpose=purpose).verify("POST", URL, headers, BODY)
    verifier_of(KEY, authorities=["api.example.com"]).verify("POST", URL, signed(), BODY)
    with pytest.raises(RequirementNotMet, match="not this server"):
        verifier_of(KEY, authorities=["other.example.com"]).verify("POST", URL, signed(), BODY)


def test_a_new_key_follows_an_old_one() -> None:
    old, new = Key.generate(), Key.generate_pair()
    by_old, by_new = RequestSigner(old), RequestSigner(KeySet([new, old]))
    verifier = verifier_of([new.public(), old])
    assert verifier.verify("POST", URL, signed(by_old), BODY).key_id == old.id
    assert verifier.verify("POST", URL, signed(by_new), BODY).key_id == new.id


def test_keys_from_a_function() -> None:
    asked = []

    def find(id: str | None) -> Key | None:
        asked.append(id)
        return KEY if id == KEY.id else None

    verifier = verifier_of(find)
    verifier.verify("POST", URL, signed(), BODY)
    assert asked == [KEY.id]

    def broken(id: str | None) -> Key:
        raise ConnectionError("the database is away")

    with pytest.raises(ConnectionError, match="away"):
        verifier_of(broken).verify("POST", URL, signed(), BODY)
    with pytest.raises(TypeError, match="keys must be"):
        verifier_of(lambda _: "key").verify("POST", URL, signed(), BODY)  # type: ignore[arg-type,return-value]


def test_more_fields() -> None:
    signer = RequestSigner(KEY, components=["Idempotency-Key"])
    with pytest.raises(ValueError, match="idempotency-key"):
        signer.sign("POST", URL, PLAIN, BODY)
    own = PLAIN | {"Idempotency-Key": '"1"'}
    headers = own | signer.sign("POST", URL, own, BODY)
    verifier = verifier_of(KEY, required=["idempotency-key"], replay_store=None)
    verifier.verify("POST", URL, headers, BODY)
    with pytest.raises(NotAuthentic):
        verifier.verify("POST", URL, headers | {"Idempotency-Key": '"2"'}, BODY)
    with pytest.raises(RequirementNotMet, match="idempotency-key"):
        verifier.verify("POST", URL, signed() | {"Idempotency-Key": '"2"'}, BODY)
    for wrong in ("", "two words", "@status"):
        with pytest.raises(ValueError, match="neither"):
            RequestSigner(KEY, components=[wrong])


def test_a_store_in_python_and_its_failure() -> None:
    kept: dict[str, int] = {}

    class Store:
        def remember(self, id: str, until: int, now: int, /) -> bool:
            return kept.setdefault(id, until) is until

    verifier, headers = verifier_of(KEY, replay_store=Store()), signed()
    created = verifier.verify("POST", URL, headers, BODY).created
    # The end that was signed, and the clocks of all verifiers.
    assert list(kept.values()) == [created + 300 + 300]
    with pytest.raises(Replayed):
        verifier.verify("POST", URL, headers, BODY)

    class Broken:
        def remember(self, id: str, until: int, now: int, /) -> bool:
            raise OSError("no connection")

    with pytest.raises(OSError, match="no connection"):
        verifier_of(KEY, replay_store=Broken()).verify("POST", URL, headers, BODY)
    with pytest.raises(TypeError, match="remember"):
        verifier_of(KEY, replay_store={})  # type: ignore[arg-type]


def test_what_is_refused_is_not_kept() -> None:
    store, headers = MemoryReplayStore(), signed()
    verifier = verifier_of(KEY, replay_store=store)
    for wrong in (b"to Bob", None):
        with pytest.raises(NotVerified):
            verifier.verify("POST", URL, headers, wrong)
    assert len(store) == 0
    verifier.verify("POST", URL, headers, BODY)
    assert len(store) == 1


def test_a_full_store_accepts_no_more() -> None:
    store = MemoryReplayStore(1)
    assert store.remember("a", 2**40, 1)
    assert not store.remember("a", 2**40, 1)
    with pytest.raises(ReplayCheckFailed, match="full"):
        store.remember("b", 2**40, 1)


def test_several_lines_of_a_field() -> None:
    lines = [("Accept", "text/plain"), ("Accept", "text/html")]
    headers = RequestSigner(KEY, components=["accept"]).sign("GET", URL, lines)
    verifier = verifier_of(KEY, replay_store=None)
    for same in (
        lines,
        [("accept", b"text/plain, text/html")],
        [(b"ACCEPT", b" text/plain,\ttext/html".replace(b"\t", b" "))],
    ):
        verifier.verify("GET", URL, [*same, *headers.items()])
    with pytest.raises(NotAuthentic):
        verifier.verify("GET", URL, [*reversed(lines), *headers.items()])


@pytest.mark.parametrize(
    "url",
    [
        "/pay",
        "api.example.com",
        "ftp://example.com/",
        "https://a:b@example.com/",
        "https://é.example/",
        "https://example.com/#a",
        "",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        RequestSigner(KEY).sign("GET", url)
    with pytest.raises(MalformedMessage, match="URL"):
        verifier_of(KEY).verify("GET", url, {})


def test_wrong_types() -> None:
    signer, verifier = RequestSigner(KEY), verifier_of(KEY)
    for headers in ("Accept: a", [("a",)], [("a", 1)], 7, {"a": None}, ["ab"]):
        with pytest.raises(TypeError, match="headers must be"):
            signer.sign("GET", URL, headers)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        signer.sign("POST", URL, None, "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        RequestSigner("key")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only verifies"):
        RequestSigner(Key.generate_pair().public())
    with pytest.raises(TypeError):
        RequestSigner(KEY, components="accept")
    for wrong in ({"max_age": 0}, {"purpose": ""}):
        with pytest.raises(ValueError):
            verifier_of(KEY, **wrong)  # type: ignore[arg-type]
    for now in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="since 1970"):
            verifier.verify("GET", URL, {}, now=now)
    with pytest.raises(TypeError, match="authorities"):
        RequestVerifier(KEY)  # type: ignore[call-arg]
    for authorities in ([], ["https://api.example.com"], ["api.example.com/pay"], [""]):
        with pytest.raises(ValueError):
            RequestVerifier(KEY, authorities=authorities)
    for url in (None, b"https://example.com/", 1):
        with pytest.raises(TypeError, match="url must be"):
            verifier.verify("GET", url, {})  # type: ignore[arg-type]


def test_targets_of_their_parts() -> None:
    target = Target("https", "API.example.com:443", "/pay", "amount=7")
    assert target == Target.parse(URL) == Target.received("https", "api.example.com", "POST", "/pay?amount=7")
    assert (target.scheme, target.authority, target.path, target.query) == (
        "https",
        "api.example.com",
        "/pay",
        "amount=7",
    )
    assert str(target) == URL
    assert repr(target) == f'Target("{URL}")'
    assert target != Target("https", "a", "/")
    verifier_of(KEY).verify("POST", target, signed() | {"Host": "api.example.com"}, BODY)
    assert signed().keys() == (PLAIN | RequestSigner(KEY).sign("POST", target, PLAIN, BODY)).keys()
    for parts in (
        ("https", "api.example.com/pay?amount=7#", "/other"),
        ("https", "api.example.com#", "/pay"),
        ("https", "", "/pay"),
        ("https", "api.example.com", "/pay?amount=7"),
        ("https", "api.example.com", "/pay#"),
        ("https", "api.example.com", "/pay", "amount=7#"),
        ("https", "api.example.com", "pay"),
        ("gopher", "api.example.com", "/pay"),
    ):
        with pytest.raises(ValueError):
            Target(*parts)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api.example.com/pay?amount=7#", "/other"),
        ("api.example.com/pay?amount=7&x=", ""),
        ("api.example.com/pay", "?amount=7"),
        ("other@api.example.com", "/pay?amount=7"),
    ],
)
def test_a_url_that_was_joined_of_what_came_is_compared_with_the_host(host: str, path: str) -> None:
    """A caller who joins them anyway is told, as long as the headers are those that came."""
    with pytest.raises(MalformedMessage):
        verifier_of(KEY).verify("POST", f"https://{host}{path}", signed() | {"Host": host}, BODY)
    for hosts in (["api.example.com", "api.example.com"], ["other.example.com"], [""]):
        with pytest.raises(MalformedMessage):
            verifier_of(KEY).verify("POST", URL, [*signed().items(), *(("Host", host) for host in hosts)], BODY)


def test_what_came_and_is_no_request_is_malformed() -> None:
    for method, headers in (
        ("PO ST", {}),
        ("POST", {"a b": "c"}),
        ("POST", {"a": "b\r\nc: d"}),
        ("POST", {"a": "b\0"}),
    ):
        with pytest.raises(MalformedMessage):
            verifier_of(KEY).verify(method, URL, signed() | headers, BODY)
        with pytest.raises(ValueError):
            RequestSigner(KEY).sign(method, URL, headers, BODY)


@pytest.mark.parametrize(
    ("input", "signature"),
    [
        ("sig1=(", "sig1=:AA==:"),
        ("sig1=()", "sig1=:AA==:, sig2=:AA==:"),
        ("sig1=(), sig2=()", "sig1=:AA==:"),
        ("sig1", "sig1=:AA==:"),
        ("sig1=()", "sig1=AA"),
        ("sig1=(" + '"a" ' * 2000 + ")", "sig1=:AA==:"),
        ("(" * 60_000, "sig1=:AA==:"),
        ("a" * 1_000_000, "sig1=:AA==:"),
        (",".join(f"s{i}=()" for i in range(2000)), "sig1=:AA==:"),
        ("", ""),
    ],
)
def test_malformed_and_hostile_fields(input: str, signature: str) -> None:
    with pytest.raises(MalformedMessage):
        verifier_of(KEY).verify("GET", URL, {"Signature-Input": input, "Signature": signature})


def test_nothing_secret_is_shown() -> None:
    key = Key.from_secret(b"0123456789abcdef" * 2, id="name")
    signer = RequestSigner(key)
    assert repr(signer) == 'RequestSigner(Key("name", hmac-sha256))'
    verifier = verifier_of(key)
    headers = signer.sign("GET", URL)
    assert "0123456789" not in repr(verifier) + repr(verifier.verify("GET", URL, headers)) + repr(headers)


def test_a_query_is_read_once_however_many_parameters_are_covered() -> None:
    url = URL + "".join(f"&p{number}=1" for number in range(5000))

    def cost(covered: int) -> float:
        names = "".join(f' "@query-param";name="p{number}"' for number in range(covered))
        parameters = f'("@method" "@target-uri"{names});created={int(time.time())}'
        headers = {"Signature-Input": f"s={parameters}", "Signature": "s=:AAAA:"}
        begun = time.perf_counter()
        with pytest.raises(NotAuthentic):
            verifier_of(KEY).verify("GET", url, headers)
        return time.perf_counter() - begun

    assert min(cost(60) for _ in range(5)) < 10 * min(cost(1) for _ in range(5))
