"""Random calls to hashes, MACs, ciphers, key derivation and tokens, for `differential.py`."""

from __future__ import annotations

from random_calls import Missing, Package, Source, case


@case
def digest(p: Package, source: Source) -> object:
    algorithm = source.odd(source.hash(p))
    hash_ = p.hashes.Hash(algorithm)
    for _ in range(source.randrange(4)):
        hash_.update(source.odd(source.bytes(5000)))
    return hash_.finalize()


@case
def hmac(p: Package, source: Source) -> object:
    mac = p.hmac.HMAC(source.odd(source.bytes(200)), source.odd(source.hash(p)))
    mac.update(source.odd(source.bytes(300)))
    if source.random() < 0.3:
        return mac.verify(source.odd(source.exactly(20, 32)))
    return mac.finalize()


@case
def cmac(p: Package, source: Source) -> object:
    key = source.exactly(16, 24, 32)
    algorithm = source.choice([p.algorithms.AES, p.decrepit.TripleDES, p.decrepit.Blowfish, p.algorithms.SM4])(key)
    mac = p.cmac.CMAC(source.odd(algorithm))
    for _ in range(source.randrange(3)):
        mac.update(source.odd(source.bytes(300)))
    return mac.verify(source.exactly(16)) if source.random() < 0.3 else mac.finalize()


@case
def poly1305(p: Package, source: Source) -> object:
    return p.poly1305.Poly1305.generate_tag(source.odd(source.exactly(32)), source.odd(source.bytes(300)))


def algorithm_and_key(p: Package, source: Source) -> object:
    name, lengths = source.choice([
        ("AES", (16, 24, 32)), ("AES", (64, 32)), ("AES128", (16,)), ("AES256", (32,)), ("Camellia", (16, 24, 32)),
        ("SM4", (16,)), ("ChaCha20", (32,)), ("TripleDES", (8, 16, 24)), ("Blowfish", (4, 16, 56)), ("CAST5", (5, 10, 16)),
        ("IDEA", (16,)), ("SEED", (16,)), ("ARC4", (5, 16, 32)), ("RC2", (16,)),
    ])  # fmt: skip
    key = source.odd(source.exactly(*lengths))
    where = (
        p.algorithms
        if hasattr(p.algorithms, name) and name in ("AES", "AES128", "AES256", "SM4", "ChaCha20")
        else p.decrepit
    )
    if name == "ChaCha20":
        return where.ChaCha20(key, source.odd(source.exactly(16)))
    return getattr(where, name)(key)


def mode(p: Package, source: Source) -> object:
    name = source.choice(["CBC", "CTR", "ECB", "GCM", "CFB", "CFB8", "OFB", "XTS", "None"])
    if name == "None":
        return None
    where = p.modes if name in ("CBC", "CTR", "ECB", "GCM", "XTS") else p.decrepit_modes
    if name == "ECB":
        return where.ECB()
    iv = source.odd(source.exactly(8, 16, 16, 12))
    if name == "GCM":
        tag = source.choice([None, source.randbytes(16), source.exactly(16, 12, 4)])
        source.oddities += 2 * (tag is not None)
        return where.GCM(iv, tag, source.choice([16, 16, 12, 4])) if source.random() < 0.5 else where.GCM(iv)
    return getattr(where, name)(iv)


@case
def cipher(p: Package, source: Source) -> object:
    cipher = p.ciphers.Cipher(source.odd(algorithm_and_key(p, source)), source.odd(mode(p, source)))
    context = cipher.encryptor() if source.random() < 0.6 else cipher.decryptor()
    results = []
    for _ in range(source.randrange(4)):
        data = source.odd(source.choice([source.bytes(200), source.randbytes(source.choice([16, 32, 48]))]))
        match source.randrange(8):
            case 0:
                buffer = bytearray(max(0, len(data) + source.choice([15, 7, 0, -1, 31])))
                results.append((context.update_into(data, buffer), bytes(buffer)))
            case 1 if hasattr(context, "authenticate_additional_data"):
                context.authenticate_additional_data(data)
            case 2 if source.random() < 0.3:
                context.reset_nonce(source.odd(source.exactly(16)))
            case _:
                results.append(context.update(data))
    results.append(context.finalize())
    results.append(getattr(context, "tag", None))
    if source.random() < 0.1:
        context.update(b"more")
    return results


