"""No copies of secrets stay in the process, of those that the library makes.

Each case is a program that is given secrets, or has the library make some, and drops everything.
Its process is then looked through from outside, all of its memory: see `memory.py`.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ironlatch
import pytest
from memory import Process
from memory_cases import CASES, case

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

IMPORTS = """
import datetime, io, json, os, pathlib, tempfile
from ironlatch import cobblestone, files, fields, jwk, keyring, passwords, pinning, sealing, secrets, show_once, slh_dsa, ssh
from ironlatch.fernet import Fernet, MultiFernet
from ironlatch.hazmat.primitives import (
    ciphers, cmac, constant_time, hashes, hmac, hpke, keywrap, padding, poly1305, serialization)
from ironlatch.hazmat.primitives.asymmetric import (
    dh, dsa, ec, ed448, ed25519, mldsa, mlkem, padding as rsa_padding, rsa, x448, x25519)
from ironlatch.hazmat.primitives.ciphers import aead, algorithms, modes
from ironlatch.hazmat.primitives.kdf import argon2, concatkdf, hkdf, kbkdf, pbkdf2, scrypt, x963kdf
from ironlatch.hazmat.primitives.twofactor.hotp import HOTP
from ironlatch.hazmat.primitives.twofactor.totp import TOTP
from ironlatch.signing import Key, KeySet, RequestSigner, RequestVerifier, tokens, webhooks
from ironlatch._native import ciphers as contexts

SHA = hashes.SHA256()
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS8, OPENSSH = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.OpenSSH
TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL
RAW = serialization.Encoding.Raw, serialization.PrivateFormat.Raw
PLAIN = serialization.NoEncryption()
"""


# Keys of asymmetric algorithms: made, stored, loaded, used, and refused.
for name, (make, use) in {
    "Ed25519": ("ed25519.Ed25519PrivateKey.generate()", "key.sign(b'x')"),
    "Ed448": ("ed448.Ed448PrivateKey.generate()", "key.sign(b'x')"),
    "X25519": (
        "x25519.X25519PrivateKey.generate()",
        "report(key.exchange(x25519.X25519PrivateKey.generate().public_key()))",
    ),
    "X448": ("x448.X448PrivateKey.generate()", "report(key.exchange(x448.X448PrivateKey.generate().public_key()))"),
    **{
        f"MLDSA{size}": (f"mldsa.MLDSA{size}PrivateKey.generate()", "key.sign(b'x'); key.sign_mu(bytes(64))")
        for size in (44, 65, 87)
    },
    **{
        f"MLKEM{size}": (
            f"mlkem.MLKEM{size}PrivateKey.generate()",
            "s, c = key.public_key().encapsulate(); report(s); report(key.decapsulate(c))",
        )
        for size in (512, 768, 1024)
    },
}.items():
    module, kind = name.lower().removesuffix("44").removesuffix("65").removesuffix("87"), f"{name}PrivateKey"
    module = "mlkem" if module.startswith("mlkem") else module
    from_bytes = (
        f"{module}.{kind}.from_seed_bytes" if module in ("mldsa", "mlkem") else f"{module}.{kind}.from_private_bytes"
    )
    case(
        f"{name} used",
        f"key = {make}\nreport(key.private_bytes_raw())\n{use}\nkey.public_key()\nimport copy; copy.copy(key)\n",
    )
    case(
        f"{name} stored",
        f"""
key = {make}
raw = report(key.private_bytes_raw())
report(key.private_bytes(*RAW, PLAIN))
pem = report(key.private_bytes(PEM, PKCS8, PLAIN))
der = report(key.private_bytes(DER, PKCS8, PLAIN))
password = frozen(secret())
locked = key.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(password))
serialization.load_pem_private_key(pem, None)
serialization.load_der_private_key(der, None)
serialization.load_pem_private_key(locked, password)
raises(serialization.load_pem_private_key, locked, secret())
raises(serialization.load_der_private_key, spoiled(der, 2), None)
raises(serialization.load_pem_private_key, spoiled(pem, 60), None)
{from_bytes}(raw)
raises({from_bytes}, secret(7))
""",
    )

case(
    "pkcs12",
    """
