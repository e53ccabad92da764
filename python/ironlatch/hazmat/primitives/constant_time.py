"""Comparison whose duration does not tell where two values differ."""

from __future__ import annotations

from ironlatch._native.constant_time import bytes_eq

__all__ = ["bytes_eq"]
