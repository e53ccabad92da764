"""Random calls to loaders of keys and to what keys do, for `differential.py`."""

from __future__ import annotations

from types import SimpleNamespace

from random_calls import Package, Source, case, told

# Keys and signatures that the peer has made, and both read.
MATERIAL = SimpleNamespace()


@case
def private_key(p: Package, source: Source) -> object:
    text, password = source.choice(MATERIAL.private)
    text = source.odd(source.changed(text, 0.7))
    load = p.serialization.load_pem_private_key if b"-----" in bytes(text) else p.serialization.load_der_private_key
    return told(p, load(text, source.password(password)))


@case
def public_key(p: Package, source: Source) -> object:
    text = source.odd(source.changed(source.choice(MATERIAL.public), 0.7))
    load = p.serialization.load_pem_public_key if b"-----" in bytes(text) else p.serialization.load_der_public_key
    return told(p, load(text))


@case
def dss_signature(p: Package, source: Source) -> object:
    utils = p.utils_
    if source.random() < 0.4:
        return utils.encode_dss_signature(
            *(source.odd(source.choice([0, 1, 128, 1 << 255, -1, source.getrandbits(500)])) for _ in "rs")
        )
    return utils.decode_dss_signature(source.odd(source.changed(bytes.fromhex("3008020200ff02020101"))))


PUBLIC_FORMATS = ["SubjectPublicKeyInfo", "PKCS1", "OpenSSH", "Raw", "CompressedPoint", "UncompressedPoint"]


@case
def write_key(p: Package, source: Source) -> object:
    text, password = source.choice(MATERIAL.private)
    s = p.serialization
    load = s.load_pem_private_key if b"-----" in text else s.load_der_private_key
    key = load(text, password)
    encoding = source.odd(getattr(s.Encoding, source.choice(["PEM", "DER", "OpenSSH", "Raw", "X962", "SMIME"])))
    if source.random() < 0.5:
        return key.public_key().public_bytes(
            encoding, source.odd(getattr(s.PublicFormat, source.choice(PUBLIC_FORMATS)))
        )
    format_ = getattr(s.PrivateFormat, source.choice(["PKCS8", "TraditionalOpenSSL", "Raw"]))
    written = key.private_bytes(encoding, source.odd(format_), encryption := source.odd(source.choice([
        s.NoEncryption(), s.NoEncryption(), s.BestAvailableEncryption(source.choice([b"password", b"x" * 1024]))
    ])))  # fmt: skip
    return written if isinstance(encryption, s.NoEncryption) else written[:16]


@case
def ec_point(p: Package, source: Source) -> object:
    names = [
        "SECP192R1",
        "SECP224R1",
        "SECP256R1",
        "SECP384R1",
        "SECP521R1",
        "SECP256K1",
        "BrainpoolP256R1",
        "BrainpoolP384R1",
    ]
    curve = getattr(p.ec, source.choice(names))()
    size = (curve.key_size + 7) // 8
    match source.randrange(4):
        case 0:
            source.oddities += 1
            data = source.choice([b"\x02", b"\x03", b"\x04", b"\x00", b"\x06", b"\x05"]) + source.exactly(
                size, 2 * size
            )
            return told(p, p.ec.EllipticCurvePublicKey.from_encoded_point(source.odd(curve), source.odd(data)))
        case 1:
            value = source.odd(source.choice([1, 2, 0, -1, source.getrandbits(8 * size - 1), 1 << (8 * size)]))
            source.oddities += 1
            return told(p, p.ec.derive_private_key(value, source.odd(curve)))
        case 2:
            source.oddities += 1
            x, y = (source.odd(source.choice([0, 1, -1, source.getrandbits(8 * size)])) for _ in "xy")
            return told(p, p.ec.EllipticCurvePublicNumbers(x, y, source.odd(curve)).public_key())
        case _:
            key = p.ec.derive_private_key(source.getrandbits(150) + 1, curve)
            other = p.ec.derive_private_key(source.getrandbits(150) + 1, curve).public_key()
            numbers = key.private_numbers()
            numbers = p.ec.EllipticCurvePrivateNumbers(
                source.odd(numbers.private_value + source.choice([0, 0, 1]), 0.1), numbers.public_numbers
            )
            return key.exchange(p.ec.ECDH(), other), told(p, numbers.private_key())


