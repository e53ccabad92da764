"""The name ``cryptography`` for Ironlatch: every module under it is the one of the same name under
``ironlatch``.
"""

import ironlatch as _ironlatch

from cryptography import _alias
from cryptography.__about__ import __author__, __copyright__, __version__

__all__ = ["__author__", "__copyright__", "__version__"]

# Tools that list the modules of a package look here. Imports never do: the finder answers first.
__path__ = [*__path__, *_ironlatch.__path__]

_alias.install()

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def __getattr__(name):
        return getattr(_ironlatch, name)
