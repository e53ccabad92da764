"""The operations, one module a topic, in the order of the table."""

__all__ = ["hashing", "ciphers", "derivation", "fernet", "cobblestone", "rsa", "finite_fields", "importing"]
