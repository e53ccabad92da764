"""Say what wheels use of ``cryptography``: the names that do not exist here, and the private ones.

    python survey.py FOLDER         every wheel there, with the drop-in or the peer installed

Imports and attributes are read from the sources; nothing of the wheels is run.
"""

from __future__ import annotations

import ast
import importlib
import sys
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PEER = "cryptography"


def main() -> int:
    users: dict[str, set[str]] = defaultdict(set)
    for wheel in sorted(Path(sys.argv[1]).glob("*.whl")):
        for name in names_in(wheel):
            users[name].add(wheel.name.split("-")[0].lower().replace("_", "-"))
    packages = {package for found in users.values() for package in found}
    print(f"{len(packages)} packages use {len(users)} names")
    for title, chosen in [("missing here", [name for name in users if not exists(name)]), ("private", private(users))]:
        print(f"\n{title}:")
        print("\n".join(f"  {name}: {', '.join(sorted(users[name]))}" for name in sorted(chosen)))
    return 0


def names_in(wheel: Path) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py") and PEER.encode() in (source := archive.read(name)):
                try:
                    yield from names_of(ast.parse(source))
                except (SyntaxError, ValueError):
                    print(f"cannot be read: {wheel.name}: {name}", file=sys.stderr)


def names_of(tree: ast.AST) -> Iterator[str]:
    """The dotted names below ``cryptography`` that a module imports or reaches by attributes."""
    local = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    if is_peers(alias.name):
                        local[alias.asname or PEER] = alias.name if alias.asname else PEER
                        yield alias.name
            case ast.ImportFrom(module=str(module), names=aliases, level=0) if is_peers(module):
                for alias in aliases:
                    local[alias.asname or alias.name] = f"{module}.{alias.name}"
                    yield f"{module}.{alias.name}"
    for node in ast.walk(tree):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id in local:
            yield ".".join([local[node.id], *reversed(parts)])


def is_peers(module: str) -> bool:
    return module.split(".")[0] == PEER


def exists(name: str) -> bool:
    """Whether the installed ``cryptography`` has this name, as a module or inside one."""
    first, *rest = name.split(".")
    path, value = first, importlib.import_module(first)
    for part in rest:
        path = f"{path}.{part}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if not hasattr(value, part):
                    importlib.import_module(path)
                value = getattr(value, part)
        except (ImportError, AttributeError):
            return False
    return True


def private(names: dict[str, set[str]]) -> list[str]:
    hidden = ("hazmat.bindings", "hazmat.backends.openssl", "utils.", "__about__")
    return [
        name
        for name in names
        if any(part.startswith("_") and not part.startswith("__") for part in name.split("."))
        or name.removeprefix(f"{PEER}.").startswith(hidden)
    ]


if __name__ == "__main__":
    sys.exit(main())