@case
def verify(p: Package, source: Source) -> object:
    text, signature, kind = source.choice(MATERIAL.signatures)
    key = p.serialization.load_der_public_key(text)
    signature, message = source.odd(source.changed(signature, 0.4)), source.odd(b"message")
    hash_ = source.odd(p.hashes.SHA256(), 0.05)
    match kind:
        case "rsa":
            padding = source.choice(
                [p.rsa_padding.PKCS1v15(), p.rsa_padding.PSS(p.rsa_padding.MGF1(p.hashes.SHA256()), 32)]
            )
            return key.verify(signature, message, source.odd(padding), hash_)
        case "ec":
            return key.verify(signature, message, source.odd(p.ec.ECDSA(hash_)))
        case "dsa":
            return key.verify(signature, message, hash_)
        case _:
            return key.verify(signature, message)


@case
def rsa_decrypt(p: Package, source: Source) -> object:
    key = p.serialization.load_der_private_key(MATERIAL.rsa, None)
    ciphertext = source.odd(
        source.choice(
            [source.randbytes(128), source.changed(source.choice(MATERIAL.rsa_ciphertexts), 0.3), b"\xff" * 128]
        )
    )
    h = p.hashes
    padding = source.choice([
        p.rsa_padding.PKCS1v15(), p.rsa_padding.PKCS1v15(),
        p.rsa_padding.OAEP(p.rsa_padding.MGF1(h.SHA256()), h.SHA256(), source.choice([None, b"label"])),
        p.rsa_padding.OAEP(p.rsa_padding.MGF1(h.SHA1()), h.SHA1(), None),
    ])  # fmt: skip
    return key.decrypt(ciphertext, source.odd(padding))


@case
def rsa_numbers(p: Package, source: Source) -> object:
    numbers = p.serialization.load_der_private_key(MATERIAL.rsa, None).private_numbers()
    values = [
        numbers.p,
        numbers.q,
        numbers.d,
        numbers.dmp1,
        numbers.dmq1,
        numbers.iqmp,
        numbers.public_numbers.e,
        numbers.public_numbers.n,
    ]
    for _ in range(source.choice([0, 1, 1, 2])):
        at = source.randrange(len(values))
        values[at] = source.odd(
            source.choice(
                [
                    values[at] + 1,
                    values[at] - 1,
                    values[at] + 2,
                    0,
                    1,
                    2,
                    3,
                    -values[at],
                    values[at] << 1,
                    values[at] >> 1,
                    1 << 20000,
                ]
            ),
            0.1,
        )
        source.oddities += 1
    *values, e, n = values
    public = p.rsa.RSAPublicNumbers(e, n)
    if source.random() < 0.3:
        return told(p, public.public_key())
    return told(p, p.rsa.RSAPrivateNumbers(*values, public).private_key())


@case
def montgomery(p: Package, source: Source) -> object:
    key = p.x25519.X25519PrivateKey.from_private_bytes(source.odd(source.exactly(32)))
    point = source.choice(
        [source.exactly(32), bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32]
    )
    return key.exchange(p.x25519.X25519PublicKey.from_public_bytes(source.odd(point)))


@case
def edwards(p: Package, source: Source) -> object:
    key = p.ed25519.Ed25519PrivateKey.from_private_bytes(source.odd(source.exactly(32)))
    public = source.choice(
        [
            key.public_key(),
            p.ed25519.Ed25519PublicKey.from_public_bytes(
                source.odd(source.choice([bytes(32), source.exactly(32), b"\x01" + bytes(31)]))
            ),
        ]
    )
    message = source.odd(source.bytes())
    signature = key.sign(message)
    return signature, public.verify(
        source.odd(source.choice([source.changed(signature, 0.3), bytes(64), b"\x01" + bytes(63)])), message
    )


@case
def unusual_curves(p: Package, source: Source) -> object:
    key = p.ed448.Ed448PrivateKey.from_private_bytes(source.odd(source.exactly(57)))
    other = p.x448.X448PrivateKey.from_private_bytes(source.odd(source.exactly(56)))
    message = source.odd(source.bytes())
    signature = key.sign(message)
    public = p.x448.X448PublicKey.from_public_bytes(
        source.odd(source.choice([source.exactly(56), bytes(56), b"\x01" + bytes(55)]))
    )
    key.public_key().verify(source.changed(signature, 0.3), message)
    return signature, other.exchange(public)