AEADS = {
    "AESGCM": ((16, 24, 32), (12, 8, 16)), "AESCCM": ((16, 24, 32), (7, 12, 13)), "AESOCB3": ((16, 24, 32), (12, 13, 15)),
    "AESSIV": ((32, 48, 64), (16,)), "AESGCMSIV": ((16, 24, 32), (12,)), "ChaCha20Poly1305": ((32,), (12,)),
}  # fmt: skip


@case
def aead(p: Package, source: Source) -> object:
    name = source.choice(list(AEADS))
    keys, nonces = AEADS[name]
    class_ = getattr(p.aead, name, None)
    if class_ is None:
        raise Missing
    key, nonce = source.odd(source.exactly(*keys)), source.odd(source.exactly(*nonces))
    more = (source.choice([4, 8, 16, 12, 5, 0]),) if name == "AESCCM" and source.random() < 0.5 else ()
    aead = class_(key, *more)
    data, aad = source.odd(source.bytes(3000)), source.odd(source.choice([None, source.bytes(40)]))
    first = (
        ([None, aad] if aad is None else source.choice([[aad], [aad, nonce], []]),)
        if name == "AESSIV"
        else (nonce, aad)
    )
    call = (
        (lambda f, data, *more: f(data, *first, *more))
        if name == "AESSIV"
        else (lambda f, data, *more: f(nonce, data, aad, *more))
    )
    results = [sealed := call(aead.encrypt, data)]
    if source.random() < 0.5:
        buffer = bytearray(max(0, len(sealed) + source.choice([0, 0, 0, 1, -1])))
        results.append((call(aead.encrypt_into, data, buffer), bytes(buffer)))
        buffer = bytearray(max(0, len(data) + source.choice([0, 0, 0, 1, -1])))
        results.append((call(aead.decrypt_into, sealed, buffer), bytes(buffer)))
    results.append(call(aead.decrypt, source.changed(sealed, 0.3)))
    return results


@case
def padding(p: Package, source: Source) -> object:
    class_ = source.choice([p.padding.PKCS7, p.padding.ANSIX923])
    size = source.choice([8, 64, 128, 128, 256, 2040, 0, 7, 2048, 136])
    source.oddities += 2 * (size in (0, 7, 2048))
    padding = class_(source.odd(size))
    context = padding.padder() if source.random() < 0.4 else padding.unpadder()
    data = source.bytes(64) + bytes([source.choice([1, 2, 16, 0, 17])]) * source.choice([1, 2, 16])
    results = [context.update(source.odd(data)) for _ in range(source.randrange(1, 3))]
    return [*results, context.finalize()]


@case
def keywrap(p: Package, source: Source) -> object:
    key, data = (
        source.odd(source.exactly(16, 24, 32)),
        source.odd(source.choice([source.randbytes(24), source.bytes(50)])),
    )
    wrapped = source.choice([p.keywrap.aes_key_wrap, p.keywrap.aes_key_wrap_with_padding])(key, data)
    unwrap = source.choice([p.keywrap.aes_key_unwrap, p.keywrap.aes_key_unwrap_with_padding])
    return wrapped, unwrap(key, source.changed(wrapped, 0.3))


