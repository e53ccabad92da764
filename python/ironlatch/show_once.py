"""API keys and recovery codes that are stored as keyed hashes, and secrets that can be shown again.

See ``docs/show-once.md``.
"""

from ironlatch._errors import IronlatchError
from ironlatch._native.show_once import ApiKeys as ApiKeys
from ironlatch._native.show_once import Codes as Codes
from ironlatch._native.show_once import NewApiKey as NewApiKey
from ironlatch._native.show_once import NewCodes as NewCodes
from ironlatch._native.show_once import SecretSealer as SecretSealer
from ironlatch._native.show_once import ServerKey as ServerKey
from ironlatch._native.show_once import check_api_key as check_api_key

__all__ = [
    "ApiKeys",
    "Codes",
    "MalformedSecret",
    "NewApiKey",
    "NewCodes",
    "ServerKey",
    "ShowOnceError",
    "UnusableRecord",
    "SecretSealer",
    "check_api_key",
]


class ShowOnceError(IronlatchError, ValueError):
    """A secret that was typed, or a record that is stored, cannot be used."""


class MalformedSecret(ShowOnceError):
    """A secret that somebody typed is not of the form in which secrets are given out."""


class UnusableRecord(ShowOnceError):
    """A record is malformed, was changed, belongs elsewhere, or needs a server key that was not
    given.
    """


TYPE_CHECKING = False
if TYPE_CHECKING:
    Viewable = SecretSealer
else:

    def __getattr__(name):
        from ironlatch._renamed import renamed

        return renamed(__name__, name)
