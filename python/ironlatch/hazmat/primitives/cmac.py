"""CMAC, a message authentication code made of a block cipher (SP 800-38B)."""

from __future__ import annotations

from ironlatch._native.cmac import CMAC

__all__ = ["CMAC"]
