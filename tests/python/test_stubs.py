"""The stubs say what the built module says, so that an editor shows it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "python" / "ironlatch" / "_native"

sys.path.append(str(ROOT / "python"))
import stubs  # noqa: E402 - of the folder above


@pytest.mark.parametrize("path", sorted(STUBS.glob("*.pyi")), ids=lambda path: path.stem)
def test_stubs_hold_the_documentation(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert stubs.documented(text, path) == text, "run `make stubs`"


def test_docstrings_are_replaced_and_signatures_stay() -> None:
    path = STUBS / "passwords.pyi"
    text = path.read_text(encoding="utf-8")
    wrong = re.sub(r'^( +""")(?=.)', r"\1Wrong. ", text, flags=re.MULTILINE)
    assert wrong.count("Wrong.") > 10
    assert stubs.documented(wrong, path) == text
    written = stubs.documented("def scheme(stored: str) -> str: ...  # a comment\n", path)
    assert written.startswith('def scheme(stored: str) -> str:  # a comment\n    """')
    assert stubs.documented(written, path) == written


def test_what_is_public_is_documented() -> None:
    class Native:
        def said(self) -> None:
            """Says it."""

        def unsaid(self) -> None:
            pass

    stub = ast.parse("def said(self): ...\ndef _private(self): ...\ndef unsaid(self): ...\n")
    found = stubs.documentation(stub, Native)
    assert next(found)[1] == "Says it."
    with pytest.raises(SystemExit, match=r"Native.unsaid has no documentation"):
        next(found)
