"""The base of the recipes' exceptions, in a module that costs nothing to import."""

__all__ = ["IronlatchError"]


class IronlatchError(Exception):
    """The base of all exceptions that the recipes raise for what they are given or find.

    What the peer has too, such as :class:`InvalidTag` or Fernet's ``InvalidToken``, is not one, nor
    are Python's own :class:`ValueError`, :class:`TypeError` and :class:`OSError`.
    """

    __module__ = "ironlatch.exceptions"
