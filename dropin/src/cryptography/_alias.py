"""Makes ``cryptography.x.y`` the same module object as ``ironlatch.x.y``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

ALIAS = "cryptography."
REAL = "ironlatch."
OWN = frozenset({"cryptography.__about__", "cryptography._alias"})


def install() -> None:
    """Put the finder before the others, or the one that reads folders would load a second copy of
    each module.
    """
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


class Finder:
    """Answers for every module below ``cryptography`` that stands below ``ironlatch``."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(ALIAS) or name in OWN:
            return None
        real_name = REAL + name.removeprefix(ALIAS)
        loaded = sys.modules.get(real_name)
        if loaded is not None:
            return _spec(name, real_name, is_package=hasattr(loaded, "__path__"))
        # The import system has imported the parent, and so the real one too.
        parent = sys.modules.get(real_name.rpartition(".")[0])
        real = PathFinder.find_spec(real_name, getattr(parent, "__path__", ()))
        if real is None:
            return None
        return _spec(name, real_name, is_package=real.submodule_search_locations is not None)


def _spec(name: str, real_name: str, *, is_package: bool) -> ModuleSpec:
    # The loader has the methods of importlib.abc.Loader, whose module is not worth importing for
    # its name.
    return ModuleSpec(name, Loader(real_name), is_package=is_package)  # type: ignore[arg-type]


class Loader:
    """Imports the module under its own name, and hands it out under the other."""

    def __init__(self, real_name: str) -> None:
        self.real_name = real_name
        self.real_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self.real_name)
        self.real_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The module has run, under its own name. The import system has just stamped the alias's
        # spec on it: undo that.
        module.__spec__ = self.real_spec
        if hasattr(module, "__path__"):
            _alias_what_it_loaded(self.real_name + ".")


def _alias_what_it_loaded(prefix: str) -> None:
    """Give the modules that a package has loaded their second name now. An import of that name
    later would set the package's attribute again, when there may be something else:
    ``backends.openssl.backend`` is a module, and an object of that module too.
    """
    for real_name, module in list(sys.modules.items()):
        if real_name.startswith(prefix) and not getattr(module.__spec__, "_initializing", False):
            sys.modules.setdefault(ALIAS + real_name.removeprefix(REAL), module)