from ironlatch import x509
from ironlatch.hazmat.primitives.serialization import pkcs12
key = ed25519.Ed25519PrivateKey.generate()
report(key.private_bytes_raw())
password = frozen(secret())
locks = [serialization.BestAvailableEncryption(password)]
builder = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(3)
locks.append(builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).build(password))
for lock in locks:
    file = pkcs12.serialize_key_and_certificates(b"n", key, None, None, lock)
    pkcs12.load_key_and_certificates(file, password)
    pkcs12.load_pkcs12(file, password)
    pkcs12.load_pkcs12_contents(file, password)
    raises(pkcs12.load_pkcs12, file, frozen(secret()))
owns(pkcs12.serialize_key_and_certificates(b"n", key, None, None, PLAIN))
""",
)

case(
    "authority",
    """
from ironlatch import x509
from ironlatch.certificates import Authority
password = frozen(secret())
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "root.pem")
    root = Authority.create("CN=Root")
    number(root.private_key.private_numbers().private_value)
    root.write(path, password=password)
    root = Authority.load(path, password=password)
    raises(Authority.load, path, password=frozen(secret()))
    number(root.intermediate().private_key.private_numbers().private_value)
    leaf = root.issue("a.example", key_type="ed25519")
    report(leaf.private_key.private_bytes_raw())
    leaf.write(os.path.join(directory, "a.pem"), password=password)
    leaf = root.issue("b.example", private_key=leaf.private_key)
    request = x509.CertificateSigningRequestBuilder(x509.Name.from_rfc4514_string("CN=a.example"))
    root.sign_request(request.sign(leaf.private_key, None))
    root.renew(leaf.certificate, private_key=leaf.private_key)
    root.revocation_list(None, [leaf.certificate])
""",
)

case(
    "pkcs7",
    """
from ironlatch import x509
from ironlatch.hazmat.primitives.serialization import pkcs7
key = rsa.generate_private_key(65537, 2048)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
day = datetime.datetime(2026, 1, 1)
cert = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day).sign(key, SHA)
number(key.private_numbers().d)
builder = pkcs7.PKCS7EnvelopeBuilder().set_data(frozen(secret(64))).add_recipient(cert)
for encoding, decrypt in ((DER, pkcs7.pkcs7_decrypt_der), (PEM, pkcs7.pkcs7_decrypt_pem)):
    sealed = builder.encrypt(encoding, [pkcs7.PKCS7Options.Binary])
    owns(decrypt(sealed, cert, key, []))
signer = pkcs7.PKCS7SignatureBuilder().set_data(b"x").add_signer(cert, key, SHA)
signer.sign(DER, [])
del key
""",
)

case(
    "cms",
    """
from ironlatch import cms, x509
from ironlatch.exceptions import InvalidTag
rsa_key, ec_key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
keys = [rsa_key, ec_key, x25519.X25519PrivateKey.generate(), mlkem.MLKEM768PrivateKey.generate()]
number(rsa_key.private_numbers().d)
number(ec_key.private_numbers().private_value)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
day = datetime.datetime(2026, 1, 1)
plain = frozen(secret(64))
for key in keys:
    cert = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day).sign(ec_key, SHA)
    for cipher in ("AES-256-GCM", "AES-128-CBC"):
        sealed = cms.encrypt(plain, [cert], cipher=cipher)
        owns(cms.decrypt(sealed, key, cert, allow_unauthenticated=True))
    raises(cms.decrypt, spoiled(cms.encrypt(plain, [cert]), -1), key, cert)
with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory)
    (path / "plain").write_bytes(plain)
    cms.encrypt_file(path / "plain", path / "sealed", [cert])
    cms.decrypt_file(path / "sealed", path / "again", key, cert)
    for key in (rsa_key, ec_key):
        cert = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day).sign(ec_key, SHA)
        cms.sign(b"x", cert, key)
        cms.sign_file(path / "sealed", cert, key)
