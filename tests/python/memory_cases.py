"""The cases of `test_memory.py` that use ciphers, hashes and key derivation: programs by name."""

CASES: dict[str, str] = {}


def case(name: str, code: str) -> None:
    assert name not in CASES
    CASES[name] = code


# Symmetric ciphers. Keys and plaintexts are secrets.
for name in ("AESGCM", "AESCCM", "AESGCMSIV", "AESOCB3", "AESSIV", "ChaCha20Poly1305"):
    nonce = "" if name == "AESSIV" else "bytes(12), "
    case(
        f"aead.{name}",
        f"""
cipher = aead.{name}(secret())
plain = secret(64)
sealed = cipher.encrypt({nonce}plain, None)
out = bytearray(len(sealed))
cipher.encrypt_into({nonce}plain, None, out)
owns(cipher.decrypt({nonce}sealed, None))
out = owns(bytearray(64))
cipher.decrypt_into({nonce}sealed, None, out)
forged = bytes([sealed[0] ^ 1]) + sealed[1:]
raises(cipher.decrypt, {nonce}forged, None)
raises(cipher.decrypt_into, {nonce}forged, None, out)
raises(aead.{name}, secret(7))
report(aead.{name}.generate_key({"" if name == "ChaCha20Poly1305" else 256}))
cipher = aead.{name}(secrets.SecretBytes.copy_from(secret()))
cipher.encrypt({nonce}b"", None)
""",
    )

for algorithm, size, mode in [
    ("AES", 16, "CBC"), ("AES", 24, "CTR"), ("AES", 32, "ECB"), ("AES", 32, "CFB"), ("AES", 32, "CFB8"), ("AES", 32, "OFB"),
    ("AES", 32, "GCM"), ("AES", 32, "XTS"), ("SM4", 16, "CBC"), ("SM4", 16, "CTR"), ("SM4", 16, "GCM"),
    ("Camellia", 32, "CBC"), ("TripleDES", 24, "CBC"), ("TripleDES", 24, "CFB"), ("ChaCha20", 32, "None"),
    ("ARC4", 16, "None"), ("Blowfish", 16, "CBC"), ("CAST5", 16, "CBC"), ("IDEA", 16, "CBC"), ("SEED", 16, "CBC"),
    ("RC2", 16, "CBC"),
]:  # fmt: skip
    block = 8 if algorithm in ("TripleDES", "Blowfish", "CAST5", "IDEA", "RC2") else 16
    made = {"ECB": "modes.ECB()", "None": "None", "GCM": "modes.GCM(bytes(12))"}.get(
        mode, f"modes.{mode}(bytes({block}))"
    )
    nonce = ", bytes(16)" if algorithm == "ChaCha20" else ""
    case(
        f"ciphers.{algorithm}-{size}-{mode}",
        f"""
module = algorithms
try:
    kind = algorithms.{algorithm}
except AttributeError:
    from ironlatch.hazmat.decrepit.ciphers import algorithms as old
    kind = old.{algorithm}
mode = {made}
key = secret({size})
cipher = ciphers.Cipher(kind(key{nonce}), mode)
for make in (cipher.encryptor, cipher.decryptor):
    context = make()
    context.update(bytes(64))
    del context
""",
    )

case(
    "cmac",
    "for kind in (algorithms.AES, algorithms.SM4):\n    mac = cmac.CMAC(kind(secret(16))); mac.update(b'x'); mac.copy().finalize(); raises(mac.verify, b'')",
)
case(
    "poly1305",
    """
mac = poly1305.Poly1305(secret()); mac.update(b"x"); mac.finalize()
poly1305.Poly1305.generate_tag(secret(), b"x")
raises(poly1305.Poly1305.verify_tag, secret(), b"x", bytes(16))
raises(poly1305.Poly1305, secret(31))
""",
)
case(
    "keywrap",
    """
for wrap, unwrap in ((keywrap.aes_key_wrap, keywrap.aes_key_unwrap),
                     (keywrap.aes_key_wrap_with_padding, keywrap.aes_key_unwrap_with_padding)):
    key, inner = secret(), secret()
    wrapped = wrap(key, inner)
    owns(unwrap(key, wrapped))
    raises(unwrap, key, bytes([wrapped[0] ^ 1]) + wrapped[1:])
    raises(wrap, secret(7), inner)
""",
)
case(
    "padding",
    """
for kind in (padding.PKCS7, padding.ANSIX923):
    state = kind(128).padder(); padded = owns(state.update(secret(40))); rest = owns(state.finalize())
    state = kind(128).unpadder(); owns(state.update(padded)); owns(state.update(rest)); owns(state.finalize())
""",
)

