"""Verifying signed mail: of `openssl`, our own, and as it looks after its way through the mail."""

from __future__ import annotations

import email
import email.policy
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest
from ironlatch import cms, x509
from ironlatch.certificates import Refused
from ironlatch.exceptions import InvalidSignature
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.serialization import Encoding, pkcs7
from test_cms import MESSAGE, Option, World, openssl, world

__all__ = ["world"]  # the fixture

TEXT = b"a message\nof two lines\n"


def of_openssl(world: World, name: str, *more: str, program: str = "cms", message: bytes = TEXT) -> bytes:
    person = world.people[name]
    command = ["openssl", program, "-sign", "-certfile", person.files.parent / "middle.crt", "-md", "sha256"]
    done = subprocess.run([*command, *person.options, *more], input=message, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("program", ["cms", "smime"])
@pytest.mark.parametrize("name", ["rsa", "ec"])
@pytest.mark.parametrize(
    "more",
    [
        [],
        ["-nodetach"],
        ["-binary"],
        ["-binary", "-nodetach"],
        ["-text"],
        ["-noattr"],
        ["-crlfeol"],
        ["-nodetach", "-stream"],
    ],
    ids=" ".join,
)
def test_mail_of_openssl(program: str, name: str, more: list[str], world: World) -> None:
    openssl(world, *world.people["rsa"].options)  # which skips if it is not installed
    mail = of_openssl(world, name, *more, "-from", "a@example.com", "-subject", "x", program=program)
    lines = TEXT if "-binary" in more else MESSAGE
    if "-text" in more:
        lines = b"Content-Type: text/plain\r\n\r\n" + lines
    # As a file has it, and as the mail does.
    for way in (mail, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
        if "-binary" in more and "-nodetach" not in more and way is not mail:
            with pytest.raises(cms.SignatureRefused, match="is not the one that was signed|not valid"):
                cms.verify_mail(way, world.verifier)
            continue
        verified = cms.verify_mail(way, world.verifier)
        assert verified.content == lines
        assert verified.signers[0].certificate == world.people[name].certificate


def ours(world: World, *options: pkcs7.PKCS7Options, message: bytes = TEXT) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(message).add_certificate(world.middle)
    person = world.people["ec"]
    return builder.add_signer(person.certificate, person.key, hashes.SHA256()).sign(Encoding.SMIME, options)


@pytest.mark.parametrize("options", [(), (Option.Text,), (Option.Binary,)], ids=str)
@pytest.mark.parametrize("message", [TEXT, b"", b"\n", b"no end", b"\r\n\r\nx\r", b"------x\n--\n----"], ids=repr)
def test_our_own(options: tuple[pkcs7.PKCS7Options, ...], message: bytes, world: World) -> None:
    mail = ours(world, Option.DetachedSignature, *options, message=message)
    signed = message
    if Option.Binary not in options:
        signed = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if Option.Text in options:
        signed = b"Content-Type: text/plain\r\n\r\n" + signed
    assert cms.verify_mail(mail, world.verifier).content == signed


def test_a_mail_with_parts_and_a_header(world: World) -> None:
    """Mail clients make it so: parts within the part that is signed."""
    inner = EmailMessage(policy=email.policy.SMTP)
    inner.set_content("see the file\n")
    inner.add_attachment(bytes(range(256)), "application", "octet-stream", filename="x.bin")
    part = inner.as_bytes()
    mail = ours(world, Option.DetachedSignature, Option.Binary, message=part)
    header = b"Received: from a by b;\r\n\tMon, 30 Nov 2026 10:00:00 +0000\r\nFrom: a@example.com\r\n"
    content = cms.verify_mail(header + mail, world.verifier).content
    assert content == part
    attached = email.message_from_bytes(content, policy=email.policy.SMTP)
    assert [one.get_content() for one in attached.iter_attachments()] == [bytes(range(256))]
    # What the header says otherwise: in other letters, on several lines, with another order.
    head, _, body = mail.partition(b"\r\n\r\n")
    boundary = email.message_from_bytes(mail).get_boundary()
    assert boundary
    for kind in (
        f'CONTENT-TYPE:multipart/SIGNED;\r\n\tBoundary="{boundary}";\r\n micalg=sha-256',
        f'content-type : Multipart/Signed; protocol="a;b=\\"c"; boundary={boundary}',
    ):
        assert cms.verify_mail(kind.encode() + b"\r\n\r\n" + body, world.verifier).content == part
    assert b"multipart/signed" in head
    # After the last boundary, and in front of the first, is nothing that is signed.
    assert cms.verify_mail(mail + b"a footer\r\n", world.verifier).content == part


def test_what_was_changed_on_the_way(world: World) -> None:
    mail = ours(world, Option.DetachedSignature)
    for old, new in ((b"two lines", b"two_lines"), (b"of two", b"of  two"), (b"lines\r\n", b"lines\r\n\r\n")):
        assert mail.count(old) == 1
        with pytest.raises(cms.SignatureRefused, match="the content is not the one that was signed"):
            cms.verify_mail(mail.replace(old, new), world.verifier)
    other = ours(world, Option.DetachedSignature, message=b"another")
    boundary = email.message_from_bytes(other).get_boundary()
    assert boundary
    signature = other.split(b"--" + boundary.encode())[2]
    parts = mail.split(b"--" + email.message_from_bytes(mail).get_boundary().encode())  # type: ignore[union-attr]
    swapped = (b"--" + email.message_from_bytes(mail).get_boundary().encode()).join([*parts[:2], signature, parts[3]])  # type: ignore[union-attr]
    with pytest.raises(cms.SignatureRefused, match="the content is not the one that was signed"):
        cms.verify_mail(swapped, world.verifier)


def test_a_signer_that_nobody_trusts(world: World) -> None:
    from ironlatch.certificates import Verifier

    strange = Verifier([world.people["rsa"].certificate], purpose=x509.ExtendedKeyUsageOID.EMAIL_PROTECTION)
    with pytest.raises(Refused):
        cms.verify_mail(ours(world, Option.DetachedSignature), strange)


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (b"", "the mail is not signed: it is \"text/plain\""),
        (b"Subject: x\n\nbody", "the mail is not signed: it is \"text/plain\""),
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--x--\n", "not signed: it is \"multipart/mixed\""),
        (b"Content-Type: multipart/signed\n\n--x\n\na\n--x--\n", "does not say where its parts end"),
        (b"Content-Type: multipart/signed; boundary=\"\"\n\n--\n\na\n----\n", "does not say where its parts end"),
        (b"Content-Type: multipart/signed; boundary=x\n\n--x\n\na\n--x--\n", "a signed mail has two parts"),
        (b"Content-Type: multipart/signed; boundary=x\n\n--x\na\n--x\nb\n--x\nc\n--x--\n", "a signed mail has two parts"),
        (b"Content-Type: multipart/signed; boundary=x\n\n--x\na\n--x\nb\n", "a signed mail has two parts"),
        (
            b"Content-Type: multipart/signed; boundary=x\n\n--x\na\n--x\nContent-Type: application/pgp-signature\n\nb\n--x--\n",
            "not signed with S/MIME: its second part is \"application/pgp-signature\"",
        ),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA", "its smime-type is \"enveloped-data\""),
        (b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n!", "not valid base64"),
        (b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: x-uuencode\n\nAAAA", "encoded as \"x-uuencode\""),
        (b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMAA=", "error parsing|missing|Short"),
    ],
)  # fmt: skip
def test_what_is_no_signed_mail(mail: bytes, reason: str, world: World) -> None:
    with pytest.raises(ValueError, match=reason):
        cms.verify_mail(mail, world.verifier)


