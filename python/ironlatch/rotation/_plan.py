"""The plan of ``ironlatch rotate``: a file that says which columns of which table are rotated, and
to which keys.
"""

from __future__ import annotations

import datetime
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ironlatch.fields import BlindIndex, FieldCipher, legacy
from ironlatch.keyring import Keyring
from ironlatch.rotation._columns import Column, Row

__all__ = ["Plan", "PlanError"]


class PlanError(ValueError):
    """The plan is not as it should be."""


@dataclass(frozen=True)
class Plan:
    """The content of a plan's file."""

    path: Path
    table: str
    key: tuple[str, ...]
    database: str | None
    keyring: Path | None
    columns: list[dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Reads a file. Raises PlanError if it is no plan, OSError if it cannot be read."""
        try:
            top = _Part(str(path), tomllib.loads(_text(path)))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PlanError(f"{path} is not in TOML: {error}") from None
        keyring = top.take("keyring", str, None)
        plan = cls(
            path,
            top.take("table", str),
            top.take_names("key", "id"),
            top.take("database", str, None),
            None if keyring is None else path.parent / keyring,
            top.take("column", list),
        )
        top.end()
        if not plan.columns or not all(isinstance(column, dict) for column in plan.columns):
            raise PlanError(f"{path}: column is to be [[column]], once or more")
        return plan

    def make_columns(self, ring: Keyring) -> list[Column]:
        """The columns, with ciphers and indexes under the keys of ``ring``. Raises PlanError."""
        return [self._column(_Part(f"{self.path}: column", dict(column)), ring) for column in self.columns]

    def _column(self, part: _Part, ring: Keyring) -> Column:
        name = part.take("name", str)
        part.where += f" {name}"
        cipher = part.take_part("cipher")
        new_cipher = part.take_part("new_cipher", required=False)
        indexes = part.take_part("indexes", required=False) or _Part(part.where, {})
        rows = {option: part.take_row(option) for option in ("row", "new_row") if option in part.entries}
        part.end()
        reader = None
        if cipher and "legacy" in cipher.entries:
            if not new_cipher:
                raise PlanError(f"{part.where} has no new_cipher: a legacy cipher only reads")
            reader = _legacy(cipher, self.path.parent)
        return Column(
            name,
            reader or self._keyed(FieldCipher, cipher, name, ring),
            self._keyed(FieldCipher, new_cipher, name, ring) if new_cipher else None,
            {index: self._keyed(BlindIndex, indexes.take_part(index), name, ring) for index in list(indexes.entries)},
            **rows,
        )

    def _keyed(self, kind: Callable[..., Any], part: _Part | None, column: str, ring: Keyring) -> Any:
        """A FieldCipher or BlindIndex from the arguments that it is made with in Python, too."""
        assert part is not None  # noqa: S101 - for mypy: it was required
        key = ring[part.take("key", str)]
        settings = {
            "table": part.take("table", str, self.table.rpartition(".")[2]),
            "column": part.take("column", str, column),
            "type": part.take_choice("type", TYPES),
        }
        try:
            return kind(key, **settings, **part.entries)
        except (TypeError, ValueError) as error:
            raise PlanError(f"{part.where}: {error}") from None


TYPES: dict[str, Any] = {
    "str": str,
    "bytes": bytes,
    "int": int,
    "Decimal": Decimal,
    "float": float,
    "bool": bool,
    "date": datetime.date,
    "time": datetime.time,
    "datetime": datetime.datetime,
    "UUID": uuid.UUID,
    "json": "json",
    "decimal": Decimal,
    "uuid": uuid.UUID,
}
"""By the names of the classes, and by those that `FieldCipher` gives the types."""

ROW_TYPES: dict[str, Callable[..., Any]] = {"int": int, "str": str, "UUID": uuid.UUID}
"""The types that a column can be converted to before a cipher is given it."""

WORDS = {str: "text", int: "a number", list: "a list", dict: "a table", bool: "true or false"}


class _Part:
    """A table of the plan. Its entries are taken out one by one."""

    def __init__(self, where: str, entries: dict[str, Any]) -> None:
        self.where, self.entries = where, entries

    def take(self, name: str, kind: type, *default: Any) -> Any:
        """The entry of this name, which is of this type."""
        if name not in self.entries:
            if default:
                return default[0]
            raise PlanError(f"{self.where} has no {name}")
        value = self.entries.pop(name)
        if not isinstance(value, kind):
            raise PlanError(f"{self.where}: {name} is to be {WORDS[kind]}")
        return value

    def take_names(self, name: str, *default: str, what: str = "a column's name") -> tuple[str, ...]:
        """The name, or the list of names, under this name."""
        if name not in self.entries and not default:
            raise PlanError(f"{self.where} has no {name}")
        value = self.entries.pop(name, default and default[0])
        names = (value,) if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)) or not names or not all(isinstance(one, str) for one in names):
            raise PlanError(f"{self.where}: {name} is to be {what}, or a list of these")
        return tuple(names)

    def take_choice(self, name: str, choices: dict[str, Any]) -> Any:
        """Returns the meaning of the word under this name."""
        word = self.take(name, str)
        if word not in choices:
            raise PlanError(f"{self.where}: {name} is one of {', '.join(choices)}, not {word}")
        return choices[word]

    def take_part(self, name: str, *, required: bool = True) -> _Part | None:
        """The table of this name."""
        if name not in self.entries and not required:
            return None
        return _Part(f"{self.where}: {name}", dict(self.take(name, dict)))

    def take_row(self, name: str) -> Row | None:
        """Returns the columns that values are bound to: false, columns, or columns with the type
        that their contents are made into.
        """
        given = self.entries[name]
        if given is False:
            del self.entries[name]
            return None
        if not isinstance(given, dict):
            return Row(*self.take_names(name))
        part = self.take_part(name)
        assert part is not None  # noqa: S101 - for mypy: it is there
        columns, convert = part.take_names("columns"), part.take_choice("type", ROW_TYPES)
        part.end()
        if len(columns) > 1:
            return Row(*columns, convert=lambda *contents: tuple(map(convert, contents)))
        return Row(*columns, convert=convert)

    def take_secret(self, name: str, folder: Path) -> str:
        """Returns the content of the file of this name, without the newline at its end."""
        return self._read(name, folder / self.take(name, str))

    def take_secrets(self, name: str, folder: Path) -> list[str]:
        """The same for a list of files, or one."""
        return [self._read(name, folder / path) for path in self.take_names(name, what="a file's name")]

    def _read(self, name: str, path: Path) -> str:
        try:
            return _text(path).removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PlanError(f"{self.where}: {name} cannot be read: {error}") from None

    def end(self) -> None:
        """Raises PlanError if anything is left."""
        if self.entries:
            raise PlanError(f"{self.where}: {', '.join(self.entries)} is not known")


def _legacy(part: _Part, folder: Path) -> Any:
    """A reader of what another package wrote. Its secrets are in files, whose paths are seen from
    ``folder``.
    """

    def utils(kind: Callable[..., Any]) -> Callable[[type], Any]:
        return lambda kept: kind(part.take_secret("passphrase_file", folder), kept)

    make = part.take_choice(
        "legacy",
        {
            "PlainText": legacy.PlainText,
            "SqlalchemyUtilsFernet": utils(legacy.SqlalchemyUtilsFernet),
            "SqlalchemyUtilsAes": lambda kept: legacy.SqlalchemyUtilsAes(
                part.take_secret("passphrase_file", folder), kept, part.take("padding", str, "naive")
            ),
            "SqlalchemyUtilsAesGcm": utils(legacy.SqlalchemyUtilsAesGcm),
            "DjangoFernetFields": lambda kept: legacy.DjangoFernetFields(
                part.take_secrets("secret_key_files", folder), part.take_secrets("salt_key_files", folder), kept
            ),
        },
    )
    try:
        reader = make(part.take_choice("type", TYPES))
    except PlanError:
        raise
    except ValueError as error:
        raise PlanError(f"{part.where}: {error}") from None
    part.end()
    return reader


def _text(path: Path) -> str:
    """The text in a file, without the byte-order mark that editors on Windows put before it."""
    contents = path.read_bytes()
    if contents.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlanError(f"{path} is text in UTF-16: save it as UTF-8")
    return contents.decode("utf-8-sig").replace("\r\n", "\n")
