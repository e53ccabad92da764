"""The operations, one module a topic, in the order of the table."""

__all__ = [
    "hashing",
    "ciphers",
    "derivation",
    "fernet",
    "cobblestone",
    "keyrings",
    "fields",
    "rsa",
    "ec",
    "edwards_and_montgomery",
    "finite_fields",
    "post_quantum",
    "hpke",
    "certificates",
    "containers",
    "ssh",
    "asn1",
    "files",
    "importing",
    "cold_starts",
]
