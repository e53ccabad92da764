"""Every public name has a public home, by which pickle and documentation find it, and a text."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import pickle
import pkgutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import ironlatch
import pytest
from ironlatch._renamed import NEW_NAMES

SOURCE = Path(ironlatch.__file__).parent


def public_modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(ironlatch.__path__, "ironlatch."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield found.name


MODULES = sorted(public_modules())


def load(name: str) -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is deprecated as a whole
        return importlib.import_module(name)


def public_objects(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The classes and functions that a module offers, each with its name there."""
    for name in getattr(module, "__all__", vars(module)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = getattr(module, name)
        ours = getattr(value, "__module__", "").startswith("ironlatch")
        if ours and not name.startswith("_") and isinstance(value, type | FunctionType | BuiltinFunctionType):
            yield name, value


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class defines."""
    for name, value in vars(kind).items():
        value = getattr(value, "__func__", value)
        is_slot = inspect.ismemberdescriptor(value)
        if not name.startswith("_") and not is_slot and (inspect.isroutine(value) or inspect.isdatadescriptor(value)):
            yield name, value


@pytest.mark.parametrize("name", MODULES)
def test_home(name: str) -> None:
    """`__module__` is public, and the object is found there under its `__qualname__`."""
    for public, value in public_objects(load(name)):
        home = value.__module__
        assert not any(part.startswith("_") for part in home.split(".")), f"{public} says that it is of {home}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert getattr(load(home), value.__qualname__, None) is value, f"{home}.{value.__qualname__}"
            assert pickle.loads(pickle.dumps(value)) is value


@pytest.mark.parametrize("name", MODULES)
def test_text(name: str) -> None:
    module = load(name)
    without = [] if module.__doc__ else [name]
    for public, value in public_objects(module):
        without += [] if value.__doc__ else [public]
        if isinstance(value, type):
            without += [f"{public}.{member}" for member, it in members(value) if not inspect.getdoc(it)]
    assert not without, without


def test_text_of_fields() -> None:
    """A field of a record has a text below it, which editors show, or a ``#:`` comment above it."""
    without = []
    for name in MODULES:
        load(name)
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for kind in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)):
            home = getattr(sys.modules.get(module_of(path)), kind.name, None)
            if kind.name.startswith("_") or "._" in getattr(home, "__module__", "._"):
                continue
            for field, following in zip(kind.body, [*kind.body[1:], None], strict=True):
                match field:
                    case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                        below = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
                        if not below and not lines[field.lineno - 2].lstrip().startswith("#:"):
                            without.append(f"{kind.name}.{name}")
    assert not without, without


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def test_dir_lists_modules() -> None:
    assert {"fernet", "fields", "keyring", "passwords", "signing", "hazmat"} <= {*dir(ironlatch)}
    assert {"hashes", "ciphers", "kdf"} <= {*dir(ironlatch.hazmat.primitives)}
    assert not any(name.startswith("_") and not name.startswith("__") for name in dir(ironlatch))


@pytest.mark.parametrize(("module", "names"), NEW_NAMES.items())
def test_old_names_warn(module: str, names: dict[str, str]) -> None:
    for old, new in names.items():
        with pytest.warns(DeprecationWarning, match=rf"{module}\.{old} is now called {new}") as caught:
            assert getattr(load(module), old) is getattr(load(module), new)
        assert caught[0].filename == __file__
    with pytest.raises(AttributeError, match=f"'{module}' has no attribute 'missing'"):
        _ = load(module).missing


def test_no_two_exceptions_have_one_name() -> None:
    found: dict[str, set[type]] = {}
    for name in MODULES:
        for _, value in public_objects(load(name)):
            if isinstance(value, type) and issubclass(value, Exception):
                found.setdefault(value.__name__, set()).add(value)
    assert {name for name, kinds in found.items() if len(kinds) > 1} == {"InvalidToken"}, (
        "the peer's: Fernet's and TOTP's"
    )


RECIPES = [
    *("cobblestone", "fernet", "fields", "files", "jwk", "keyring", "passwords", "pinning", "rotation", "sealing"),
    *("secrets", "show_once", "signing", "signing.replay", "signing.tokens", "signing.webhooks", "slh_dsa"),
]
GIVEN = {
    *("ArrowArray", "EncryptingWriter", "IgnoredKey", "JwkSet", "Leak", "NewApiKey", "NewCodes", "Passphrase"),
    *("RecoveryCodes", "SeenCertificate", "Strength", "Token", "UnverifiedKeyring", "Verdict", "VerifiedRequest"),
    *("Change", "Event", "KeyInfo", "Usage", "VersionInfo", "Webhook"),
    *("ColumnReport", "Failure", "Mode", "Progress", "Report", "VersionCount"),
    *("KeyProvider", "ReplayStore"),
}
"""Results of calls, and classes to derive from: their texts say where they come from."""


def recipes() -> Iterator[tuple[str, str]]:
    """The classes and functions of the recipes, each with its text."""
    for name in RECIPES:
        for public, value in public_objects(load(f"ironlatch.{name}")):
            if not (isinstance(value, type) and issubclass(value, Exception)) and public not in GIVEN:
                yield f"{name}.{public}", value.__doc__ or ""


def test_recipes_show_an_example() -> None:
    assert not (without := [name for name, text in recipes() if ">>> " not in text]), without


@pytest.mark.parametrize("name", [name for name, _ in recipes()])
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(dict(recipes())[name], {}, name, None, 0)
    said: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(example, out=said.append).failed == 0, "".join(said)
