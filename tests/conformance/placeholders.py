"""Stand-ins for modules and names of the peer that Ironlatch has not built yet.

The peer's shared test helpers import everything at once. With these a file can be collected
although a helper names what does not exist here. They are found by comparing the peer's modules and
the names that its tests use with what can be imported: as a module is built, its stand-in goes away
by itself. A test that uses one fails as "not built yet", even where it expects an exception;
nothing passes on a stand-in.
"""

from __future__ import annotations

import ast
import importlib
import sys
import warnings
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from _pytest.outcomes import Failed


class NotBuiltYetError(Failed):
    """A test used what Ironlatch has not built yet. No `except Exception` catches it, so no test
    can expect it.
    """


class State:
    """Whether a test is running, and whether it has used a stand-in."""

    running = False
    touched = False


def touch(name: str) -> None:
    State.touched = True
    if State.running:
        raise NotBuiltYetError(f"not built yet: {name}", pytrace=False)


class StandInType(type):
    """A class that takes any use while tests are collected, and none while they run."""

    def __call__(cls, *args: object, **kwargs: object) -> Any:
        touch(cls.__name__)
        return type.__call__(cls)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        touch(f"{cls.__name__}.{name}")
        return stand_in(f"{cls.__name__}.{name}")

    def __iter__(cls) -> Iterator[Any]:
        touch(cls.__name__)
        return iter(())

    def __getitem__(cls, item: object) -> Any:
        touch(cls.__name__)
        return stand_in(cls.__name__)


class StandIn(Exception, metaclass=StandInType):
    """The instances of such a class: exceptions too, because tests name exceptions that do not
    exist yet.
    """

    def __init__(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        touch(f"{type(self).__name__}.{name}")
        return stand_in(name)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        touch(type(self).__name__)
        return StandIn()

    def __iter__(self) -> Iterator[Any]:
        touch(type(self).__name__)
        return iter(())

    def __getitem__(self, item: object) -> Any:
        touch(type(self).__name__)
        return StandIn()


def stand_in(name: str) -> Any:
    return StandInType(name, (StandIn,), {})


def is_stand_in(value: object) -> bool:
    return isinstance(value, StandIn | StandInType)


class StandInModule(ModuleType):
    """A module that has whatever name it is asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = stand_in(f"{self.__name__.removeprefix('cryptography.')}.{name}")
        setattr(self, name, value)
        return value


class StandInFinder:
    """Stands last in the row of finders: asked only for what does not exist."""

    def __init__(self, modules: frozenset[str]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in self.modules else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def install(tests: Path, modules: frozenset[str]) -> None:
    """Stand in for each of ``modules`` that cannot be imported, and for each name that ``tests``
    miss in one that can.
    """
    sys.meta_path.append(StandInFinder(modules))
    for path in sorted(tests.rglob("*.py")):
        for module_name, name in names_used(ast.parse(path.read_text(encoding="utf-8")), modules):
            module = importlib.import_module(module_name)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if not hasattr(module, name) and f"{module_name}.{name}" not in modules:
                    setattr(module, name, stand_in(f"{module_name.removeprefix('cryptography.')}.{name}"))


def names_used(tree: ast.Module, modules: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each (module, name) that a test file imports, or reads as an attribute of a module that it
    imported.
    """
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                yield node.module, alias.name
                if f"{node.module}.{alias.name}" in modules:
                    known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield known[node.value.id], node.attr