del keys, key, rsa_key, ec_key
""",
)

EC = "ec.generate_private_key(ec.{}())"
RSA = "rsa.generate_private_key(65537, 1024)"
for name, make in {
    **{
        f"EC {curve}": EC.format(curve)
        for curve in ("SECP256R1", "SECP384R1", "SECP521R1", "SECP256K1", "SECP224R1", "BrainpoolP256R1")
    },
    "RSA": RSA,
}.items():
    case(
        f"{name} stored",
        f"""
key = {make}
n = key.private_numbers()
{"number(n.private_value)" if name != "RSA" else "number(n.d); number(n.p); number(n.q)"}
pem = owns(key.private_bytes(PEM, PKCS8, PLAIN))
owns(key.private_bytes(DER, PKCS8, PLAIN)); owns(key.private_bytes(DER, TRADITIONAL, PLAIN))
old = owns(key.private_bytes(PEM, TRADITIONAL, PLAIN))
password = frozen(secret())
locked = key.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(password))
serialization.load_pem_private_key(pem, None); serialization.load_pem_private_key(old, None)
serialization.load_pem_private_key(locked, password)
raises(serialization.load_pem_private_key, locked, secret())
raises(serialization.load_pem_private_key, spoiled(old, 90), None)
locked = key.private_bytes(PEM, TRADITIONAL, serialization.BestAvailableEncryption(password))
serialization.load_pem_private_key(locked, password)
raises(serialization.load_pem_private_key, locked, secret())
n.private_key()
del n, key
""",
    )
    case(
        f"{name} used",
        f"""
key = {make}
n = key.private_numbers()
{"number(n.private_value)" if name != "RSA" else "number(n.d); number(n.p); number(n.q)"}
del n
"""
        + (
            """
for hashed in (SHA, hashes.SHA512()):
    key.sign(b"x", ec.ECDSA(hashed))
key.sign(b"x", ec.ECDSA(SHA, deterministic_signing=True))
report(key.exchange(ec.ECDH(), ec.generate_private_key(key.curve).public_key()))
"""
            if name != "RSA"
            else """
key.sign(b"x", rsa_padding.PKCS1v15(), SHA)
key.sign(b"x", rsa_padding.PSS(rsa_padding.MGF1(SHA), 20), SHA)
oaep = rsa_padding.OAEP(rsa_padding.MGF1(SHA), SHA, None)
for kind in (oaep, rsa_padding.PKCS1v15()):
    sealed = key.public_key().encrypt(secret(), kind)
    owns(key.decrypt(sealed, kind))
    try:
        owns(key.decrypt(bytes([sealed[0] ^ 1]) + sealed[1:], kind))
    except ValueError:
        pass
"""
        ),
    )
case(
    "ec from numbers", "n = 0\nfor byte in secret(31):\n    n = n << 8 | byte\nec.derive_private_key(n, ec.SECP256R1())"
)

case(
    "DSA",
    """
key = dsa.generate_parameters(1024).generate_private_key()
number(key.private_numbers().x)
key.sign(b"x", SHA)
pem = owns(key.private_bytes(PEM, PKCS8, PLAIN)); serialization.load_pem_private_key(pem, None)
old = owns(key.private_bytes(PEM, TRADITIONAL, PLAIN)); serialization.load_pem_private_key(old, None)
key.private_numbers().private_key()
""",
)
case(
    "DH",
    """
p = 0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF
parameters = dh.DHParameterNumbers(p, 2).parameters()
key = parameters.generate_private_key()
number(key.private_numbers().x)
report(key.exchange(parameters.generate_private_key().public_key()))
pem = owns(key.private_bytes(PEM, PKCS8, PLAIN)); serialization.load_pem_private_key(pem, None)
key.private_numbers().private_key()
""",
)
case(
    "SLH-DSA",
    """
key = slh_dsa.SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f")
raw = owns(key.private_bytes_raw()); report(owns(raw[:32]))
key.sign(b"x"); key.sign_hash(b"x", SHA); owns(key.private_bytes(DER, PKCS8, PLAIN))
slh_dsa.SLHDSAPrivateKey.from_private_bytes("SLH-DSA-SHA2-128f", raw)
""",
)
case(
    "HPKE",
    """