def test_any_changed_byte_is_noticed(world: World) -> None:
    mail = ours(world, Option.DetachedSignature)
    signed = cms.verify_mail(mail, world.verifier).content
    for at in range(len(mail)):
        changed = bytearray(mail)
        changed[at] ^= 0x04
        try:
            verified = cms.verify_mail(changed, world.verifier)
        except (ValueError, InvalidSignature, Refused, x509.InvalidVersion, x509.UnsupportedGeneralNameType):
            continue
        except Exception as error:
            assert type(error).__name__ == "UnsupportedAlgorithm", error  # noqa: PT017 - the byte names it
            continue
        assert verified.content == signed
        # The number of bits that do not count in a certificate's signature is not signed.
        signed_part = verified.signers[0].certificate.tbs_certificate_bytes
        assert signed_part == world.people["ec"].certificate.tbs_certificate_bytes


def test_long_mail_takes_time_in_proportion(world: World, tmp_path: Path) -> None:
    # Boundaries that are none, headers that never end: no more work than their length.
    lines = b"Content-Type: multipart/signed; boundary=x\n\n--x\n" + b"--xy\n" * 200_000
    header = b"Content-Type: multipart/signed;" + b"\n a=b;" * 200_000
    for mail in (lines, header, b"a: b\n" * 200_000):
        with pytest.raises(ValueError, match="mail"):
            cms.verify_mail(mail, world.verifier)
