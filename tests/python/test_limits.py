"""docs/limits.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
CONSTANT = re.compile(r"const (\w+): (?:u\d+|usize) = ([^;]+);")


def constants(path: str) -> dict[str, int]:
    """The whole numbers that are constants in a file, as far as they are written with numbers
    alone.
    """
    source = (ROOT / "crates" / path).read_text(encoding="utf-8")
    found = {}
    for name, value in CONSTANT.findall(source):
        if re.fullmatch(r"[\d_ *()<+-]+", value):
            found[name] = int(eval(value, {}))
    return found


def rows() -> list[tuple[int, str, str]]:
    found = []
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and (named := re.fullmatch(r"`(\w+)` in `([\w/.]+)`", cells[3])):
            found.append((int(cells[2].replace(",", "")), named[1], named[2]))
    return found


def test_each_limit_is_the_constant_in_the_code() -> None:
    assert len(rows()) > 40
    wrong = [(limit, name, path) for limit, name, path in rows() if constants(path).get(name) != limit]
    assert wrong == []
    assert "`MIN_RSA_BITS`" in TEXT
    assert constants("core/src/keys/jwk/policy.rs")["MIN_RSA_BITS"] == 2048


def test_each_limit_on_work_is_on_the_page() -> None:
    """Of the files that hold a limit, and not only of the limits that somebody thought of."""
    named = {(path, name) for _, name, path in rows()}
    # These bound names, times, and what a program asks for.
    own = {"MAX_ID_LEN", "MAX_NAME_LEN", "MAX_PEPPER_NAME_LEN", "MAX_SECONDS", "MAX_AGE_WITHOUT_END", "MAX_TOLERANCE"}
    there = {
        (path, name) for path in {path for path, _ in named} for name in constants(path) if name.startswith("MAX_")
    }
    assert sorted((path, name) for path, name in there - named if name not in own) == []
