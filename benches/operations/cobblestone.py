"""Long messages as a stream."""

from __future__ import annotations

from benches.operation import Group, Library, Prepared

cobblestone = Group("Cobblestone")

SIZES = (1024, 1 << 20, 1 << 24)


@cobblestone.operation("Cobblestone{bits} encrypt, {size}", bits=(128, 256), size=SIZES)
def encrypt(library: Library, bits: int, size: int) -> Prepared:
    encryptor = getattr(library("cobblestone"), f"Cobblestone{bits}Encryptor")
    key, message = bytes(bits // 8), bytes(size)

    def run() -> None:
        state = encryptor(key, b"context")
        state.update(message)
        state.finalize()

    return run


@cobblestone.operation("Cobblestone128 decrypt into a buffer, {size}", size=SIZES)
def decrypt(library: Library, size: int) -> Prepared:
    module, message = library("cobblestone"), bytes(size)
    encryptor = module.Cobblestone128Encryptor(bytes(16), b"context")
    sealed = encryptor.update(message) + encryptor.finalize()
    out = bytearray(len(sealed) + 16400)

    def run() -> None:
        state = module.Cobblestone128Decryptor(bytes(16), b"context")
        state.update_into(sealed, out)
        state.finalize()

    return run
