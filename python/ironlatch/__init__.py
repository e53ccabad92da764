"""Cryptography for people: the Python cryptography API on a Rust core."""
