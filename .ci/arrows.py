"""Fails on an arrow that climbs: docs/architecture.md has the layers. `make lint` runs it.

It looks at what the crates depend on, at what the modules and files of each crate import, at the words of Python in
crates that know none, and at what a build without default features takes in. `--circles` lists the circles alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What each crate may depend on, of ours. Tests and examples may name anything.
CRATES = {
    "macros": set[str](),
    "engine": {"macros"},
    "core": {"engine", "macros"},
    "x509": {"core", "macros"},
    "cms": {"core", "macros", "x509"},
    "recipes": {"cms", "core", "macros", "x509"},
    "audit": {"cms", "core", "macros", "recipes", "x509"},
    "ironlatch": {"audit", "cms", "core", "recipes", "x509"},
    "cli": {"ironlatch"},
    "python": {"cli", "ironlatch"},
}

# The modules of a crate from the bottom. A module uses those of the rows before its own, and of its
# own row only itself.
MODULES = {
    "core": [
        {"error"},
        {"constant_time", "der", "json", "oid", "random", "text"},
        {"fork", "secret"},
        {"parallel"},
        {"hash"},
        {"symmetric"},
        {"kdf"},
        {"asymmetric", "otp"},
        {"hpke", "keys"},
    ],
}

# Files that import each other all the same, by crate. Each says why.
PAIRS = {
    ("recipes", frozenset(f"keyring/{name}.rs" for name in ("key", "protection", "ring", "store"))): (
        "a key belongs to its ring, and the file of a ring can be under a key of another ring"
    ),
    ("python", frozenset({"recipes/keyring/key.rs", "recipes/signing/keys.rs"})): (
        "a keyring's key gives a set of keys for signing, and such a set can be made of it"
    ),
    ("x509", frozenset({"verification/extensions.rs", "verification/policy.rs"})): (
        "a policy says what each extension must be, and each check is told the policy"
    ),
}

# Crates whose messages are for programs in any language.
WITHOUT_PYTHON = ("engine", "core", "x509", "cms", "recipes", "audit")
PYTHON = re.compile(
    r"\b(Encoding|PrivateFormat|PublicFormat|ParameterFormat)\.\w|NoEncryption\(\)|\b(Type|Value|Key|Attribute)Error\b"
    r"|\b[Bb]ackend\b|\bhazmat\b|\bbytes-like\b|\bpyo3\b|\bNone\b"
)

# What nobody has to compile for the sake of a cipher.
HEAVY = {"bcrypt", "serde_json", "tempfile", "zxcvbn"}


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    if sys.argv[1:] == ["--circles"]:
        for name in sorted(CRATES):
            for files in circles(Crate.read(root / "crates" / name)):
                print(f"{name}: {' <-> '.join(sorted(files))}")
        return 0
    faults = [*source_faults(root), *build_faults(root)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def source_faults(root: Path) -> Iterator[str]:
    """What is wrong with the crates below `root`, by their manifests and sources."""
    folders = sorted(path.parent for path in (root / "crates").glob("*/Cargo.toml"))
    used: set[tuple[str, frozenset[str]]] = set()
    for folder in folders:
        name = folder.name
        if name not in CRATES:
            yield f"crates/{name} has no row in .ci/arrows.py: say what it may depend on"
            continue
        yield from dependency_faults(folder)
        crate = Crate.read(folder)
        yield from module_faults(crate)
        for files in circles(crate):
            pair = (name, frozenset(files))
            used.add(pair)
            if pair not in PAIRS:
                yield f"crates/{name}/src: these files import each other: {', '.join(sorted(files))}"
        if name in WITHOUT_PYTHON:
            yield from word_faults(crate)
    for name, files in sorted(PAIRS.keys() - used, key=str):
        if (root / "crates" / name).is_dir():
            yield f".ci/arrows.py: {', '.join(sorted(files))} of {name} do not import each other any more: drop the row"


def build_faults(root: Path) -> Iterator[str]:
    """What a build without default features takes in though it need not."""
    tree = ["cargo", "tree", "--locked", "--package", "ironlatch", "--no-default-features", "--edges", "normal"]
    lines = subprocess.run([*tree, "--prefix", "none"], cwd=root, check=True, capture_output=True, text=True).stdout
    for name in sorted({line.split()[0] for line in lines.splitlines() if line} & HEAVY):
        yield f"without default features the crate ironlatch depends on {name}"


def dependency_faults(folder: Path) -> Iterator[str]:
    manifest = tomllib.loads((folder / "Cargo.toml").read_text(encoding="utf-8"))
    tables = [manifest, *manifest.get("target", {}).values()]
    ours = {"ironlatch" if name == "ironlatch" else name.removeprefix("ironlatch-"): name for table in tables
            for name in table.get("dependencies", {}) if name.startswith("ironlatch")}  # fmt: skip
    for short in sorted(ours.keys() - CRATES[folder.name]):
        yield f"crates/{folder.name} depends on {ours[short]}, which does not stand below it"


def module_faults(crate: Crate) -> Iterator[str]:
    rows = MODULES.get(crate.name)
    if rows is None:
        return
    rank = {module: number for number, row in enumerate(rows) for module in row}
    tops = {path.split("/")[0].removesuffix(".rs") for path in crate.files} - {"lib"}
    for module in sorted(tops - rank.keys()):
        yield f"crates/{crate.name}/src: the module {module} has no row in .ci/arrows.py"
    for file, imports in sorted(crate.imports.items()):
        own = file.split("/")[0].removesuffix(".rs")
        for imported in sorted(imports):
            other = imported.split("/")[0].removesuffix(".rs")
            if own != other and own in rank and other in rank and rank[other] >= rank[own]:
                yield f"crates/{crate.name}/src/{file} uses {imported}, which does not stand below it"


def word_faults(crate: Crate) -> Iterator[str]:
    for file, source in sorted(crate.files.items()):
        for literal in source.literals:
            if found := PYTHON.search(literal):
                where = f"crates/{crate.name}/src/{file}"
                yield f"{where} says {found[0]!r} in a message: those words belong to the binding"


def circles(crate: Crate) -> list[set[str]]:
    """The groups of files of which each leads to each other one (Tarjan, 1972).

    A module and the modules inside it are a natural pair, as privacy in Rust is: the outer one is made of the
    inner ones, and gives them what they share. So an arrow from a module to one inside it does not count.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(file: str) -> None:
        index[file] = low[file] = len(index)
        stack.append(file)
        for other in sorted(crate.imports[file]):
            if crate.files[other].module[:-1] == crate.files[file].module:
                continue
            if other not in index:
                visit(other)
                low[file] = min(low[file], low[other])
            elif other in stack:
                low[file] = min(low[file], index[other])
        if low[file] == index[file]:
            at = stack.index(file)
            group = set(stack[at:])
            del stack[at:]
            if len(group) > 1:
                found.append(group)

    for file in sorted(crate.files):
        if file not in index:
            visit(file)
    return found