@case
def kdf(p: Package, source: Source) -> object:
    hash_, length = source.odd(source.hash(p)), source.odd(source.choice([16, 32, 100, 0, 1, 255 * 20 + 1]))
    salt, info = source.odd(source.choice([None, source.bytes()])), source.odd(source.choice([None, source.bytes()]))
    source.oddities += length in (0, 255 * 20 + 1)
    k = p.kdf
    kbkdf = (
        hash_,
        k.Mode.CounterMode,
        length,
        source.odd(source.choice([1, 2, 4, 0, 5])),
        source.odd(source.choice([4, 1, None, 0])),
    )
    location = source.odd(getattr(k.CounterLocation, source.choice(["BeforeFixed", "AfterFixed", "MiddleFixed"])))
    fixed = (location, salt, info, source.odd(source.choice([None, None, b"fixed"])))
    at = source.odd(source.choice([None, None, 0, 3, 100]))
    make = source.choice([
        lambda: k.HKDF(hash_, length, salt, info), lambda: k.HKDFExpand(hash_, length, info),
        lambda: k.PBKDF2HMAC(hash_, length, salt, source.odd(source.choice([1, 10, 0, 1000]))),
        lambda: k.Scrypt(salt, length, source.odd(source.choice([2, 16, 1, 3, 1024])), source.odd(source.choice([1, 8, 0])),
                         source.odd(source.choice([1, 2, 0]))),
        lambda: k.ConcatKDFHash(hash_, length, info), lambda: k.ConcatKDFHMAC(hash_, length, salt, info),
        lambda: k.X963KDF(hash_, length, info),
        lambda: k.KBKDFHMAC(*kbkdf, *fixed, break_location=at),
        lambda: k.KBKDFCMAC(source.choice([p.algorithms.AES, p.decrepit.TripleDES, p.algorithms.SM4]), *kbkdf[1:], *fixed, break_location=at),
        lambda: k.Argon2id(salt=salt, length=length, iterations=source.odd(source.choice([1, 2, 0])),
                           lanes=source.odd(source.choice([1, 2, 0])), memory_cost=source.odd(source.choice([8, 16, 64, 7])), ad=info),
    ])  # fmt: skip
    kdf = make()
    secret = source.odd(source.choice([source.bytes(), source.randbytes(16)]))
    if source.random() < 0.3:
        return kdf.verify(secret, source.odd(source.exactly(32)))
    if source.random() < 0.3:
        buffer = bytearray(max(0, length + source.choice([0, 0, 1, -1])))
        return kdf.derive_into(secret, buffer), bytes(buffer)
    return kdf.derive(secret)


@case
def argon2_phc(p: Package, source: Source) -> object:
    text = b"$argon2id$v=19$m=16,t=1,p=1$c2FsdHNhbHRzYWx0$kPgXw1j9gjJoGhAErk0oLQ"
    changed = source.changed(text, 0.6).decode("latin-1")
    if any(len(number) > 2 for number in changed.replace("$", ",").replace("=", ",").split(",") if number.isdigit()):
        return None  # More memory or time than there is.
    return source.choice([p.kdf.Argon2id, p.kdf.Argon2i, p.kdf.Argon2d]).verify_phc_encoded(
        b"password", source.odd(changed)
    )


@case
def fernet(p: Package, source: Source) -> object:
    key = source.odd(source.changed(b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=", 0.1))
    fernet = p.fernet.Fernet(key)
    token = source.odd(source.changed(
        b"gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==", 0.5
    ))  # fmt: skip
    match source.randrange(3):
        case 0:
            return fernet.decrypt(token)
        case 1:
            ttl, now = (
                source.odd(source.choice([1, 60, 0, -1])),
                source.odd(499162800 + source.choice([0, 59, 61, -61])),
            )
            return fernet.decrypt_at_time(token, ttl, now)
        case _:
            return fernet.extract_timestamp(token)


@case
def one_time(p: Package, source: Source) -> object:
    key, digits = source.odd(source.exactly(20, 16)), source.odd(source.choice([6, 8, 5, 9]))
    algorithm = source.odd(source.choice([p.hashes.SHA1, p.hashes.SHA256, p.hashes.SHA512, p.hashes.SHA224])())
    source.oddities += (digits not in (6, 8)) + isinstance(algorithm, p.hashes.SHA224)
    if source.random() < 0.5:
        otp = p.hotp.HOTP(key, digits, algorithm)
        at = source.odd(source.choice([0, 1, 1 << 40, -1, (1 << 64) - 1, 1 << 64]))
    else:
        otp = p.totp.TOTP(key, digits, algorithm, source.odd(source.choice([30, 60, 1, 1.5])))
        at = source.odd(source.choice([0, 59, 1e9, 1.5, -1, 1 << 40, -30.5]))
    name = source.odd(source.choice(["Alice", "Älice:%/", ""]))
    issuer = source.choice([None, "Büro & Co", ""])
    counter = [5] if isinstance(otp, p.hotp.HOTP) else []
    uri = otp.get_provisioning_uri(name, *counter, issuer)
    code = otp.generate(at)
    return code, uri, otp.verify(source.odd(source.changed(code, 0.2)), at)
