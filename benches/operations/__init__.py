"""The operations, one module a topic, in the order of the table."""

__all__ = [
    "hashing",
    "ciphers",
    "derivation",
    "fernet",
    "cobblestone",
    "rsa",
    "ec",
    "finite_fields",
    "hpke",
    "importing",
]
