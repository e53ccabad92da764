"""Our errors pass through SQLAlchemy as they are.

It would wrap them into a StatementError, whose message shows the parameters of the statement: values that are to be
secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DontWrapMixin


@contextmanager
def unwrapped() -> Iterator[None]:
    """Raises an error of the block as one of the same class that SQLAlchemy leaves alone."""
    try:
        yield
    except Exception as error:
        if isinstance(error, DontWrapMixin):
            raise
        same = _unwrapped_class(type(error))(*error.args)
        same.__dict__.update(error.__dict__)
        raise same.with_traceback(error.__traceback__) from None


def _unwrapped_class(kind: type[Exception]) -> type[Exception]:
    if kind not in _CLASSES:
        _CLASSES[kind] = type(
            kind.__name__, (kind, DontWrapMixin), {"__module__": kind.__module__, "__doc__": kind.__doc__}
        )
    return _CLASSES[kind]


_CLASSES: dict[type[Exception], type[Exception]] = {}
