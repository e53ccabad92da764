from typing import final

@final
class ObjectIdentifier:
    """An object identifier: the number by which ASN.1 names an algorithm, an attribute or an
    extension.

    `value` is its dotted form, such as "2.5.4.3". Raises `ValueError` if it has fewer than two
    arcs, an arc is no number, or the first two are out of range (X.660).
    """
    def __new__(cls, value: str) -> ObjectIdentifier: ...
    @property
    def dotted_string(self) -> str:
        """The numbers, joined by dots."""
    @property
    def _name(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> ObjectIdentifier: ...
    def __deepcopy__(self, _memo: object) -> ObjectIdentifier: ...
