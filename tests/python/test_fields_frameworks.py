"""Frameworks that are older than the tests go back to are said, and not run into."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ironlatch.fields._frameworks import require


@pytest.mark.parametrize("installed", ["2.0.0", "2.0.0b1", "2.0.1.dev3", "2.1", "10.0"])
def test_versions_that_are_known(installed: str) -> None:
    require("Framework", installed, "2.0")


@pytest.mark.parametrize("installed", ["1.4.54", "1.99", "0", "unknown"])
def test_versions_that_are_too_old(installed: str) -> None:
    with pytest.raises(ImportError, match=f"works with Framework from 2.0 on, and {installed} is installed"):
        require("Framework", installed, "2.0")


@pytest.mark.parametrize(
    ("framework", "adapter"), [("sqlalchemy", "sqlalchemy"), ("django", "django"), ("psycopg", "psycopg")]
)
def test_adapters_ask_at_import(framework: str, adapter: str) -> None:
    program = f"import {framework}; {framework}.__version__ = '1.0'; import ironlatch.fields.{adapter}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "ImportError: ironlatch works with" in done.stderr
