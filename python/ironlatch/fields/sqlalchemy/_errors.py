"""Our errors pass through SQLAlchemy as they are.

It would wrap them into a StatementError, whose message shows the parameters of the statement:
values to be kept secret.
"""

from __future__ import annotations

from types import TracebackType

from sqlalchemy.exc import DontWrapMixin


class Unwrapped:
    """A context in which an error becomes one of the same class that SQLAlchemy leaves alone.

    A class, as it is entered for each value: a generator would take longer than to decrypt one.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, DontWrapMixin):
            same = _unwrapped_class(type(error))(*error.args)
            same.__dict__.update(error.__dict__)
            raise same.with_traceback(traceback) from None


unwrapped = Unwrapped()


def _unwrapped_class(kind: type[Exception]) -> type[Exception]:
    if kind not in _CLASSES:
        names = {"__module__": kind.__module__, "__doc__": kind.__doc__}
        _CLASSES[kind] = type(kind.__name__, (kind, DontWrapMixin), names)
    return _CLASSES[kind]


_CLASSES: dict[type[Exception], type[Exception]] = {}
