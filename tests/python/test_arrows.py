"""`.ci/arrows.py` finds an arrow that climbs: each rule is broken here once, in small crates."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load() -> Any:
    spec = importlib.util.spec_from_file_location("arrows", ROOT / ".ci" / "arrows.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["arrows"] = module
    spec.loader.exec_module(module)
    return module


arrows = load()

GOOD = {
    "core/Cargo.toml": '[dependencies]\nironlatch-engine.workspace = true\nhex = "0.4"\n[dev-dependencies]\nironlatch = "0.1"\n',
    "core/src/lib.rs": "mod error;\npub mod hash;\npub mod keys;\npub use error::Error;\n",
    "core/src/error.rs": 'pub struct Error;\n/// Not `Encoding.DER`.\npub const TEXT: &str = "the encoding must be DER";\n',
    "core/src/hash/mod.rs": "mod software;\nuse software::run;\nuse crate::Error;\npub fn hash() -> Error { run() }\n",
    "core/src/hash/software.rs": "use super::super::Error;\npub fn run() -> Error { Error }\n",
    "core/src/keys/mod.rs": "mod one;\nmod two;\npub use one::{One, make};\npub use two::Two;\nconst SIZE: usize = 4;\n",
    "core/src/keys/one.rs": "use super::Two;\nuse crate::{Error, hash};\npub struct One(Two);\npub fn make() { hash::hash(); }\n",
    "core/src/keys/two.rs": "pub struct Two([u8; super::SIZE]);\n#[cfg(test)]\nmod tests {\n    use super::super::One;\n}\n",
    "recipes/Cargo.toml": "[dependencies]\nironlatch-core = { workspace = true }\n",
    "recipes/src/lib.rs": "",
}


def faults(folder: Path, changes: dict[str, str] | None = None) -> list[str]:
    """Returns what is found in the good crates with these files in place of theirs."""
    for name, text in (GOOD | (changes or {})).items():
        path = folder / "crates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(arrows.source_faults(folder))


@pytest.fixture(autouse=True)
def no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrows, "PAIRS", {})


def test_good_crates_have_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"core/Cargo.toml": "[dependencies]\nironlatch-recipes.workspace = true\n"},
            "crates/core depends on ironlatch-recipes",
        ),
        (
            {"core/Cargo.toml": "[target.'cfg(unix)'.dependencies]\nironlatch = '0.1'\n"},
            "crates/core depends on ironlatch,",
        ),
        (
            {"recipes/Cargo.toml": "[dependencies]\nironlatch-engine = '0.1'\n"},
            "crates/recipes depends on ironlatch-engine",
        ),
        ({"new/Cargo.toml": ""}, "crates/new has no row"),
        ({"core/src/extra.rs": ""}, "the module extra has no row"),
        (
            {"core/src/hash/software.rs": "pub fn run() { crate::keys::make() }\n"},
            "hash/software.rs uses keys/one.rs",
        ),
        (
            {"core/src/hash/software.rs": "use crate::{Error, keys::{One as Key}};\n"},
            "hash/software.rs uses keys/one.rs",
        ),
        (
            {"core/src/hash/software.rs": "use crate::keys;\nfn run() { keys::make() }\n"},
            "hash/software.rs uses keys/one.rs",
        ),
        (
            {"core/src/keys/two.rs": "use super::One;\npub struct Two(Box<One>);\n"},
            "import each other: keys/one.rs, keys/two.rs",
        ),
        (
            {"core/src/keys/two.rs": "pub struct Two(Box<super::one::One>);\n"},
            "import each other: keys/one.rs, keys/two.rs",
        ),
        (
            {"core/src/error.rs": 'pub struct Error;\nconst A: &str = "use Encoding.DER";\n'},
            "error.rs says 'Encoding.D'",
        ),
        (
            {"core/src/error.rs": 'pub struct Error;\nconst A: &str = r#"no "backend" has it"#;\n'},
            "error.rs says 'backend'",
        ),
    ],
)
def test_each_fault_is_found(tmp_path: Path, changes: dict[str, str], found: str) -> None:
    assert [fault for fault in faults(tmp_path, changes) if found in fault] != []


def test_heavy_dependencies_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Tree:
        stdout = "ironlatch v0.1.0 (/x)\nironlatch-core v0.1.0\nserde_json v1.0.1\n\nserde_json v1.0.1 (*)\n"

    monkeypatch.setattr(arrows.subprocess, "run", lambda *_arguments, **_more: Tree)
    assert list(arrows.build_faults(tmp_path)) == ["without default features the crate ironlatch depends on serde_json"]


def test_a_pair_is_named_while_it_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pair = ("core", frozenset({"keys/one.rs", "keys/two.rs"}))
    monkeypatch.setattr(arrows, "PAIRS", {pair: "a test"})
    assert [fault for fault in faults(tmp_path) if "drop the row" in fault] != []
    assert faults(tmp_path, {"core/src/keys/two.rs": "pub struct Two(Box<super::one::One>);\n"}) == []


def test_this_repository_has_no_faults() -> None:
    arrows = load()
    assert list(arrows.source_faults(ROOT)) == []
