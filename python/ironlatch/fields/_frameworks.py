"""Which versions of frameworks the adapters know."""

from __future__ import annotations

import re

__all__ = ["require"]


def require(name: str, installed: str, lowest: str) -> None:
    """Raises ImportError for a version of a framework that is older than the tests go back to."""
    if _parts(installed) < _parts(lowest):
        raise ImportError(f"ironlatch works with {name} from {lowest} on, and {installed} is installed: update it")


def _parts(version: str) -> list[int]:
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in numbers[0].split(".")] if numbers else []
