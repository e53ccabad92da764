"""Keys to bytes and back, as a user of the Python package meets it."""

from __future__ import annotations

import base64
import copy
import time
from pathlib import Path
from typing import Any

import pytest
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes, serialization
from ironlatch.hazmat.primitives.asymmetric import rsa
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_parameters,
    load_der_private_key,
    load_der_public_key,
    load_pem_parameters,
    load_pem_private_key,
    load_pem_public_key,
)
from ironlatch.hazmat.primitives.serialization.pkcs12 import PBES
from ironlatch.secrets import SecretBytes

SAMPLES = Path(__file__).parents[1] / "data" / "keys"
PASSWORD = b"correct horse"
ENCRYPTED = sorted(path.name for path in SAMPLES.glob("*.pem") if path.name.startswith(("pbes", "traditional")))
REFUSED = sorted(path.name for path in SAMPLES.glob("refused-*.pem"))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    loaded = load_pem_private_key(sample("rsa.pem"), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded


def same(a: Any, b: rsa.RSAPrivateKey) -> bool:
    return isinstance(a, rsa.RSAPrivateKey) and a.private_numbers() == b.private_numbers()


def test_every_encrypted_sample(key: rsa.RSAPrivateKey) -> None:
    assert len(ENCRYPTED) == 20
    for name in ENCRYPTED:
        assert same(load_pem_private_key(sample(name), PASSWORD), key), name


@pytest.mark.parametrize("name", REFUSED)
def test_unknown_encryption(name: str) -> None:
    with pytest.raises(ValueError):
        load_pem_private_key(sample(name), PASSWORD)


@pytest.mark.parametrize("name", ["pbes2-aes-256-cbc.pem", "pbes1-sha1-3des.pem", "traditional-aes-256-cbc.pem"])
@pytest.mark.parametrize("wrong", [b"correct hors", b"correct horse ", b"\xff", b"x" * 100_000])
def test_wrong_password(name: str, wrong: bytes) -> None:
    with pytest.raises(ValueError, match="^Incorrect password, could not decrypt key$"):
        load_pem_private_key(sample(name), wrong)


@pytest.mark.parametrize("name", ["pbes2-aes-256-cbc.pem", "traditional-aes-256-cbc.pem"])
@pytest.mark.parametrize("missing", [None, b"", bytearray(), SecretBytes.copy_from(b"")])
def test_missing_password(name: str, missing: Any) -> None:
    with pytest.raises(TypeError, match="Password was not given but private key is encrypted"):
        load_pem_private_key(sample(name), missing)


@pytest.mark.parametrize("name", ["rsa.pem", "pkcs8.pem"])
@pytest.mark.parametrize("superfluous", [b"", b"x", bytearray(b"x")])
def test_superfluous_password(name: str, superfluous: Any) -> None:
    with pytest.raises(TypeError, match="Password was given but private key is not encrypted"):
        load_pem_private_key(sample(name), superfluous)


@pytest.mark.parametrize(
    "password",
    [bytearray(PASSWORD), memoryview(PASSWORD), SecretBytes.copy_from(PASSWORD)],
    ids=["bytearray", "memoryview", "SecretBytes"],
)
def test_passwords_of_other_types(key: rsa.RSAPrivateKey, password: Any) -> None:
    assert same(load_pem_private_key(sample("pbes2-aes-256-cbc.pem"), password), key)
    assert same(load_pem_private_key(sample("traditional-aes-256-cbc.pem"), password), key)


@pytest.mark.parametrize("password", ["text", 12, object(), [1]])
def test_password_of_a_wrong_type(password: Any) -> None:
    with pytest.raises(TypeError):
        load_pem_private_key(sample("pbes2-aes-256-cbc.pem"), password)
    with pytest.raises(TypeError):
        load_pem_private_key(sample("rsa.pem"), password)


def test_data_of_other_types(key: rsa.RSAPrivateKey) -> None:
    for convert in (bytearray, memoryview, SecretBytes.copy_from):
        assert same(load_pem_private_key(convert(sample("rsa.pem")), None), key)
        assert same(load_der_private_key(convert(sample("pkcs8.der")), None), key)
    for other in (bytearray, memoryview):
        assert load_pem_public_key(other(sample("spki.pem"))) == key.public_key()
        assert load_der_public_key(other(sample("pkcs1-public.der"))) == key.public_key()
    for wrong in (sample("rsa.pem").decode(), None, 1, SAMPLES / "rsa.pem"):
        with pytest.raises(TypeError):
            load_pem_private_key(wrong, None)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            load_pem_public_key(wrong)  # type: ignore[arg-type]
    with pytest.raises(BufferError):
        load_der_private_key(memoryview(sample("pkcs8.der"))[::2], None)


def test_arguments() -> None:
    data = sample("rsa.pem")
    assert load_pem_private_key(data=data, password=None, backend=object(), unsafe_skip_rsa_key_validation=True)
    with pytest.raises(TypeError):
        load_pem_private_key(data)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        load_pem_private_key(data, None, None, True)  # type: ignore[misc]
    with pytest.raises(TypeError):
        load_pem_private_key(data, None, unsafe_skip_rsa_key_validation=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("load", [load_pem_private_key, load_der_private_key])
@pytest.mark.parametrize("data", [b"", b"\0", b"---- NOT A KEY ----\n", b"0" * 100_000, b"\x30\x80" * 50_000])
@pytest.mark.parametrize("password", [None, b"password"])
def test_not_a_key(load: Any, data: bytes, password: bytes | None) -> None:
    with pytest.raises(ValueError):
        load(data, password)


@pytest.mark.parametrize("load", [load_pem_public_key, load_der_public_key, load_pem_parameters, load_der_parameters])
@pytest.mark.parametrize("data", [b"", b"\0", b"---- NOT A KEY ----\n", b"0" * 100_000, b"\x30\x80" * 50_000])
def test_not_a_public_key(load: Any, data: bytes) -> None:
    with pytest.raises(ValueError):
        load(data)


def test_the_wrong_kind_of_key() -> None:
    with pytest.raises(ValueError, match="Are you sure this is a private key"):
        load_pem_private_key(sample("spki.pem"), None)
    with pytest.raises(ValueError, match="Are you sure this is a public key"):
        load_pem_public_key(sample("rsa.pem"))
    with pytest.raises(ValueError):
        load_der_private_key(sample("spki.der"), None)
    with pytest.raises(ValueError):
        load_der_public_key(sample("pkcs8.der"))


def test_a_wrong_label_comes_with_a_hint() -> None:
    data = sample("pkcs8.pem").replace(b" PRIVATE", b" RSA PRIVATE")
    with pytest.raises(ValueError) as caught:
        load_pem_private_key(data, None)
    assert len(caught.value.__notes__) == 1
    assert "PKCS#8 format" in caught.value.__notes__[0]


def test_other_types_of_keys_are_named() -> None:
    public = bytes.fromhex("302a300506032b657f032100") + b"\x42" * 32
    with pytest.raises(UnsupportedAlgorithm, match="1.3.101.127"):
        load_der_public_key(public)
    private = bytes.fromhex("302e020100300506032b657f04220420") + b"\x42" * 32
    with pytest.raises(UnsupportedAlgorithm, match="1.3.101.127"):
        load_der_private_key(private, None)


def test_parameters_of_a_tiny_group_are_refused() -> None:
    der = bytes.fromhex("3006020117020105")
    with pytest.raises(ValueError, match="512"):
        load_der_parameters(der)
    pem = b"-----BEGIN DH PARAMETERS-----\n" + base64.b64encode(der) + b"\n-----END DH PARAMETERS-----\n"
    with pytest.raises(ValueError, match="512"):
        load_pem_parameters(pem)


def test_absurd_iterations_are_refused_at_once() -> None:
    data = load_der(sample("pbes2-hmac-SHA1.pem"))
    assert data.count(b"\x02\x02\x08\x00") == 1
    for count in (b"\x02\x02\x00\x00", b"\x02\x02\x80\x00"):
        with pytest.raises(ValueError):
            load_der_private_key(data.replace(b"\x02\x02\x08\x00", count), PASSWORD)
    # The same file with 2**31 - 1 iterations: two bytes longer, in four lengths.
    start = time.monotonic()
    with pytest.raises(ValueError, match="iterations"):
        load_der_private_key(lengthened(data), PASSWORD)
    assert time.monotonic() - start < 1


def load_der(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(pem.splitlines()[1:-1]))


def lengthened(data: bytes) -> bytes:
    at = data.index(b"\x02\x02\x08\x00")
    longer = bytearray(data[:at] + b"\x02\x04\x7f\xff\xff\xff" + data[at + 4 :])
    # The sequences around it begin at 0 (long form), 4, 17, 19 and 32; the short ones have one byte
    # of length.
    whole = int.from_bytes(longer[2:4], "big") + 2
    longer[2:4] = whole.to_bytes(2, "big")
    position = 4
    while position < at:
        if longer[position] == 0x30:
            longer[position + 1] += 2
            position += 2
        elif longer[position] == 0x06:
            position += 2 + longer[position + 1]
        else:
            break
    return bytes(longer)


@pytest.mark.parametrize(
    ("name", "encoding", "format"),
    [
        ("rsa.pem", Encoding.PEM, PrivateFormat.TraditionalOpenSSL),
        ("rsa.der", Encoding.DER, PrivateFormat.TraditionalOpenSSL),
        ("pkcs8.pem", Encoding.PEM, PrivateFormat.PKCS8),
        ("pkcs8.der", Encoding.DER, PrivateFormat.PKCS8),
    ],
)
def test_private_keys_are_written_as_read(name: str, encoding: Encoding, format: PrivateFormat) -> None:
    load = load_pem_private_key if name.endswith(".pem") else load_der_private_key
    loaded: Any = load(sample(name), None)
    assert loaded.private_bytes(encoding, format, NoEncryption()) == sample(name)
    assert loaded.private_bytes(encoding=encoding, format=format, encryption_algorithm=NoEncryption()) == sample(name)


@pytest.mark.parametrize(
    ("name", "encoding", "format"),
    [
        ("spki.pem", Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        ("spki.der", Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ("pkcs1-public.pem", Encoding.PEM, PublicFormat.PKCS1),
        ("pkcs1-public.der", Encoding.DER, PublicFormat.PKCS1),
    ],
)
def test_public_keys_are_written_as_read(name: str, encoding: Encoding, format: PublicFormat) -> None:
    load = load_pem_public_key if name.endswith(".pem") else load_der_public_key
    loaded: Any = load(sample(name))
    assert loaded.public_bytes(encoding, format) == sample(name)


@pytest.mark.parametrize("format", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("password", [b"s", "pässwörd".encode(), b"\xff\0" * 511, SecretBytes.copy_from(b"secret")])
def test_encrypted_round_trip(key: rsa.RSAPrivateKey, format: PrivateFormat, password: Any) -> None:
    encryption = BestAvailableEncryption(password)
    first = key.private_bytes(Encoding.PEM, format, encryption)
    assert first != key.private_bytes(Encoding.PEM, format, encryption), "salts must be fresh"
    assert same(load_pem_private_key(first, password), key)
    with pytest.raises(ValueError):
        load_pem_private_key(first, b"other")
    if format == PrivateFormat.PKCS8:
        der = key.private_bytes(Encoding.DER, format, encryption)
        assert same(load_der_private_key(der, password), key)


def test_encrypted_traditional_names_its_cipher(key: rsa.RSAPrivateKey) -> None:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"pw"))
    lines = text.decode().splitlines()
    assert lines[:2] == ["-----BEGIN RSA PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED"]
    assert lines[2].startswith("DEK-Info: AES-256-CBC,")
    assert lines[3] == ""


ENCODINGS = [Encoding.PEM, Encoding.DER, Encoding.OpenSSH, Encoding.Raw, Encoding.X962, Encoding.SMIME]


def test_combinations_of_private_formats(key: rsa.RSAPrivateKey) -> None:
    for encoding in ENCODINGS:
        if encoding not in (Encoding.PEM, Encoding.DER):
            with pytest.raises(TypeError):
                key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
            with pytest.raises(ValueError):
                key.private_bytes(encoding, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        for format in (PrivateFormat.Raw, PrivateFormat.PKCS12):
            with pytest.raises(ValueError):
                key.private_bytes(encoding, format, NoEncryption())
    with pytest.raises(ValueError):
        key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"pw"))
    with pytest.raises(ValueError):
        key.private_bytes(Encoding.DER, PrivateFormat.OpenSSH, NoEncryption())


def test_combinations_of_public_formats(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    assert public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).startswith(b"ssh-rsa AAAAB3NzaC1yc2E")
    for encoding in ENCODINGS:
        if encoding not in (Encoding.PEM, Encoding.DER):
            for format in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1):
                with pytest.raises(TypeError):
                    public.public_bytes(encoding, format)
        if encoding != Encoding.OpenSSH:
            with pytest.raises(ValueError):
                public.public_bytes(encoding, PublicFormat.OpenSSH)
        for format in (PublicFormat.Raw, PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint):
            with pytest.raises(ValueError):
                public.public_bytes(encoding, format)


def test_arguments_of_wrong_types(key: rsa.RSAPrivateKey) -> None:
    none = NoEncryption()
    for arguments in [
        ("PEM", PrivateFormat.PKCS8, none),
        (Encoding.PEM, "PKCS8", none),
        (Encoding.PEM, PublicFormat.PKCS1, none),
        (Encoding.PEM, PrivateFormat.PKCS8, None),
        (Encoding.PEM, PrivateFormat.PKCS8, "none"),
        (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption),
    ]:
        with pytest.raises(TypeError):
            key.private_bytes(*arguments)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        key.public_key().public_bytes(Encoding.PEM, PrivateFormat.PKCS8)  # type: ignore[arg-type]


def test_other_encryptions(key: rsa.RSAPrivateKey) -> None:
    class Other(KeySerializationEncryption):
        pass

    built = [
        PrivateFormat.OpenSSH.encryption_builder().build(b"pw"),
        PrivateFormat.PKCS12.encryption_builder().build(b"pw"),
    ]
    for encryption in [Other(), *built]:
        for format in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
            with pytest.raises(ValueError, match="Unsupported encryption type"):
                key.private_bytes(Encoding.PEM, format, encryption)


@pytest.mark.parametrize("password", [b"", bytearray(b"x"), "x", None, 12, SecretBytes.copy_from(b"")])
def test_passwords_to_write_under(password: Any) -> None:
    with pytest.raises(ValueError):
        BestAvailableEncryption(password)
    with pytest.raises(ValueError):
        PrivateFormat.PKCS12.encryption_builder().build(password)


@pytest.mark.parametrize("format", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_long_passwords(key: rsa.RSAPrivateKey, format: PrivateFormat) -> None:
    assert key.private_bytes(Encoding.PEM, format, BestAvailableEncryption(b"x" * 1023))
    with pytest.raises(ValueError, match="1023"):
        key.private_bytes(Encoding.PEM, format, BestAvailableEncryption(b"x" * 1024))


def test_builder() -> None:
    for format in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.Raw):
        with pytest.raises(ValueError):
            format.encryption_builder()
    builder = PrivateFormat.PKCS12.encryption_builder()
    full = builder.kdf_rounds(5).hmac_hash(hashes.SHA256()).key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
    assert isinstance(full.build(b"pw"), KeySerializationEncryption)
    with pytest.raises(ValueError):
        full.kdf_rounds(5)
    with pytest.raises(ValueError):
        full.hmac_hash(hashes.SHA256())
    with pytest.raises(ValueError):
        full.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
    # A builder is not changed by its methods.
    assert isinstance(builder.kdf_rounds(1).build(b"pw"), KeySerializationEncryption)
    for rounds in (0, -1):
        with pytest.raises(ValueError):
            builder.kdf_rounds(rounds)
    for wrong in ("5", 1.5, None):
        with pytest.raises(TypeError):
            builder.kdf_rounds(wrong)  # type: ignore[arg-type]
    ssh = PrivateFormat.OpenSSH.encryption_builder()
    with pytest.raises(TypeError):
        ssh.hmac_hash(hashes.SHA256())
    with pytest.raises(TypeError):
        ssh.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)


