"""The versions of the extras are those that the documentation and the code state."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

#: Where the lowest version of a package is stated, as a pattern with the version in a group.
STATED: dict[str, list[tuple[str, str]]] = {
    "sqlalchemy": [
        ("python/ironlatch/fields/sqlalchemy/__init__.py", r'require\("SQLAlchemy", \S+, "([\d.]+)"\)'),
        ("docs/fields-sqlalchemy.md", r"SQLAlchemy ([\d.]+) is the oldest version"),
    ],
    "django": [
        ("python/ironlatch/fields/django/__init__.py", r'require\("Django", \S+, "([\d.]+)"\)'),
        ("docs/fields-django.md", r"Django ([\d.]+) is the oldest version"),
    ],
    "psycopg": [
        ("python/ironlatch/fields/psycopg.py", r'require\("psycopg", \S+, "([\d.]+)"\)'),
        ("docs/fields-psycopg.md", r"psycopg ([\d.]+) is the oldest version"),
    ],
    "spark": [
        ("python/ironlatch/fields/spark.py", r"PySpark, ([\d.]+) or newer"),
        ("docs/fields-spark.md", r"needs Spark ([\d.]+) or newer"),
    ],
    "arrow": [("docs/fields-arrow.md", r"pyarrow ([\d.]+) or newer")],
    "requests": [
        ("python/ironlatch/pinning/requests.py", r"requests``, ([\d.]+) or newer"),
        ("python/ironlatch/pinning/requests.py", r"needs requests ([\d.]+) or newer"),
        ("docs/pinning.md", r"`requests` from ([\d.]+)"),
        ("Makefile", r"OLD_FRAMEWORKS := requests==([\d.]+)"),
    ],
    "httpx": [
        ("docs/pinning.md", r"`httpx` from ([\d.]+)"),
        ("Makefile", r"httpx==([\d.]+)"),
    ],
}


def parts(version: str) -> list[int]:
    """The numbers of a version without zeros at its end: 2.0.0 is 2."""
    numbers = [int(number) for number in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_the_lowest_version_is_the_stated_one(extra: str) -> None:
    (requirement,) = EXTRAS[extra]
    lowest = re.fullmatch(r"\w+(?:\[\w+\])?>=([\d.]+)", requirement)
    assert lowest, requirement
    for path, pattern in STATED[extra]:
        found = re.search(pattern, re.sub(r"\s+", " ", (ROOT / path).read_text(encoding="utf-8")))
        assert found, f"{path} does not say which version it needs: {pattern}"
        assert parts(found[1]) == parts(lowest[1]), f"{path}: {found[0]}, and the extra is {requirement}"
