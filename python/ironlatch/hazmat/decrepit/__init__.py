"""Algorithms that are here only for old data."""
