"""Every example in the documentation runs, in the order of its page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from postgres import Database
from spark import environment, needs_java

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if BLOCK.search(page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    if "psycopg.connect()" in text:
        database: Database = request.getfixturevalue("database")
        for variable, value in {"PGHOST": database.host, "PGDATABASE": database.name, "PGUSER": database.user}.items():
            monkeypatch.setenv(variable, value)
    if "SparkSession" in text:
        needs_java()
        run_apart(text, environment())  # or another test's session would be taken
        return
    if "settings.configure(" in text or "DeclarativeBase" in text:
        run_apart(text)  # Django takes settings once in a process, and SQLAlchemy looks for names in a module
        return
    names: dict[str, object] = {"__name__": "__main__"}
    for block in BLOCK.finditer(text):
        above = "\n" * text.count("\n", 0, block.start(1))  # so that a traceback names the line of the page
        exec(compile(above + block[1], str(page), "exec", dont_inherit=True), names)


def test_the_figures_on_the_front_page_are_measured() -> None:
    figures = re.findall(r"^\| .* \| [\d.]+ \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(figures) == 5
    measured = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in figures if row not in measured] == []


def run_apart(text: str, environment: Mapping[str, str] = MappingProxyType({})) -> None:
    path = {"PYTHONPATH": f"{ROOT / 'dropin' / 'src'}:{ROOT / 'python'}"}
    code = "".join(block[1] for block in BLOCK.finditer(text))
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | path | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def run_commands(page: str, directory: Path) -> str:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    command = f'ironlatch() {{ "{sys.executable}" -m ironlatch "$@"; }}\n'
    command += f'python3() {{ "{sys.executable}" "$@"; }}\n'
    script = "set -euo pipefail\n" + command + "".join(SHELL_BLOCK.findall(text))
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "python"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", script], cwd=directory, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_run(tmp_path: Path) -> None:
    printed = run_commands("command.md", tmp_path)
    assert "the plan\n" in printed
    assert "notes.txt: OK" in printed
    assert "3 rows, 3 written" in printed


def test_certificate_commands_run(tmp_path: Path) -> None:
    printed = run_commands("cert.md", tmp_path)
    assert "verified: CN=api.dev.example\n" in printed
    assert "refused: invalid extension: 2.5.29.17: Certificate is missing required extension" in printed
    assert "verified: CN=Ada Lovelace\n" in printed
    assert len(json.loads((tmp_path / "expiry.json").read_text())["certificates"]) == 10