for kem, make in ((hpke.KEM.X25519, x25519.X25519PrivateKey.generate), (hpke.KEM.P256, lambda: ec.generate_private_key(ec.SECP256R1())),
                  (hpke.KEM.MLKEM768, mlkem.MLKEM768PrivateKey.generate)):
    for kind in (hpke.AEAD.AES_128_GCM, hpke.AEAD.CHACHA20_POLY1305):
        suite, key = hpke.Suite(kem, hpke.KDF.HKDF_SHA256, kind), make()
        sealed = suite.encrypt(secret(), key.public_key())
        owns(suite.decrypt(sealed, key))
        raises(suite.decrypt, sealed[:-1] + bytes([sealed[-1] ^ 1]), key)
""".replace("secret()", "frozen(secret())").replace(
        "for kind in (hpke.AEAD.AES_128_GCM, hpke.AEAD.CHACHA20_POLY1305)", "for kind in (hpke.AEAD.AES_128_GCM,)"
    ),
)
case(
    "JWK",
    """
k = "".join(["{\\"kty\\":\\"oct\\",\\"k\\":\\""])
raw = secret()
import base64
encoded = owns(base64.urlsafe_b64encode(raw)); stripped = owns(encoded.rstrip(b"=")); begun = owns(b'{"kty":"oct","k":"' + stripped)
document = owns(begun + b'"}')
key = jwk.load(document)
report(key.key.expose())
owns(key.to_json(private=True)); owns(list(key.to_dict(private=True).values()))
for place in (-1, -2, -3, 0, 10, 20):
    raises(jwk.load, spoiled(document, place)); raises(jwk.load_set, spoiled(document, place))
begun = owns(b'{"keys":[' + document); jwk.load_set(owns(begun + b"]}"))
private = jwk.Jwk(ed25519.Ed25519PrivateKey.generate())
report(private.key.private_bytes_raw())
owns(private.to_json(private=True))
""",
)

# The last digit alone is wrong, and nothing is called afterwards that would overwrite what was
# decoded until then.
case(
    "a JWK with a wrong digit",
    """
raw = secret()
import base64
encoded = owns(base64.urlsafe_b64encode(raw)); stripped = owns(encoded.rstrip(b"=")); begun = owns(b'{"kty":"oct","k":"' + stripped)
document = owns(begun + b'"}')
jwk.load(document)
raises(jwk.load, spoiled(document, -3))
""",
)

# Recipes.
case(
    "secrets",
    """
held = secrets.SecretBytes.copy_from(secret())
owns(held.expose()); held == secret(); held.wipe()
with secrets.SecretBytes.generate(32) as made:
    report(made.expose())
report(secrets.token_bytes(32)); report(secrets.token_hex(32)); report(secrets.token_urlsafe(32))
phrase = secrets.passphrase()
owns(phrase.expose())
codes = secrets.recovery_codes()
for code in codes.expose():
    report(code)
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "secret")
    with open(path, "wb", buffering=0) as file:
        file.write(secret())
    owns(secrets.SecretBytes.from_file(path).expose())
""",
)
case(
    "fernet",
    """
key = report(Fernet.generate_key())
one = Fernet(key)
token = one.encrypt(secret()); owns(one.decrypt(token)); raises(one.decrypt, token[:-4] + b"AAAA")
several = MultiFernet([one, Fernet(report(Fernet.generate_key()))])
owns(one.decrypt_at_time(one.encrypt_at_time(secret(), 5), 10, 6))
owns(several.decrypt_at_time(several.encrypt_at_time(secret(), 5), 10, 6))
owns(several.decrypt(several.rotate(several.encrypt(secret()))))
raises(Fernet, secret(31)); raises(Fernet, text(secret(44)))
""",
)
case(
    "cobblestone",
    """
for e, d in ((cobblestone.Cobblestone128Encryptor, cobblestone.Cobblestone128Decryptor),
             (cobblestone.Cobblestone256Encryptor, cobblestone.Cobblestone256Decryptor)):
    key = report(e.generate_key())
    state = e(key, b"context"); sealed = state.update(secret(64)) + state.finalize()
    state = d(key, b"context"); owns(state.update(sealed)); owns(state.finalize())
    state = d(key, b"other"); raises(lambda: (state.update(sealed), state.finalize()))
    raises(e, secret(7), b"")
""",
)
case(
    "sealing",
    """
for kind in (sealing.XAES256GCM, sealing.XChaCha20Poly1305):
    box = kind(secret()); sealed = box.seal(secret()); owns(box.open(sealed)); raises(box.open, sealed[:-1]); report(kind.generate_key())
""",
)
case(
    "passwords",
    """
hasher = passwords.PasswordHasher(memory_kib=64, iterations=1)
password = frozen(secret())
stored = hasher.hash(password)
hasher.verify(password, stored); hasher.verify(text(secret()), stored); hasher.verify_and_update(password, stored)
raises(hasher.verify, frozen(secret()), "$what$")
stored = passwords.hash(password); passwords.verify(password, stored); passwords.verify_and_update(password, stored)
""",
)
case(
    "show_once",
    """
key = show_once.ServerKey.generate()
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "key"); fd = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600); os.write(fd, owns(owns(key.expose()).encode())); os.close(fd); show_once.ServerKey.load(path)
keys = show_once.ApiKeys("acme", key)
made = keys.generate()
shown = report(made.expose())
keys.digest(shown); keys.verify(shown, made.digest); raises(keys.digest, text(secret())); show_once.check_api_key(shown)
show_once.ServerKey.parse(owns(key.expose())); keys.digests(shown)
codes = show_once.Codes("login", key)
for code in codes.generate("ada").expose():
    report(code)
