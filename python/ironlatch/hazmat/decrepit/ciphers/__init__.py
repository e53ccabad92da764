"""Ciphers and modes that are kept only for old data."""
