"""Who this is: the API of the original in the version in front, the code of Ironlatch in the version behind."""

from ironlatch import __version__ as _ironlatch_version

__all__ = ["__author__", "__copyright__", "__version__"]

__version__ = f"50.0.2+ironlatch.{_ironlatch_version}"
__author__ = "The Ironlatch developers"
__copyright__ = f"Copyright {__author__}"