ModulePath = tuple[str, ...]


@dataclass
class Source:
    """A file of Rust: its code without comments, the text of literals and its tests; and its string literals."""

    module: ModulePath
    code: str
    literals: list[str]
    # Inline modules: where each begins and ends, and its name.
    inline: list[tuple[int, int, str]] = field(default_factory=list)
    # Names that a `use` brings in, with what they stand for; and what `use ...::*` opens.
    names: dict[str, ModulePath] = field(default_factory=dict)
    globs: list[ModulePath] = field(default_factory=list)


class Crate:
    """The files of a crate, by their path below `src`, and what each imports of the others."""

    def __init__(self, name: str, files: dict[str, Source]) -> None:
        self.name = name
        self.files = files
        self.by_module = {source.module: file for file, source in files.items()}
        self.imports: dict[str, set[str]] = defaultdict(set)
        uses = {file: self._read_uses(source) for file, source in files.items()}
        for file, source in files.items():
            for path in [*uses[file], *self._inline_paths(source)]:
                self._add(file, path)

    @classmethod
    def read(cls, folder: Path) -> Crate:
        src = folder / "src"
        files = {}
        for path in sorted(src.rglob("*.rs")):
            file = path.relative_to(src).as_posix()
            parts = tuple(file.removesuffix(".rs").split("/"))
            if file == "main.rs" and (src / "lib.rs").exists():
                continue
            module = () if file in ("lib.rs", "main.rs") else parts[:-1] if parts[-1] == "mod" else parts
            files[file] = read_source(module, path.read_text(encoding="utf-8"))
        return cls(folder.name, files)

    def _read_uses(self, source: Source) -> list[ModulePath]:
        """What the file's `use` items name, apart from what they only publish."""
        imported = []
        for match in re.finditer(r"(?<!\w)(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", source.code):
            scope = self._scope(source, match.start())
            for path, name in leaves(match[2]):
                absolute = self._absolute(scope, path)
                if absolute is None:
                    continue
                if name == "*":
                    source.globs.append(absolute)
                elif scope == source.module:
                    source.names[name] = absolute
                if match[1] is None:
                    imported.append(absolute)
        return imported

    def _inline_paths(self, source: Source) -> Iterator[ModulePath]:
        """Paths in the code itself: from `crate`, `super` and `self`, from modules below, and from modules in scope."""
        code = re.sub(r"(?<!\w)use\s+[^;]+;", lambda match: " " * len(match[0]), source.code)
        for match in re.finditer(r"(?<![\w:.$])\w+(?:\s*::\s*\w+)+", code):
            path = tuple(re.split(r"\s*::\s*", match[0]))
            absolute = self._absolute(self._scope(source, match.start()), path)
            if absolute is not None:
                yield absolute
            elif path[0] in source.names:
                yield (*source.names[path[0]], *path[1:])

    def _scope(self, source: Source, at: int) -> ModulePath:
        return (*source.module, *(name for start, end, name in source.inline if start < at < end))

    def _absolute(self, scope: ModulePath, path: ModulePath) -> ModulePath | None:
        """A path from the crate's root. `None` if it leads to another crate."""
        if path[0] == "crate":
            return path[1:]
        if path[0] in ("super", "self"):
            while path and path[0] in ("super", "self"):
                scope = scope[:-1] if path[0] == "super" else scope
                path = path[1:]
            return (*scope, *path)
        return (*scope, *path) if (*scope, path[0]) in self.by_module else None

    def _add(self, file: str, path: ModulePath) -> None:
        target = self._resolve(path)
        if target is not None and target != file:
            self.imports[file].add(target)

    def _resolve(self, path: ModulePath, depth: int = 0) -> str | None:
        """The file that holds what a path from the root leads to."""
        module: ModulePath = ()
        for at, name in enumerate(path):
            rest = path[at + 1 :]
            if (*module, name) in self.by_module:
                module = (*module, name)
                continue
            source = self.files[self.by_module[module]]
            if depth < 8 and name in source.names and source.names[name] != path[: at + 1]:
                return self._resolve((*source.names[name], *rest), depth + 1)
            if not defines(source, name):
                for opened in source.globs:
                    inner = self.by_module.get(opened)
                    if inner is not None and (name in self.files[inner].names or defines(self.files[inner], name)):
                        return self._resolve((*opened, name, *rest), depth + 1)
            return self.by_module[module]
        # A module that publishes what others hold is no import by itself: what is named in it is.
        file = self.by_module[module]
        return None if file.endswith("mod.rs") or not module else file


