"""AEADs, Cipher with its modes, what is made of ciphers, block padding."""

from __future__ import annotations

from typing import Any

from benches.operation import KIB, MIB, Call, Group, Library, Prepared

SIZES = (64, KIB, 64 * KIB, 4 * MIB)
AEADS = {
    "AES-128-GCM": ("AESGCM", 16),
    "AES-256-GCM": ("AESGCM", 32),
    "AES-128-CCM": ("AESCCM", 16),
    "AES-256-CCM": ("AESCCM", 32),
    "AES-256-GCM-SIV": ("AESGCMSIV", 32),
    "AES-128-OCB3": ("AESOCB3", 16),
    "AES-256-OCB3": ("AESOCB3", 32),
    "ChaCha20-Poly1305": ("ChaCha20Poly1305", 32),
}

aead = Group("AEAD")


def aead_object(library: Library, name: str) -> Any:
    kind, key_size = AEADS[name]
    return getattr(library("hazmat.primitives.ciphers.aead"), kind)(bytes(range(key_size)))


@aead.operation("{name} encrypt, {size}", name=AEADS, size=SIZES)
def encrypt(library: Library, name: str, size: int) -> Prepared:
    return Call(aead_object(library, name).encrypt, (bytes(12), bytes(size), b"header"))


@aead.operation("{name} decrypt, {size}", name=AEADS, size=SIZES)
def decrypt(library: Library, name: str, size: int) -> Prepared:
    cipher = aead_object(library, name)
    return Call(cipher.decrypt, (bytes(12), cipher.encrypt(bytes(12), bytes(size), b"header"), b"header"))


@aead.operation("{name} encrypt_into, {size}", name=AEADS, size=SIZES)
def encrypt_into(library: Library, name: str, size: int) -> Prepared:
    return Call(aead_object(library, name).encrypt_into, (bytes(12), bytes(size), b"header", bytearray(size + 16)))


@aead.operation("{name} decrypt_into, {size}", name=AEADS, size=SIZES)
def decrypt_into(library: Library, name: str, size: int) -> Prepared:
    cipher = aead_object(library, name)
    sealed = cipher.encrypt(bytes(12), bytes(size), b"header")
    return Call(cipher.decrypt_into, (bytes(12), sealed, b"header", bytearray(size)))


@aead.operation("AES-SIV (512-bit key) {direction}, {size}", direction=("encrypt", "decrypt"), size=SIZES)
def siv(library: Library, direction: str, size: int) -> Prepared:
    cipher = library("hazmat.primitives.ciphers.aead").AESSIV(bytes(range(64)))
    if direction == "encrypt":
        return Call(cipher.encrypt, (bytes(size), [b"header"]))
    return Call(cipher.decrypt, (cipher.encrypt(bytes(size), [b"header"]), [b"header"]))


@aead.operation("new {name} object", name=AEADS)
def new_aead(library: Library, name: str) -> Prepared:
    kind, key_size = AEADS[name]
    return Call(getattr(library("hazmat.primitives.ciphers.aead"), kind), (bytes(range(key_size)),))


@aead.operation("{name} generate_key", name=("AES-256-GCM", "ChaCha20-Poly1305"))
def generate_key(library: Library, name: str) -> Prepared:
    kind, key_size = AEADS[name]
    return Call(aead_object(library, name).generate_key, (key_size * 8,) if kind == "AESGCM" else ())


modes = Group("Cipher")
MODES = {"CBC": 16, "CTR": 16, "ECB": None, "GCM": 12}


def cipher_object(library: Library, key_size: int, mode: str) -> Any:
    ciphers = library("hazmat.primitives.ciphers")
    iv = MODES[mode]
    mode_class = getattr(ciphers.modes, mode)
    algorithm = ciphers.algorithms.AES(bytes(range(key_size)))
    return ciphers.Cipher(algorithm, mode_class() if iv is None else mode_class(bytes(iv)))