stored = codes.digest(code, "ada"); codes.digests(code, "ada"); codes.verify(code, "ada", stored)
viewable = show_once.SecretSealer("login", key)
sealed = viewable.seal(secret(), "ada")
owns(viewable.open(sealed, "ada").expose()); raises(viewable.open, sealed, "bob")
show_once.ServerKey.from_bytes(secret())
""",
)
case(
    "signing keys",
    """
key = Key.from_secret(secret()); owns(key.expose())
pair = Key.generate_pair(); whole = owns(pair.expose()); Key.parse(whole); raises(Key.parse, spoiled(whole, -2))
one = Key.generate(); whole = owns(one.expose()); Key.parse(whole); raises(Key.parse, spoiled(whole, -2))
ring = KeySet([key, one]); whole = owns(ring.expose()); KeySet.parse(whole); raises(KeySet.parse, spoiled(whole, -3))
with tempfile.TemporaryDirectory() as directory:
    key.save(os.path.join(directory, "key")); Key.load(os.path.join(directory, "key"))
raises(Key.from_secret, secret(7))
""",
)
case(
    "tokens",
    """
signed = tokens.SignedTokens(Key.from_secret(secret()), "login")
signed.verify(signed.sign(frozen(secret()))) and None
key = tokens.EncryptionKey.from_bytes(secret(64)); whole = owns(key.expose()); tokens.EncryptionKey.parse(whole)
raises(tokens.EncryptionKey.parse, spoiled(whole, -3))
sealed = tokens.EncryptedTokens(key, "login")
token = sealed.encrypt(b"x")
owns(sealed.decrypt(token).data)
raises(sealed.decrypt, token[:-1])
""".replace(
        "signed.verify(signed.sign(frozen(secret()))) and None",
        "token = signed.sign(b'x'); signed.verify(token); raises(signed.verify, token[:-1])",
    ),
)
case(
    "webhooks",
    """