def defines(source: Source, name: str) -> bool:
    return bool(
        re.search(rf"\b(?:struct|enum|union|trait|type|fn|const|static|mod|macro_rules!)\s+{name}\b", source.code)
    )


def leaves(tree: str) -> Iterator[tuple[ModulePath, str]]:
    """Each path of a `use` and the name that it brings in."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace >= 0:
        head = tuple(part.strip() for part in tree[:brace].split("::") if part.strip())
        for part in split(tree[brace + 1 : tree.rindex("}")]):
            for path, name in leaves(part):
                if path == ("self",):
                    yield head, head[-1] if name == "self" else name
                else:
                    yield (*head, *path), name
        return
    path_text, _, alias = tree.partition(" as ")
    path = tuple(part.strip() for part in path_text.split("::") if part.strip())
    if path:
        yield (path[:-1] if path[-1] == "*" else path), alias.strip() or path[-1]


def split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    if text[start:].strip():
        yield text[start:]


TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|(?P<raw>b?r(?P<hashes>\#*)"(?P<inner>.*?)"(?P=hashes))|b?"(?P<text>(?:\\.|[^"\\])*)"|b?'(?:\\.[^']*|[^'\\])'""",
    re.DOTALL,
)


def read_source(module: ModulePath, text: str) -> Source:
    literals: list[tuple[int, str]] = []

    def blank(match: re.Match[str]) -> str:
        literal = match["text"] if match["text"] is not None else match["inner"]
        if literal is not None:
            literals.append((match.start(), literal))
        return re.sub(r"[^\n]", " ", match[0])

    code = TOKENS.sub(blank, text)
    spans = []
    for match in re.finditer(r"(?:#\[cfg\(test\)\]\s*)?(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*\{", code):
        end = closing(code, match.end() - 1)
        if match[0].startswith("#"):
            code = code[: match.start()] + re.sub(r"[^\n]", " ", code[match.start() : end]) + code[end:]
            literals = [(at, literal) for at, literal in literals if not match.start() < at < end]
        else:
            spans.append((match.end(), end, match[1]))
    return Source(module, code, [literal for _, literal in literals], spans)


def closing(code: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, at):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(code)


if __name__ == "__main__":
    sys.exit(main())
