"""The drop-in: the name ``cryptography`` for Ironlatch's own modules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import ironlatch
import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "dropin" / "src"


def run(program: str) -> str:
    """Returns the output of a fresh interpreter for ``program`` when the drop-in is on its path."""
    path = f"import sys; sys.path[:0] = [{str(SOURCE)!r}, {str(ROOT / 'python')!r}]\n"
    done = subprocess.run([sys.executable, "-I", "-c", path + program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "program",
    [
        "import cryptography.hazmat.primitives.hashes as a, ironlatch.hazmat.primitives.hashes as b",
        "import ironlatch.hazmat.primitives.hashes as b, cryptography.hazmat.primitives.hashes as a",
        "import importlib; a = importlib.import_module('cryptography.hazmat.primitives.hashes')\n"
        "b = importlib.import_module('ironlatch.hazmat.primitives.hashes')",
        "from cryptography.hazmat.primitives import hashes as a\nfrom ironlatch.hazmat.primitives import hashes as b",
    ],
)
def test_one_module_under_two_names(program: str) -> None:
    check = """
assert a is b
assert a.__name__ == a.__spec__.name == "ironlatch.hazmat.primitives.hashes", a.__spec__
assert a.__loader__ is a.__spec__.loader
import cryptography, ironlatch
assert cryptography.hazmat is ironlatch.hazmat
print("same")
"""
    assert run(program + check) == "same\n"


def test_attribute_of_the_package_wins_over_its_module() -> None:
    program = """
from cryptography.hazmat.backends.openssl.backend import backend as a
from cryptography.hazmat.backends.openssl import backend as b
from ironlatch.hazmat.backends.openssl import backend as c
assert a is b is c, (a, b, c)
print(type(a).__name__)
"""
    assert run(program) == "Backend\n"


def test_every_module_is_the_same_object() -> None:
    program = """
import pkgutil, sys, cryptography
names = [m.name for m in pkgutil.walk_packages(cryptography.__path__, "cryptography.") if "__main__" not in m.name]
for name in names:
    __import__(name)
    if name not in ("cryptography.__about__", "cryptography._alias"):
        assert sys.modules[name] is sys.modules["ironlatch" + name.removeprefix("cryptography")], name
print("cryptography.hazmat.primitives.hashes" in names, len(names) > 10)
"""
    assert run(program) == "True True\n"


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The build hook that writes the stubs, without the build backend around it."""
    interface = types.ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = object  # type: ignore[attr-defined]
    parts = interface.__name__.split(".")
    for end in range(1, len(parts)):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), types.ModuleType(parts[end - 1]))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    module = types.ModuleType("stubs")
    exec(compile((ROOT / "dropin" / "stubs.py").read_text(), "stubs.py", "exec"), module.__dict__)
    return module


def test_type_checkers_see_the_types(stubs: types.ModuleType, tmp_path: Path) -> None:
    site = tmp_path / "site"
    package = site / "cryptography"
    shutil.copytree(SOURCE / "cryptography", package, ignore=shutil.ignore_patterns("__pycache__"))
    written = [name for name, _ in stubs.write_stubs(ROOT / "python" / "ironlatch", package)]
    assert "fernet.pyi" in written
    assert "hazmat/primitives/ciphers/__init__.pyi" in written
    assert "__init__.pyi" not in written
    program = tmp_path / "program.py"
    program.write_text("""
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
import ironlatch.fernet

token: bytes = Fernet(Fernet.generate_key()).encrypt(b"a message")
same: type[ironlatch.fernet.Fernet] = Fernet
key: bytes = PBKDF2HMAC(hashes.SHA256(), 32, b"salt", 1, default_backend()).derive(b"password")
wrong: str = AESGCM(key).encrypt(b"", b"", None)
also_wrong = Fernet(3)
Cipher(algorithms.AES(key), modes.CBC(key)).encryptor()
""")
    environ = os.environ | {"MYPYPATH": f"{site}:{ROOT / 'python'}"}
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", str(program)]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert re.findall(r"program\.py:(\d+): error: .*\[(.*)\]", done.stdout) == [
        ("14", "assignment"),
        ("15", "arg-type"),
    ], done