made = webhooks.WebhookSecret.generate(); whole = report(made.expose()); webhooks.WebhookSecret.parse(whole)
tries(webhooks.WebhookSecret.parse, spoiled(whole, -1))
pair = webhooks.WebhookSecret.generate_pair(); owns(pair.expose())
headers = webhooks.WebhookSigner(made).sign(b"body"); webhooks.WebhookVerifier(whole).verify(headers, b"body")
raises(webhooks.WebhookVerifier(frozen(secret())).verify, headers, b"body")
webhooks.WebhookVerifier.github(frozen(secret())); webhooks.WebhookVerifier.stripe(frozen(secret())); webhooks.WebhookVerifier.slack(text(secret()))
""".replace(
        'raises(webhooks.WebhookVerifier(frozen(secret())).verify, headers, b"body")',
        "tries(webhooks.WebhookVerifier, frozen(secret()))",
    ),
)
case(
    "signed requests",
    """
signer = RequestSigner(Key.from_secret(secret()))
signer.sign("POST", "https://a.example/", {"content-type": "a/b"}, frozen(secret()))
""",
)
case(
    "files",
    """
identity = files.Identity.generate(); whole = report(identity.expose()); files.Identity.parse(whole)
raises(files.Identity.parse, spoiled(whole, -1))
sealed = files.encrypt(frozen(secret()), recipients=[identity.recipient]); owns(files.decrypt(sealed, identities=[identity]))
raises(files.decrypt, sealed[:-1], identities=[identity])
raises(files.decrypt, sealed, passphrase=text(secret()))
with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory)
    identity.save(path / "key"); files.Identity.load(path / "key")
    (path / "plain").write_bytes(b"x")
    target = io.BytesIO()
    writer = files.Writer(target, None, [identity.recipient], False); writer.write(secret()); writer.finish()
    buffer = owns(bytearray(32)); files.Reader(io.BytesIO(target.getvalue()), None, [identity]).read_at(0, buffer)
    files.encrypt_file(path / "plain", path / "sealed", recipients=[identity.recipient])
    files.decrypt_file(path / "sealed", path / "again", identities=[identity])
""",
)
case(
    "keyrings",
    """
ring = keyring.Keyring.in_memory()
key = ring.create_key("a"); owns(key.decrypt(key.encrypt(secret()))); report(key.derive("purpose").expose())
ring.rotate("a"); signing = ring.create_key("s", "hmac-sha256"); signing.sign(b"x"); signing.signing_keys()
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "provider")
    keyring.LocalProvider.create(path)
    provider = keyring.LocalProvider.open(path)
    provider.sign(b"x"); owns(provider.unwrap(provider.wrap(secret(), b"c"), b"c").expose())
    caching = keyring.CachingProvider(provider)
    caching.sign(b"x"); owns(caching.unwrap(caching.wrap(secret(), b"c"), b"c").expose())
raises(ring.import_keys, "j", owns(b'{"keys":[{"kty":"oct","k":"' + frozen(secret())), "jwk")
raises(ring.import_keys, "f", frozen(secret()), "fernet")
""",
)
case(
    "keyring files",
    """
with tempfile.TemporaryDirectory() as directory:
    path, phrase = os.path.join(directory, "ring"), frozen(secret())
    ring = keyring.Keyring.create(path, passphrase=phrase, iterations=1, memory_kib=64, lanes=1)
    key = ring.create_key("a"); report(key.derive("purpose").expose())
    again = keyring.Keyring.open(path, passphrase=phrase)
    raises(keyring.Keyring.open, path, passphrase=text(secret()))
    again.rewrap(passphrase=text(secret()), iterations=1, memory_kib=64, lanes=1)
""",
)
case(
    "fields",
    """
ring = keyring.Keyring.in_memory(); key = ring.create_key("a")
cipher = fields.FieldCipher(key, table="t", column="c", type=bytes)
stored = cipher.encrypt(frozen(secret())); owns(cipher.decrypt(stored)); raises(cipher.decrypt, stored[:-1])
stored = cipher.encrypt_many([frozen(secret()), frozen(secret())]); owns(cipher.decrypt_many(stored))
owns(cipher.decrypt(cipher.encrypt(frozen(secret()), text=True)))
index = fields.BlindIndex(key, table="t", column="c", bits=16, type=bytes)
value = frozen(secret()); index.token(value); index.token(value, form="int"); index.token(value, form="text")
""",
)
for name, make in {
    "Ed25519": "ed25519.Ed25519PrivateKey.generate()",
    **{f"EC {curve}": EC.format(curve) for curve in ("SECP256R1", "SECP521R1")},
    "RSA": RSA,
}.items():
    case(
        f"{name} as OpenSSH stores it",
        f"""
