"""How migrations name the types."""

from __future__ import annotations

from typing import Any, Literal

from ironlatch.fields.sqlalchemy._types import BlindIndexed, CipherType
from ironlatch.utils import _at_home


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """For ``context.configure(render_item=…)`` in Alembic's ``env.py``: migrations say what the
    database sees.

    ``sa.LargeBinary()``, ``sa.Text()`` or ``sa.BigInteger()``, so that they need neither a key nor
    this package.
    """
    if kind == "type" and isinstance(item, CipherType | BlindIndexed):
        return f"{autogen_context.opts['sqlalchemy_module_prefix'] or ''}{item.impl_instance!r}"
    return False


_at_home("ironlatch.fields.sqlalchemy", render_item)
