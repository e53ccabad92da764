"""Names that have changed: the old ones warn, and go in the release after this one."""

from __future__ import annotations

import sys
import warnings

NEW_NAMES = {
    "ironlatch.fields": {"Malformed": "MalformedValue"},
    "ironlatch.keyring": {"NotAllowed": "OperationNotAllowed", "Peek": "UnverifiedKeyring"},
    "ironlatch.show_once": {"Viewable": "SecretSealer"},
    "ironlatch.signing": {
        "Insufficient": "RequirementNotMet",
        "Malformed": "MalformedMessage",
        "Unchecked": "ReplayCheckFailed",
    },
}


def renamed(module: str, name: str) -> object:
    """Returns the meaning of an old ``name``, with a warning, for the module's ``__getattr__``.

    Raises AttributeError if there is no such old name.
    """
    new = NEW_NAMES[module].get(name)
    if new is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warnings.warn(f"{module}.{name} is now called {new}", DeprecationWarning, stacklevel=3)
    return getattr(sys.modules[module], new)
