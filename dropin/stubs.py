"""Build hook: a stub that re-exports it for each module of Ironlatch, so that type checkers know
``cryptography.x``.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("../python/ironlatch")
UNSEEN = {"__main__", "_native"}


class StubHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the stubs to the wheel without leaving them in the tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        source = (Path(self.root) / SOURCE).resolve()
        self.folder = tempfile.TemporaryDirectory()
        written = write_stubs(source, Path(self.folder.name))
        build_data["force_include"].update({str(path): f"cryptography/{name}" for name, path in written})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self.folder.cleanup()


def write_stubs(source: Path, target: Path) -> Iterator[tuple[str, Path]]:
    """Write the stubs below ``target``; yields each one's name below the package and where it
    stands.
    """
    for path in sorted([*source.rglob("*.py"), *source.rglob("*.pyi")]):
        relative = path.relative_to(source)
        if relative.parts == ("__init__.py",) or UNSEEN & {*relative.parts, relative.stem}:
            continue
        if path.suffix == ".py" and path.with_suffix(".pyi").exists():
            continue
        stub = target / relative.with_suffix(".pyi")
        stub.parent.mkdir(parents=True, exist_ok=True)
        parts = relative.with_suffix("").parts
        module = ".".join(["ironlatch", *(part for part in parts if part != "__init__")])
        stub.write_text(stub_of(module, ast.parse(path.read_text(encoding="utf-8"))), encoding="utf-8")
        yield str(relative.with_suffix(".pyi")), stub


def stub_of(module: str, tree: ast.Module) -> str:
    """The stub for ``module``: each name that it defines or hands on, private ones too, as the same
    object.
    """
    names = sorted({name for node in tree.body for name in names_of(node) if not name.startswith("__")})
    return "".join(f"from {module} import {name} as {name}\n" for name in names)


def names_of(node: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement defines, or imports so that others may import them from
    here.
    """
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
            yield from (name.value for name in names if isinstance(name, ast.Constant))
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.ImportFrom(names=aliases):
            yield from (alias.name for alias in aliases if alias.asname == alias.name)
        case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
            for inner in [*body, *orelse]:
                yield from names_of(inner)
