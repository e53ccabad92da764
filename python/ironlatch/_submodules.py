"""Submodules as attributes, loaded when they are first asked for.

In the peer one module imports most others, so programs import ``cryptography.fernet`` alone and
then say ``cryptography.exceptions``. Here modules import little, which keeps imports fast.
"""

import importlib
import sys
from types import ModuleType


def load(package: str, name: str) -> ModuleType:
    """The submodule ``name`` of ``package``, for the package's ``__getattr__``.

    Raises AttributeError if there is none, as for any other attribute.
    """
    full_name = f"{package}.{name}"
    if not name.startswith("_"):
        try:
            return importlib.import_module(full_name)
        except ModuleNotFoundError as error:
            if error.name != full_name:
                raise
    raise AttributeError(f"module {package!r} has no attribute {name!r}")


def listing(package: str) -> list[str]:
    """The names in ``package`` with its public submodules, for the package's ``__dir__``."""
    from pkgutil import iter_modules

    module = sys.modules[package]
    names = {*vars(module), *(found.name for found in iter_modules(module.__path__))}
    return sorted(name for name in names if not name.startswith("_") or name.startswith("__"))