def test_threads_see_one_module() -> None:
    program = """
import sys, threading
sys.setswitchinterval(1e-6)
names = ["hazmat.primitives.hashes", "exceptions", "utils", "hazmat.primitives.hmac"]
seen, barrier = [], threading.Barrier(16)
def load(prefix):
    import importlib
    barrier.wait()
    seen.append([importlib.import_module(f"{prefix}.{name}") for name in names])
threads = [threading.Thread(target=load, args=(p,)) for p in ["cryptography", "ironlatch"] * 8]
[t.start() for t in threads]; [t.join() for t in threads]
assert len(seen) == 16
assert all(a is b for row in seen for a, b in zip(row, seen[0]))
assert all(m.__spec__.name == m.__name__ and m.__name__.startswith("ironlatch.") for m in seen[0])
print("same")
"""
    for _ in range(3):
        assert run(program) == "same\n"


def test_what_does_not_exist_is_named_as_it_was_asked_for() -> None:
    program = """
for name in ["cryptography.nothing", "cryptography.hazmat.nothing", "cryptography.utils.nothing"]:
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        print(error.name)
"""
    assert run(program).split() == ["cryptography.nothing", "cryptography.hazmat.nothing", "cryptography.utils.nothing"]


def test_find_spec_asks_without_loading_a_second_copy() -> None:
    program = """
import importlib.util, sys
spec = importlib.util.find_spec("cryptography.hazmat.primitives.hashes")
package = importlib.util.find_spec("cryptography.hazmat.primitives")
assert spec.name == "cryptography.hazmat.primitives.hashes" and spec.submodule_search_locations is None
import cryptography.exceptions, ironlatch.exceptions, importlib
assert importlib.reload(cryptography.exceptions) is ironlatch.exceptions
print("fine")
"""
    assert run(program) == "fine\n"


def test_pickles_of_the_original_load() -> None:
    """A pickle names its class by module: one made with the original installed says
    ``cryptography.…``.
    """
    program = """
import pickle
made = pickle.loads(b"ccryptography.exceptions\\nInvalidTag\\n(tR.")
import ironlatch.exceptions
assert type(made) is ironlatch.exceptions.InvalidTag
print("fine")
"""
    assert run(program) == "fine\n"


def test_version_says_whose_api_and_whose_code() -> None:
    version = f"50.0.2+ironlatch.{ironlatch.__version__}"
    assert run("import cryptography; print(cryptography.__version__)").strip() == version
    assert (
        run("from cryptography.__about__ import __version__, __author__, __copyright__; print(__version__)").strip()
        == version
    )
    project = tomllib.loads((ROOT / "dropin" / "pyproject.toml").read_text())["project"]
    assert project["version"] == version
    assert project["dependencies"] == [f"ironlatch=={ironlatch.__version__}"]


def test_python_version_is_cargos() -> None:
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    assert cargo["workspace"]["package"]["version"] == ironlatch.__version__


def test_top_package_has_nothing_but_the_names_of_the_original() -> None:
    names = run("import cryptography; print(*sorted(cryptography.__all__))").split()
    assert names == ["__author__", "__copyright__", "__version__"]
    assert not re.search("encrypt|key", (SOURCE / "cryptography" / "__init__.py").read_text())


def test_submodules_are_attributes_once_any_is_imported() -> None:
    program = """
import cryptography.fernet, ironlatch
assert cryptography.exceptions.InvalidTag is ironlatch.exceptions.InvalidTag
assert cryptography.hazmat.primitives.hashes is ironlatch.hazmat.primitives.hashes
assert not hasattr(cryptography, "nonsense")
assert not hasattr(cryptography.hazmat.primitives, "nonsense")
print("same")
"""
    assert run(program) == "same\n"


def test_importing_the_package_loads_no_submodule() -> None:
    assert run("import cryptography, sys; print('ironlatch.exceptions' in sys.modules)") == "False\n"
