"""Primitives: hashes, ciphers, key derivation, public-key algorithms, and the formats of keys."""

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def __getattr__(name):
        from ironlatch._submodules import load

        return load(__name__, name)


def __dir__() -> list[str]:
    from ironlatch._submodules import listing

    return listing(__name__)
