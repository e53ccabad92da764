"""The base of names and extensions: values, equal to others of their class with the same fields."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

Item = TypeVar("Item")


class Value:
    """An object that is no more than its fields, which are its slots: equality, hash and repr
    follow from them.
    """

    __slots__ = ()

    _fields: Callable[[Any], Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        slots = cls.__dict__.get("__slots__")
        if slots:
            cls._fields = attrgetter(*slots)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        fields = type(self)._fields
        return bool(fields(self) == fields(other))

    def __hash__(self) -> int:
        fields = type(self)._fields(self)
        if type(fields) is tuple:
            return hash(tuple(tuple(field) if type(field) is list else field for field in fields))
        return hash(tuple(fields) if type(fields) is list else fields)

    def __repr__(self) -> str:
        shown = ", ".join(f"{slot[1:]}={_shown(getattr(self, slot))}" for slot in type(self)._slots())
        return f"<{type(self).__name__}({shown})>"

    @classmethod
    def _slots(cls) -> tuple[str, ...]:
        """The slots of the class that has any: subclasses of users have none."""
        for base in cls.__mro__:
            slots = base.__dict__.get("__slots__")
            if slots:
                return (slots,) if isinstance(slots, str) else tuple(slots)
        return ()


class ListValue(Value):
    """A value with one field, a list, which it stands for."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(type(self)._fields(self))

    def __iter__(self) -> Iterator[Any]:
        return iter(type(self)._fields(self))

    def __getitem__(self, index: Any) -> Any:
        return type(self)._fields(self)[index]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({type(self)._fields(self)})>"


def checked_list(items: Iterable[Any], kind: type[Item] | tuple[type[Item], ...], message: str) -> list[Item]:
    """The items as a list. Raises TypeError with ``message`` if one is not of ``kind``."""
    items = list(items)
    if not all(isinstance(item, kind) for item in items):
        raise TypeError(message)
    return items


def _shown(value: object) -> str:
    # Dates and addresses are read more easily as text.
    return str(value) if type(value).__module__ in ("datetime", "ipaddress") else repr(value)
