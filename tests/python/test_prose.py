"""`tests/prose/check.py` sees the words and lines that it is for, and no code."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

CHECK = runpy.run_path(str(Path(__file__).parents[1] / "prose" / "check.py"))
RULES: Any = CHECK["Rules"]({"beside": "next to", "so many": "how many"}, {"What": "The …"}, {})


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("page.md", "Locks lie beside it.\n", [1]),
        ("page.md", "There are so\nmany of them.\n", [1]),
        ("page.md", "Give `beside` a value.\n\n```python\ntoken(beside=stored)  # beside\n```\n", []),
        ("page.md", "[a link](beside.md) and besides\n", []),
        ("page.md", "x" * 60 + " " + "y" * 60 + "\n", [1]),
        ("page.md", "| " + "x" * 60 + " | " + "y" * 60 + " |\n", []),
        ("page.md", "```\n" + "x " * 60 + "\n```\n", []),
        ("page.md", "Run\n\n    lies beside\n\n    lies beside\n\nand it lies beside.\n", [7]),
        ("file.rs", "/// Lies beside\n/// it.\nfn beside() {}\n", [1]),
        ("file.rs", 'const TEXT: &str = "it lies beside it"; // so many\n', [1, 1]),
        ("file.rs", 'const TEXT: &str = "beside"; let c = \'"\'; beside();\n', []),
        ("file.rs", 'let raw = r#"a "beside" b"#;\n', [1]),
        ("file.rs", "/// so\n/// many\nstruct A;\n", [1]),
        ("file.rs", "// so\nmany();\n", []),
        ("file.rs", "/// What it is.\nstruct A;\n", [1]),
        ("file.rs", "/// What is it?\nstruct A; // What it is.\n", []),
        ("file.rs", "/// " + "x " * 50 + "\n", [1]),
        ("file.py", '"""What it is.\n\nSee beside.\n"""\n', [1, 3]),
        ("file.py", 'index.token(code, beside=stored)\nraise ValueError("it lies beside")\n', [2]),
        ("file.py", "x = 1  # so many\n", [1]),
        ("file.py", '"""' + "x " * 60 + '"""\n', [1]),
        ("file.py", "# " + "x " * 60 + "\n", [1]),
        ("file.py", "x = 1  # " + "x " * 60 + "\n", []),
        ("file.rs", "/// | " + "x " * 60 + "|\nstruct A;\n", []),
        ("file.py", 'TEXT = "' + "x " * 60 + '"\n', []),
    ],
)
def test_faults(name: str, text: str, lines: list[int]) -> None:
    assert [fault.line for fault in RULES.faults(name, text)] == lines


def test_a_folder_may_have_the_faults_that_are_left_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("It lies beside.\n")
    main, names = CHECK["main"], CHECK["main"].__globals__
    monkeypatch.setattr("sys.argv", ["check.py"])
    monkeypatch.setitem(names, "ROOT", tmp_path)
    monkeypatch.setitem(names, "pages", lambda: ["docs/page.md"])
    table = tmp_path / "words.toml"
    monkeypatch.setitem(names, "TABLE", table)
    for left, result in ("", 1), ("docs = 0", 1), ("docs = 1", 0):
        table.write_text(f'[words]\n"beside" = "next to"\n[openers]\n[left]\n{left}\n')
        assert main() == result
    assert 'docs/page.md:1: "beside": write next to' in capsys.readouterr().out
