"""The base of the classes of a key's numbers."""

from __future__ import annotations


class Numbers:
    """Equality and hash by the numbers, which stand in ``__slots__``."""

    __slots__ = ()

    def _as_tuple(self) -> tuple[object, ...]:
        for cls in type(self).__mro__:
            if Numbers in cls.__bases__:
                return tuple(getattr(self, name) for name in cls.__dict__["__slots__"])
        raise TypeError("numbers have a class of their own")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._as_tuple() == other._as_tuple()

    def __hash__(self) -> int:
        return hash(self._as_tuple())
