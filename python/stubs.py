"""Copies the documentation of the native classes and functions into their stubs, where editors look
for it.

    python python/stubs.py            rewrites python/ironlatch/_native/*.pyi
    python python/stubs.py --check    fails if that would change anything

The signatures in a stub are written by hand. The docstrings are those of the built module, which
come from the ``///`` comments in the binding: edit them there, build, and run ``make stubs``.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

STUBS = Path(__file__).parent / "ironlatch" / "_native"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="change nothing, and fail if a stub would change")
    check: bool = arguments.parse_args().check
    stale = []
    for path in sorted(STUBS.glob("*.pyi")):
        old = path.read_text(encoding="utf-8")
        new = documented(old, path)
        if new != old:
            stale.append(path.name)
            if not check:
                path.write_text(new, encoding="utf-8")
    if check and stale:
        print(f"{', '.join(stale)}: the docstrings are not those of the module. Run `make stubs`.", file=sys.stderr)
        return 1
    return 0


def documented(stub: str, path: Path) -> str:
    """The stub with the docstrings of its native module, formatted. Raises SystemExit if a public
    member has none.
    """
    lines = stub.splitlines()
    wanted = list(documentation(ast.parse(stub), native_module(path)))
    for node, text in reversed(wanted):  # from the end, so that line numbers stay true
        if isinstance(node, ast.ClassDef):
            set_class_docstring(lines, node, text)
        else:
            set_function_docstring(lines, node, text)
    return formatted("\n".join(lines) + "\n", path)


def native_module(path: Path) -> object:
    name = "ironlatch._native" if path.stem == "__init__" else f"ironlatch._native.{path.stem}"
    return importlib.import_module(name)


def documentation(
    scope: ast.Module | ast.ClassDef, owner: object
) -> Iterator[tuple[ast.ClassDef | ast.FunctionDef, str]]:
    """Each public class, method, property and function below `scope`, in the order of the stub,
    with its text.
    """
    for node in scope.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        member = getattr(owner, node.name)
        text = inspect.cleandoc(member.__doc__ or "")
        if not text:
            where = getattr(owner, "__qualname__", getattr(owner, "__name__", ""))
            raise SystemExit(f"{where}.{node.name} has no documentation: write a /// comment in the binding")
        yield node, text
        if isinstance(node, ast.ClassDef):
            yield from documentation(node, member)


def set_function_docstring(lines: list[str], node: ast.FunctionDef, text: str) -> None:
    """Puts `text` in the place of the function's body, and what follows that on its line behind the
    signature.
    """
    first, last = node.body[0], node.body[-1]
    assert last.end_lineno is not None
    signature = [*lines[node.lineno - 1 : first.lineno - 1], lines[first.lineno - 1][: first.col_offset]]
    comment = lines[last.end_lineno - 1].encode()[last.end_col_offset :].decode()
    head = "\n".join(signature).rstrip() + comment
    lines[node.lineno - 1 : last.end_lineno] = [*head.split("\n"), *docstring(text, node.col_offset + 4)]


def set_class_docstring(lines: list[str], node: ast.ClassDef, text: str) -> None:
    """Puts `text` at the top of the class, in the place of the docstring that is there."""
    first = node.body[0]
    has_one = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and first.value.value is not ...
    decorators = getattr(first, "decorator_list", [])
    start = (decorators[0].lineno if decorators else first.lineno) - 1
    end = first.end_lineno if has_one else start
    lines[start:end] = docstring(text, node.col_offset + 4)


def docstring(text: str, indent: int) -> list[str]:
    """A literal that holds `text`, one line or more."""
    margin = " " * indent
    quote = 'r"""' if "\\" in text else '"""'
    body = [margin + line if line else "" for line in text.split("\n")]
    body[0] = margin + quote + text.partition("\n")[0]
    if len(body) == 1:
        body[0] += '"""'
    else:
        body.append(margin + '"""')
    return body


def formatted(text: str, path: Path) -> str:
    command = [str(Path(sys.executable).parent / "ruff"), "format", "--stdin-filename", str(path), "-"]
    return subprocess.run(command, input=text, capture_output=True, check=True, encoding="utf-8").stdout


if __name__ == "__main__":
    sys.exit(main())