key = {make}
{"report(key.private_bytes_raw())" if name == "Ed25519" else "n = key.private_numbers()"}
{"" if name == "Ed25519" else "number(n.private_value)" if name != "RSA" else "number(n.d); number(n.p); number(n.q)"}
n = None
pem = owns(key.private_bytes(PEM, OPENSSH, PLAIN))
password = frozen(secret())
few = OPENSSH.encryption_builder().kdf_rounds(1).build(password)
locked = key.private_bytes(PEM, OPENSSH, few)
serialization.load_ssh_private_key(pem, None)
serialization.load_ssh_private_key(locked, password)
raises(serialization.load_ssh_private_key, locked, secret())
raises(serialization.load_ssh_private_key, spoiled(pem, 60), None)
ssh.sign(key, b"x", "file")
ppk = owns(ssh.private_bytes_ppk(key)); ssh.load_ppk(ppk)
locked = ssh.private_bytes_ppk(key, password, memory_kib=64, passes=1); ssh.load_ppk(locked, password)
raises(ssh.load_ppk, locked, secret()); raises(ssh.load_ppk, spoiled(ppk, 200))
old = ssh.private_bytes_ppk(key, password, version=2); ssh.load_ppk(old, password); raises(ssh.load_ppk, old, secret())
serialization.SSHCertificateBuilder().public_key(key.public_key()).type(
    serialization.SSHCertificateType.USER).valid_after(0).valid_before(1).valid_for_all_principals().sign(key)
