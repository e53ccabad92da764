"""How random numbers are made: what the build of AWS-LC leaves out."""

import re
import tomllib
from pathlib import Path

import ironlatch._native

ROOT = Path(__file__).parents[2]
VARIABLE = "AWS_LC_SYS_NO_JITTER_ENTROPY"


def test_no_build_gathers_jitter() -> None:
    """jitterentropy's functions bear the prefix ``jent_``; an extension that is not stripped names
    those that it holds.
    """
    native = Path(ironlatch._native.__file__).read_bytes()
    assert not re.search(rb"jent_(entropy_init|read_entropy)", native)
    config = tomllib.loads((ROOT / ".cargo" / "config.toml").read_text(encoding="utf-8"))
    assert config["env"][VARIABLE] == "1"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"path": ".cargo/config.toml", "format": "sdist"} in project["tool"]["maturin"]["include"]