def test_members_behave_as_constants() -> None:
    assert Encoding.PEM == Encoding.PEM
    assert Encoding.PEM is Encoding.PEM
    assert Encoding.PEM != Encoding.DER
    assert Encoding.PEM != "PEM"
    assert Encoding.Raw != PrivateFormat.Raw
    assert len({*ENCODINGS, Encoding.PEM}) == 6
    assert repr(PrivateFormat.PKCS8) == "PrivateFormat.PKCS8"
    assert Encoding.PEM.__class__.__module__ == "ironlatch.hazmat.primitives.serialization"
    with pytest.raises(TypeError):
        Encoding("PEM")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        copy.copy(Encoding.PEM)


def test_errors_hold_no_secret() -> None:
    with pytest.raises(ValueError) as caught:
        load_pem_private_key(sample("pbes2-aes-256-cbc.pem"), b"hunter2hunter2")
    assert "hunter2" not in str(caught.value) + repr(caught.value)
    damaged = sample("rsa.pem").replace(b"MII", b"M*I")
    with pytest.raises(ValueError) as caught:
        load_pem_private_key(damaged, None)
    assert str(caught.value).isascii()
    assert damaged.splitlines()[2].decode() not in str(caught.value)


def test_public_names() -> None:
    for name in serialization.__all__:
        assert hasattr(serialization, name)
