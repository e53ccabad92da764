"""The table of faults in ``tests/faults.md`` names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_test_of_the_table_is_there() -> None:
    tests = [
        *ROOT.glob("tests/python/test_*.py"),
        *ROOT.glob("crates/*/tests/**/*.rs"),
        *ROOT.glob("crates/*/src/**/*.rs"),
    ]
    there = {
        name for file in tests for name in re.findall(r"(?:def|fn|class) (\w+)[(:<]", file.read_text(encoding="utf-8"))
    }
    table = (ROOT / "tests" / "faults.md").read_text(encoding="utf-8")
    rows = [
        line.split(" | ") for line in table.splitlines() if line.startswith("| ") and not line.startswith("| fault")
    ]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row[2])]
    assert len(named) > 140
    assert sorted(set(named) - there) == []
