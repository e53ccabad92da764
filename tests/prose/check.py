"""Fails on words that a native reader stumbles over, and on documentation lines of more than 100 columns.

The words are in `words.toml`. Prose is documentation, comments and strings; code, and what is quoted
as code, is left out. `--list docs/files.md` shows the faults of a file or folder, `--counts` how many
each folder has.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("words.toml")
COLUMNS = 100
FOLDERS = ("crates/", "docs/", "examples/", "python/", "dropin/", "benches/", "fuzz/", "tests/")
# This check itself, and stubs whose documentation is copied from the Rust classes.
EXCEPTED = ("tests/prose/", "tests/python/test_prose.py", "python/ironlatch/_native/")


class Fault(NamedTuple):
    path: str
    line: int
    text: str


class Piece(NamedTuple):
    """A run of prose in a file: `text[start:stop]`."""

    start: int
    stop: int
    kind: str  # page, documentation, comment or string


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", metavar="PATH", help="show the faults of a file or folder")
    parser.add_argument("--counts", action="store_true", help="show the number of faults of each folder")
    options = parser.parse_args()
    rules = Rules.load()
    by_folder: dict[str, list[Fault]] = {}
    for path in pages():
        by_folder.setdefault(folder_of(path), []).extend(rules.faults(path, (ROOT / path).read_text(encoding="utf-8")))
    if options.counts:
        print("\n".join(f"{folder}: {len(found)}" for folder, found in sorted(by_folder.items())))
    if options.list:
        show([fault for found in by_folder.values() for fault in found if fault.path.startswith(options.list)])
    over = {folder: found for folder, found in by_folder.items() if len(found) > rules.left.get(folder, 0)}
    for folder, found in over.items():
        if folder in rules.left:
            print(f"{folder}: {len(found)} faults, of which {rules.left[folder]} are old: see --list {folder}")
        else:
            show(found)
    return 1 if over else 0


def show(faults: list[Fault]) -> None:
    for fault in faults:
        print(f"{fault.path}:{fault.line}: {fault.text}")


def pages() -> list[str]:
    """The files of the repository that hold prose of ours."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [
        name
        for name in listed.splitlines()
        if Path(name).suffix in READERS
        and ("/" not in name or name.startswith(FOLDERS))
        and not name.startswith(EXCEPTED)
        and (ROOT / name).exists()
    ]


def folder_of(path: str) -> str:
    """The folder that `[left]` counts a file under: a folder of the root, or a crate."""
    depth = 2 if path.startswith("crates/") else 1
    return "/".join(path.split("/")[:depth])


class Rules(NamedTuple):
    words: dict[str, str]
    openers: dict[str, str]
    left: dict[str, int]

    @classmethod
    def load(cls) -> Rules:
        table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
        return cls(table["words"], table["openers"], table["left"])

    def faults(self, path: str, text: str) -> list[Fault]:
        """The words to replace and the lines to break, in the order of the file."""
        pieces = READERS[Path(path).suffix](text)
        prose = only(text, pieces)
        found = [
            Fault(path, line_at(text, match.start()), f'"{word}": write {better}')
            for word, better in self.words.items()
            for match in re.finditer(rf"(?<![\w.-]){spaced(word)}(?![\w=(-])", prose, re.IGNORECASE)
        ]
        found += [
            Fault(path, line_at(text, piece.start), f'documentation begins with "{word}": write {better}')
            for piece in pieces
            for word, better in self.openers.items()
            if piece.kind == "documentation" and re.match(rf"\W*{word}\b[^?]*$", text[piece.start : piece.stop])
        ]
        found += [Fault(path, line, f"{columns} columns") for line, columns in long_lines(text, pieces)]
        return sorted(found, key=lambda fault: fault.line)


def spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def long_lines(text: str, pieces: list[Piece]) -> list[tuple[int, int]]:
    """The number and length of lines of prose that are too long, if they can be broken."""
    lines = text.split("\n")
    numbers = {
        number
        for piece in pieces
        if piece.kind != "string" and not is_behind_code(text, piece)
        for number in range(line_at(text, piece.start), line_at(text, piece.stop - 1) + 1)
        if not (piece.kind == "page" and lines[number - 1].startswith("#"))
    }
    return [
        (number, len(line))
        for number in sorted(numbers)
        if len(line := lines[number - 1]) > COLUMNS and not UNBREAKABLE.match(line)
    ]


def is_behind_code(text: str, piece: Piece) -> bool:
    return piece.kind == "comment" and bool(text[text.rfind("\n", 0, piece.start) + 1 : piece.start].strip())


# A row of a table, a single word, a link that fills the line.
UNBREAKABLE = re.compile(r"\s*(//[/!]?\s*|#\s*)?(\||\S+$|.*https?://\S{40})")

OTHER = "\0"  # What is not prose: neither a word nor a space, so that no phrase goes across it.
CODE = re.compile(r"``[^`]*``|`[^`]*`|\]\([^)]*\)")
MARKERS = re.compile(r"^(\s*)(///|//!|//|#)", re.MULTILINE)


def only(text: str, pieces: list[Piece]) -> str:
    """The prose of a file, with everything in its place and all else blanked."""
    parts, end = [], 0
    for piece in pieces:
        parts += [blank(text[end : piece.start]), text[piece.start : piece.stop]]
        end = piece.stop
    prose = "".join(parts) + blank(text[end:])
    prose = CODE.sub(lambda code: blank(code[0]), prose)
    return MARKERS.sub(lambda marker: marker[1] + " " * len(marker[2]), prose)


def blank(text: str) -> str:
    return re.sub(r"\S", OTHER, text)


FENCE = re.compile(r"^ *```.*?^ *```$|(?<=\n\n) {4}.*?(?:\n(?=\n(?! {4}))|\Z)", re.MULTILINE | re.DOTALL)


def markdown(text: str) -> list[Piece]:
    ends = [0, *(offset for fence in FENCE.finditer(text) for offset in fence.span()), len(text)]
    return [Piece(start, stop, "page") for start, stop in zip(ends[::2], ends[1::2], strict=True) if start < stop]


RUST = re.compile(
    r"""(?P<documentation>//[/!](?!/)[^\n]*(?:\n\s*//[/!](?!/)[^\n]*)*)
    |(?P<comment>//[^\n]*(?:\n\s*//(?![/!])[^\n]*)*|/\*.*?\*/)
    |b?c?r(?P<hashes>\#*)"(?P<raw>.*?)"(?P=hashes)
    |[bc]?"(?P<string>(?:\\.|[^"\\])*)"
    |'(?:\\[^\n]{1,10}?|[^'\\])'""",
    re.VERBOSE | re.DOTALL,
)
KINDS = {"documentation": "documentation", "comment": "comment", "raw": "string", "string": "string"}


def rust(text: str) -> list[Piece]:
    return [
        Piece(*match.span(group), kind)
        for match in RUST.finditer(text)
        for group, kind in KINDS.items()
        if match[group] and (kind != "string" or " " in match[group])
    ]


LAYOUT = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
STRINGS = (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))


def python(text: str) -> list[Piece]:
    starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
    pieces = []
    before = tokenize.NEWLINE
    for item in tokenize.generate_tokens(io.StringIO(text).readline):
        start, stop = (starts[row - 1] + column for row, column in (item.start, item.end))
        if item.type == tokenize.COMMENT:
            pieces.append(Piece(start, stop, "comment"))
        elif item.type in STRINGS and " " in item.string:
            pieces.append(Piece(start, stop, "documentation" if before == tokenize.NEWLINE else "string"))
        if item.type not in LAYOUT:
            before = item.type
    return pieces


READERS: dict[str, Callable[[str], list[Piece]]] = {".md": markdown, ".rs": rust, ".py": python, ".pyi": python}

if __name__ == "__main__":
    sys.exit(main())
