"""Operations: each is one function of the package under test, and this module has the table of all
of them.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Library:
    """A package that offers the module tree: `cryptography` or `ironlatch`."""

    root: str

    def __call__(self, module: str) -> ModuleType:
        return importlib.import_module(f"{self.root}.{module}")


@dataclass(frozen=True)
class Call:
    """The call to time: `function(*arguments)`, which leaves everything as it was before."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


Prepared = Call | Callable[[], Any]


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    group: str
    name: str
    prepare: Callable[[Library], Prepared]
    module: str = ""
    """The last name of the module that it is in."""
    size: int = 0
    """How many bytes a call works on, where a throughput says more than a time."""
    samples: int = 0
    """How many single calls to take the median of, for work whose duration is random. 0: loop, and
    take the best.
    """
    own_clock: bool = False
    """The call returns the seconds that it took, instead of being timed. The best of `samples`
    counts.
    """
    in_bytes: bool = False
    """The call returns how many bytes of memory the work took. The least of `samples` counts."""

    def call(self, library: Library) -> Call:
        prepared = self.prepare(library)
        return prepared if isinstance(prepared, Call) else Call(prepared)


@dataclass
class Group:
    """Rows that stand together under one heading."""

    title: str
    rows: list[Operation] = field(default_factory=list)

    def operation(
        self,
        name: str,
        /,
        *,
        samples: int = 0,
        own_clock: bool = False,
        in_bytes: bool = False,
        **choices: Collection[Any],
    ) -> Callable[[Callable[..., Prepared]], Callable[..., Prepared]]:
        """Adds the decorated function as a row, or as one row for each combination of `choices`.

        The function gets the library, then one value of each choice by keyword; it does what is not
        to be timed and returns what is. A choice called `size` is a number of bytes. `name` may
        hold the choices in braces.
        """

        def add(function: Callable[..., Prepared]) -> Callable[..., Prepared]:
            for values in itertools.product(*choices.values()):
                chosen = dict(zip(choices, values, strict=True))
                shown = chosen | ({"size": size_label(chosen["size"])} if "size" in chosen else {})
                self.rows.append(
                    Operation(
                        group=self.title,
                        name=name.format(**shown),
                        prepare=partial(function, **chosen),
                        module=function.__module__.rpartition(".")[2],
                        size=chosen.get("size", 0),
                        samples=samples,
                        own_clock=own_clock or in_bytes,
                        in_bytes=in_bytes,
                    )
                )
            return function

        return add


def size_label(size: int) -> str:
    if size >= GIB:
        return f"{size // GIB} GiB"
    if size >= MIB:
        return f"{size // MIB} MiB"
    return f"{size // KIB} KiB" if size >= KIB else f"{size} B"


def all_groups() -> Iterator[Group]:
    """Every group, in the order of the table."""
    from benches import operations

    for name in operations.__all__:
        module = importlib.import_module(f"benches.operations.{name}")
        yield from (value for value in vars(module).values() if isinstance(value, Group))
