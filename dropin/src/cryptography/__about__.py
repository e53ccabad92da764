"""The version of the drop-in: the API of the original in front, the code of Ironlatch after it."""

from ironlatch import __version__ as _ironlatch_version

__all__ = ["__author__", "__copyright__", "__version__"]

__version__ = f"50.0.2+ironlatch.{_ironlatch_version}"
__author__ = "The Ironlatch developers"
__copyright__ = f"Copyright {__author__}"