del key, few
""",
    )
case("a PEM's pin", "raises(pinning.pin, frozen(secret()), frozen(secret()))")


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with Process() as process:
        # So that nothing is imported between a case and the look at it; and it shows that this sees
        # what there is.
        warm = process.run(IMPORTS + "kept = secret()", keep=True)
        assert warm["problem"] is None
        assert sum(warm["left"].values()) >= 4
        yield process


SEEN: set[str] = set()
DONE: set[str] = set()


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_left_of_a_secret(process: Process, name: str) -> None:
    DONE.add(name)
    result = process.run(IMPORTS + CASES[name])
    assert result["problem"] is None
    SEEN.update(result["seen"])
    assert result["left"] == {}


# Words in a signature that say that it takes a secret, and names of what makes one or works with
# one that the object holds.
TAKES = ("SecretBytes", "Passphrase", "_Secret", "_Passphrase")
MAKES = re.compile(
    r"generate.*|token_.*|passphrase|recovery_codes|expose|private_.*|derive.*|exchange|decapsulate|encapsulate|sign.*|"
    r"decrypt.*|encrypt.*|seal|open|unlock|load.*|parse|from_seed.*|verify_phc_encoded|get_provisioning_uri"
)
NOT_RUN = {
    "from_prompt": "asks at a terminal",
    "encrypt_arrow": "does as encrypt_many",
    "encrypt_text": "is encrypt by its old name",
    "token_int": "is token by its old name",
    "token_text": "is token by its old name",
    "ServerKey.from_text": "is parse by its old name",
    "decrypt_arrow": "does as decrypt_many",
    "unlock": "does as decrypt with a passphrase, and takes seconds",
    "strength": "zxcvbn, a crate of others, leaves words of the password: docs/security.md says so",
    "generate_parameters": "makes no secret",
    "private_exponent": "works on Python's integers",
    "encryption_builder": "holds a password of Python's",
    "load_pem_public_key": "is given nothing secret",
    "load_pem_pkcs7_certificates": "is given nothing secret",
    "load_der_pkcs7_certificates": "is given nothing secret",
    "load_der_public_key": "is given nothing secret",
    "load_pem_parameters": "is given nothing secret",
    "load_der_parameters": "is given nothing secret",
    "Target.parse": "is given nothing secret",
    "Authority.private_key": "is a property, which the case for authorities reads",
    "Issued.private_key": "is a property, which the case for authorities reads",
    "TLV.parse": "reads any DER into Python's own objects, which are not wiped",
    "load_public_set": "is given nothing secret",
    "load_ssh_public_key": "is given nothing secret",
    "load_ssh_public_identity": "is given nothing secret",
    "signature_key": "is what everybody may read of a certificate",
    "SshPublicKey.parse": "is given nothing secret",
    "Signature.parse": "is given nothing secret",
    "AllowedSigners.parse": "is given nothing secret",
    "parse_public": "is given nothing secret",
    **dict.fromkeys(
        (
            "load_der_ocsp_request",
            "load_der_ocsp_response",
            "load_pem_x509_certificate",
            "load_pem_x509_certificates",
            "load_der_x509_certificate",
            "load_pem_x509_csr",
            "load_der_x509_csr",
            "load_pem_x509_crl",
            "load_der_x509_crl",
        ),
        "is given nothing secret",
    ),
    "signature": "is what everybody may read of a certificate",
    "signature_algorithm": "is what everybody may read of a timestamp",
    "signature_algorithm_oid": "is what everybody may read of a certificate",
    "signature_algorithm_parameters": "is what everybody may read of a certificate",
    "signature_hash_algorithm": "is what everybody may read of a certificate",
}


def required() -> Iterator[tuple[str, str]]:
    """The classes and functions of the native modules that take or make a secret, by the stubs:
    what a case calls, and where.
    """
    for stub in sorted((Path(ironlatch.__file__).parent / "_native").glob("*.pyi")):
        text = stub.read_text()
        for node in ast.parse(text).body:
            owner = node.name if isinstance(node, ast.ClassDef) else f"ironlatch._native.{stub.stem}"
            for function in node.body if isinstance(node, ast.ClassDef) else [node]:
                if not isinstance(function, ast.FunctionDef) or "public" in owner.lower():
                    continue
                signature = ast.get_source_segment(text, function) or ""
                arguments = signature.split("->")[0]
                if any(word in arguments for word in TAKES) or MAKES.fullmatch(function.name):
                    yield owner, function.name


def test_every_class_and_function_is_among_the_cases(process: Process) -> None:
    """By what the cases called; of classes that are called themselves, by their names."""
    if len(CASES) > len(DONE):
        pytest.skip("not all cases have run")
    programs = " ".join(CASES.values())
    missing = []
    for owner, name in required():
        named = owner in programs
        called = f"{owner}.{name}" in SEEN or (named and (f"*.{name}" in SEEN or name in ("__new__", "__eq__")))
        if not called and name not in NOT_RUN and f"{owner}.{name}" not in NOT_RUN:
            missing.append(f"{owner}.{name}")
    assert missing == []


SMALL = """
import sys, threading

def work():
    hmac.HMAC(b"k" * 32, SHA).finalize()
    aead.AESGCM(b"k" * 32).encrypt(bytes(12), b"x", None)
    hkdf.HKDF(SHA, 32, None, None).derive(b"k" * 32)
    Fernet(Fernet.generate_key()).encrypt(b"x")
    ed25519.Ed25519PrivateKey.generate().sign(b"x")
    x25519.X25519PrivateKey.generate().exchange(x25519.X25519PrivateKey.generate().public_key())
    ec.generate_private_key(ec.SECP256R1()).sign(b"x", ec.ECDSA(SHA))
    done.append(True)

done = []
threading.stack_size(32 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
work()
assert len(done) == 2
"""


def test_small_stacks_are_not_left() -> None:
    """The thread's, of the least size that Python gives, and the main one's, which has a limit."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_STACK, (192 * 1024, resource.RLIM_INFINITY))

    subprocess.run([sys.executable, "-c", IMPORTS + SMALL], check=True, preexec_fn=limit)