@modes.operation("AES-{bits}-{mode} encrypt, {size}", bits=(128, 256), mode=MODES, size=SIZES)
def cipher_encrypt(library: Library, bits: int, mode: str, size: int) -> Prepared:
    cipher, data = cipher_object(library, bits // 8, mode), bytes(size)

    def run() -> Any:
        context = cipher.encryptor()
        return context.update(data) + context.finalize()

    return run


@modes.operation("AES-256-{mode} decrypt, {size}", mode=("CBC", "CTR", "ECB"), size=SIZES)
def cipher_decrypt(library: Library, mode: str, size: int) -> Prepared:
    cipher, data = cipher_object(library, 32, mode), bytes(size)

    def run() -> Any:
        context = cipher.decryptor()
        return context.update(data) + context.finalize()

    return run


@modes.operation("AES-256-GCM finalize_with_tag, {size}", size=SIZES)
def finalize_with_tag(library: Library, size: int) -> Prepared:
    cipher, data = cipher_object(library, 32, "GCM"), bytes(size)
    sealer = cipher.encryptor()
    sealed = sealer.update(data) + sealer.finalize()
    tag = sealer.tag

    def run() -> Any:
        context = cipher.decryptor()
        return context.update(sealed) + context.finalize_with_tag(tag)

    return run


@modes.operation("AES-256-{mode} update_into, {size}", mode=("CBC", "CTR", "GCM"), size=(64, 64 * KIB))
def update_into(library: Library, mode: str, size: int) -> Prepared:
    """One long-lived context, as for a stream."""
    return Call(cipher_object(library, 32, mode).encryptor().update_into, (bytes(size), bytearray(size + 15)))


@modes.operation("new AES-256-{mode} encryptor", mode=MODES)
def new_encryptor(library: Library, mode: str) -> Prepared:
    return Call(cipher_object(library, 32, mode).encryptor)


others = Group("Other ciphers and modes")
KEYS = {"AES-128-XTS": 32, "AES-256-XTS": 64, "AES-128": 16, "AES-256": 32, "3DES": 24, "Camellia-256": 32}
CLASSES = {"3DES": "TripleDES"}
OTHERS = [
    *(f"{cipher}-{mode}" for cipher in ("AES-128", "AES-256") for mode in ("XTS", "CFB", "CFB8", "OFB")),
    *(f"SM4-{mode}" for mode in ("ECB", "CBC", "CTR", "CFB", "OFB", "GCM")),
    *(
        f"{cipher}-{mode}"
        for cipher in ("Camellia-128", "Camellia-256", "3DES", "Blowfish", "CAST5", "SEED", "IDEA")
        for mode in ("ECB", "CBC", "CFB", "OFB")
    ),
    "3DES-CFB8",
    "RC2-CBC",
]


def other_cipher(library: Library, name: str) -> Any:
    ciphers = library("hazmat.primitives.ciphers")
    old = library("hazmat.decrepit.ciphers.algorithms"), library("hazmat.decrepit.ciphers.modes")
    cipher, mode = name.rsplit("-", 1)
    class_name = CLASSES.get(cipher, cipher.partition("-")[0])
    algorithm = getattr(ciphers.algorithms if class_name in ("AES", "SM4") else old[0], class_name)(
        bytes(range(KEYS.get(name, KEYS.get(cipher, 16))))
    )
    mode_class = getattr(old[1] if mode in ("CFB", "CFB8", "OFB") else ciphers.modes, mode)
    return ciphers.Cipher(algorithm, mode_class() if mode == "ECB" else mode_class(bytes(algorithm.block_size // 8)))


@others.operation("{name} encrypt, {size}", name=OTHERS, size=(64, 64 * KIB))
def other_encrypt(library: Library, name: str, size: int) -> Prepared:
    cipher, data = other_cipher(library, name), bytes(size)

    def run() -> Any:
        context = cipher.encryptor()
        return context.update(data) + context.finalize()

    return run


@others.operation(
    "{name} decrypt, {size}",
    name=[name for name in OTHERS if not name.endswith(("-CTR", "-OFB", "-GCM"))],
    size=(64 * KIB,),
)
def other_decrypt(library: Library, name: str, size: int) -> Prepared:
    cipher, data = other_cipher(library, name), bytes(size)

    def run() -> Any:
        context = cipher.decryptor()
        return context.update(data) + context.finalize()

    return run


@others.operation("{name}, {size}", name=("ChaCha20", "RC4"), size=SIZES)
def stream_cipher(library: Library, name: str, size: int) -> Prepared:
    ciphers, data = library("hazmat.primitives.ciphers"), bytes(size)
    if name == "RC4":
        algorithm = library("hazmat.decrepit.ciphers.algorithms").ARC4(bytes(range(16)))
    else:
        algorithm = ciphers.algorithms.ChaCha20(bytes(range(32)), bytes(16))
    return Call(lambda: ciphers.Cipher(algorithm, None).encryptor().update(data))


macs = Group("CMAC, Poly1305, key wrap")


@macs.operation("CMAC-{name}, {size}", name=("AES-128", "AES-256", "3DES"), size=(64, KIB, 64 * KIB))
def cmac(library: Library, name: str, size: int) -> Prepared:
    algorithm, data = other_cipher(library, f"{name}-ECB").algorithm, bytes(size)
    cmac_class = library("hazmat.primitives.cmac").CMAC

    def run() -> Any:
        mac = cmac_class(algorithm)
        mac.update(data)
        return mac.finalize()

    return run


@macs.operation("Poly1305 generate_tag, {size}", size=SIZES)
def poly1305(library: Library, size: int) -> Prepared:
    return Call(library("hazmat.primitives.poly1305").Poly1305.generate_tag, (bytes(range(32)), bytes(size)))


@macs.operation("aes_key_wrap{padding}, {size}", padding=("", "_with_padding"), size=(32, KIB))
def key_wrap(library: Library, padding: str, size: int) -> Prepared:
    wrap = getattr(library("hazmat.primitives.keywrap"), f"aes_key_wrap{padding}")
    return Call(wrap, (bytes(range(32)), bytes(size)))


@macs.operation("aes_key_unwrap{padding}, {size}", padding=("", "_with_padding"), size=(32, KIB))
def key_unwrap(library: Library, padding: str, size: int) -> Prepared:
    module, key = library("hazmat.primitives.keywrap"), bytes(range(32))
    wrapped = getattr(module, f"aes_key_wrap{padding}")(key, bytes(size))
    return Call(getattr(module, f"aes_key_unwrap{padding}"), (key, wrapped))


paddings = Group("Block padding")


@paddings.operation("{name} pad, {size}", name=("PKCS7", "ANSIX923"), size=(61, 64 * KIB))
def pad(library: Library, name: str, size: int) -> Prepared:
    scheme, data = getattr(library("hazmat.primitives.padding"), name)(128), bytes(size)

    def run() -> Any:
        context = scheme.padder()
        return context.update(data) + context.finalize()

    return run


@paddings.operation("{name} unpad, {size}", name=("PKCS7", "ANSIX923"), size=(61, 64 * KIB))
def unpad(library: Library, name: str, size: int) -> Prepared:
    scheme = getattr(library("hazmat.primitives.padding"), name)(128)
    padder = scheme.padder()
    data = padder.update(bytes(size)) + padder.finalize()

    def run() -> Any:
        context = scheme.unpadder()
        return context.update(data) + context.finalize()

    return run
