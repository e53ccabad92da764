"""The guide's examples, with the guide's own imports, say what the guide says that they do."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).parents[2] / "examples" / "guide.md"


@pytest.fixture(scope="module")
def printed() -> dict[str, list[str]]:
    """The output of each section of the guide."""
    lines: dict[str, list[str]] = {}
    names: dict[str, Any] = {}
    for section in GUIDE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        said = lines.setdefault(title, [])
        names["print"] = lambda *words, said=said: said.append(" ".join(map(str, words)))
        for code in re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
            exec(compile(code, f"{GUIDE.name}, {title}", "exec"), names)
    return lines


def value(line: str) -> Any:
    return ast.literal_eval(line.partition(": ")[2])


def test_fernet(printed: dict[str, list[str]]) -> None:
    encrypted, decrypted = printed["1. Symmetric encryption with Fernet"]
    assert value(encrypted).startswith(b"gAAAAA")
    assert b"secret" not in value(encrypted)
    assert value(decrypted) == b"This is a secret message."


def test_rsa_oaep(printed: dict[str, list[str]]) -> None:
    assert printed["2. Asymmetric encryption with RSA"] == ["Decrypted: b'Secret message'"]


def test_hash(printed: dict[str, list[str]]) -> None:
    assert printed["3. Hashes"] == [f"SHA256 Hash: {hashlib.sha256(b'Some data').hexdigest()}"]


def test_rsa_pss(printed: dict[str, list[str]]) -> None:
    assert printed["4. Digital signatures with RSA"] == ["Signature valid"]


def test_pbkdf2(printed: dict[str, list[str]]) -> None:
    assert printed["5. PBKDF2 for passwords"] == ["Password accepted", "Password refused"]


def test_it_is_ours_that_answers() -> None:
    import cryptography.fernet
    import ironlatch.fernet

    assert cryptography.fernet is ironlatch.fernet
