"""Primitives: hashes, ciphers, key derivation, public-key algorithms, and the formats of keys."""
