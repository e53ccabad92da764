"""Cryptography for people: the Python ``cryptography`` API on a Rust core, and safe recipes on top.

    from ironlatch.fernet import Fernet

The modules of the peer stand under the names that they have there. What it lacks stands next to
them.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def __getattr__(name):
        from ironlatch._submodules import load

        return load(__name__, name)


def __dir__() -> list[str]:
    from ironlatch._submodules import listing

    return listing(__name__)