@case
def lattices(p: Package, source: Source) -> object:
    if source.random() < 0.5:
        class_ = source.choice([p.mldsa.MLDSA44PrivateKey, p.mldsa.MLDSA65PrivateKey, p.mldsa.MLDSA87PrivateKey])
        key = class_.from_seed_bytes(source.odd(source.exactly(32)))
        signature = source.choice([source.bytes(), source.randbytes(3309), source.randbytes(2420)])
        return told(p, key), key.public_key().verify(
            source.odd(signature), source.odd(source.bytes()), source.odd(source.choice([None, b"context", bytes(256)]))
        )
    class_ = source.choice([p.mlkem.MLKEM768PrivateKey, p.mlkem.MLKEM1024PrivateKey])
    key = class_.from_seed_bytes(source.odd(source.exactly(64)))
    return told(p, key), key.decapsulate(source.odd(source.exactly(1088, 1568)))


@case
def finite_fields(p: Package, source: Source) -> object:
    numbers = p.serialization.load_der_private_key(MATERIAL.dsa, None).private_numbers()
    public = numbers.public_numbers
    parameters = public.parameter_numbers

    def change(value: int) -> object:
        changed = source.odd(source.choice([value] * 6 + [value + 1, 0, 1, -1, value >> 1, value << 1]))
        source.oddities += changed != value
        return changed

    if source.random() < 0.5:
        source.oddities += 1
        parameters = p.dsa.DSAParameterNumbers(change(parameters.p), change(parameters.q), change(parameters.g))
        public = p.dsa.DSAPublicNumbers(change(public.y), parameters)
        return told(
            p,
            public.public_key()
            if source.random() < 0.5
            else p.dsa.DSAPrivateNumbers(change(numbers.x), public).private_key(),
        )
    group = p.dh.DHParameterNumbers(
        change(MATERIAL.dh_prime), change(2), source.choice([None, None, change(MATERIAL.dh_prime >> 1)])
    )
    x, y = change(source.getrandbits(300)), change(pow(2, source.getrandbits(300), MATERIAL.dh_prime))
    key = p.dh.DHPrivateNumbers(
        x, p.dh.DHPublicNumbers(pow(2, x, MATERIAL.dh_prime) if isinstance(x, int) and x > 0 else y, group)
    ).private_key()
    return key.exchange(p.dh.DHPublicNumbers(y, group).public_key())


def prepare(peer: Package) -> None:
    """Has the peer make the keys and signatures of ``MATERIAL``."""
    s, h = peer.serialization, peer.hashes
    rsa = peer.rsa.generate_private_key(65537, 1024)
    dsa = peer.dsa.generate_private_key(1024)
    ec = [
        peer.ec.generate_private_key(getattr(peer.ec, name)())
        for name in ("SECP256R1", "SECP521R1", "SECP256K1", "BrainpoolP256R1")
    ]
    rest = [peer.ed25519.Ed25519PrivateKey.generate(), peer.x25519.X25519PrivateKey.generate()]
    private, public = [], []
    for key in [rsa, dsa, *ec, *rest]:
        for encoding in (s.Encoding.DER, s.Encoding.PEM):
            for format_ in (s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL):
                for password in (None, b"password"):
                    encryption = s.BestAvailableEncryption(password) if password else s.NoEncryption()
                    try:
                        private.append((key.private_bytes(encoding, format_, encryption), password))
                    except (ValueError, TypeError):
                        continue
            public.append(key.public_key().public_bytes(encoding, s.PublicFormat.SubjectPublicKeyInfo))
    public.append(rsa.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.PKCS1))
    der = (s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    signatures = [
        (rsa.public_key().public_bytes(*der), rsa.sign(b"message", peer.rsa_padding.PKCS1v15(), h.SHA256()), "rsa"),
        (dsa.public_key().public_bytes(*der), dsa.sign(b"message", h.SHA256()), "dsa"),
        *((key.public_key().public_bytes(*der), key.sign(b"message", peer.ec.ECDSA(h.SHA256())), "ec") for key in ec),
        (rest[0].public_key().public_bytes(*der), rest[0].sign(b"message"), "ed"),
    ]
    oaep = peer.rsa_padding.OAEP(peer.rsa_padding.MGF1(h.SHA256()), h.SHA256(), None)
    ciphertexts = [rsa.public_key().encrypt(b"message", padding) for padding in (peer.rsa_padding.PKCS1v15(), oaep)]
    plain = (s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    from seeds import DH_PRIME as prime

    vars(MATERIAL).update(
        private=private, public=public, signatures=signatures, rsa=rsa.private_bytes(*plain), dsa=dsa.private_bytes(*plain),
        rsa_ciphertexts=ciphertexts, dh_prime=prime,
    )  # fmt: skip