# Hashes of secrets, and codes.
for name in ("SHA1", "SHA256", "SHA512", "SHA3_256", "MD5", "SM3", "BLAKE2b", "BLAKE2s"):
    size = {"BLAKE2b": "64", "BLAKE2s": "32"}.get(name, "")
    case(
        f"hmac.{name}",
        f"""
kind = hashes.{name}({size})
mac = hmac.HMAC(secret(), kind)
mac.update(b"x"); mac.copy().finalize(); raises(mac.verify, b"")
mac = hmac.HMAC(secret(80), kind)
mac.update(secret(64)); mac.finalize()
""",
    )
case("constant_time", "a = frozen(secret()); constant_time.bytes_eq(a, frozen(a))")
case(
    "otp",
    """
hotp = HOTP(secret(20), 6, hashes.SHA1())
hotp.generate(1); raises(hotp.verify, b"000", 1); owns(hotp.get_provisioning_uri("ada", 1, "x"))
totp = TOTP(secret(), 8, hashes.SHA512(), 30)
totp.generate(1); raises(totp.verify, b"000", 1); owns(totp.get_provisioning_uri("ada", "x"))
raises(HOTP, secret(8), 6, hashes.SHA1()); raises(HOTP, secret(), 5, hashes.SHA1())
""",
)

# Key derivation.
for name, code in {
    "PBKDF2HMAC": "pbkdf2.PBKDF2HMAC(SHA, 48, b'salt', 100)",
    "HKDF": "hkdf.HKDF(SHA, 48, None, None)",
    "HKDFExpand": "hkdf.HKDFExpand(SHA, 48, None)",
    "ConcatKDFHash": "concatkdf.ConcatKDFHash(SHA, 48, None)",
    "ConcatKDFHMAC": "concatkdf.ConcatKDFHMAC(SHA, 48, b'salt', None)",
    "X963KDF": "x963kdf.X963KDF(SHA, 48, None)",
    "KBKDFHMAC": "kbkdf.KBKDFHMAC(SHA, kbkdf.Mode.CounterMode, 48, 4, 4, kbkdf.CounterLocation.BeforeFixed, b'l', b'c', None)",
    "KBKDFCMAC": "kbkdf.KBKDFCMAC(algorithms.AES, kbkdf.Mode.CounterMode, 48, 4, 4, kbkdf.CounterLocation.BeforeFixed, b'l', b'c', None)",
    "Scrypt": "scrypt.Scrypt(b'salt' * 4, 48, 64, 8, 1)",
    "Argon2d": "argon2.Argon2d(salt=b'salt' * 4, length=48, iterations=1, lanes=1, memory_cost=64)",
    "Argon2i": "argon2.Argon2i(salt=b'salt' * 4, length=48, iterations=1, lanes=1, memory_cost=64)",
    "Argon2id": "argon2.Argon2id(salt=b'salt' * 4, length=48, iterations=1, lanes=4, memory_cost=256, secret=secret())",
}.items():
    case(
        f"kdf.{name}",
        f"""
key = secret()
report({code.replace("secret=secret()", "secret=key")}.derive(key))
out = owns(bytearray(48)); {code.replace("secret=secret()", "secret=key")}.derive_into(key, out); report(out)
raises({code.replace("secret=secret()", "secret=key")}.verify, key, secret(48))
report(secrets.SecretBytes.from_kdf({code.replace("secret=secret()", "secret=key")}, key).expose())
kdf = {code.replace("secret=secret()", "secret=key")}
report(kdf.derive(key)); raises(kdf.derive, key)
""",
    )
    if name.startswith("Argon2"):
        case(
            f"kdf.{name} as text",
            f"""
key = secret()
encoded = {code.replace("secret=secret()", "secret=key")}.derive_phc_encoded(key)
pepper = {{"secret": key}} if {name == "Argon2id"} else {{}}
argon2.{name}.verify_phc_encoded(key, encoded, **pepper)
raises(argon2.{name}.verify_phc_encoded, secret(), encoded, **pepper)
""",
        )
case(
    "kdf.extract",
    "report(hkdf.HKDF.extract(SHA, b'salt', secret())); report(hkdf.HKDF(SHA, 32, b's', None)._extract(secret()))",
)
