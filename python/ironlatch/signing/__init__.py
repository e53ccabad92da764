"""Signed requests, tokens and webhooks, and the keys for them.

See ``docs/signing.md`` for keys and replay stores, ``docs/signed-requests.md`` for requests.
"""

from ironlatch._errors import IronlatchError
from ironlatch._native.signing import Key as Key
from ironlatch._native.signing import KeySet as KeySet
from ironlatch._native.signing import MemoryReplayStore as MemoryReplayStore
from ironlatch._native.signing import RequestSigner as RequestSigner
from ironlatch._native.signing import RequestVerifier as RequestVerifier
from ironlatch._native.signing import Target as Target
from ironlatch._native.signing import VerifiedRequest as VerifiedRequest
from ironlatch._native.signing import content_digest as content_digest

__all__ = [
    "Expired",
    "RequirementNotMet",
    "Key",
    "KeySet",
    "MalformedMessage",
    "MemoryReplayStore",
    "NotAuthentic",
    "NotVerified",
    "NotYetValid",
    "Replayed",
    "RequestSigner",
    "RequestVerifier",
    "Target",
    "ReplayCheckFailed",
    "VerifiedRequest",
    "content_digest",
]


class NotVerified(IronlatchError):
    """A signed message is not accepted. Catch this; the classes below say why, for a log."""


class MalformedMessage(NotVerified):
    """The message is not signed, or not in a form that can be read."""


class NotAuthentic(NotVerified):
    """The signature does not match, or was made by a key that is not known here."""


class RequirementNotMet(NotVerified):
    """The signature leaves out what this verifier asks for, or is for another purpose."""


class Expired(NotVerified):
    """The message has expired."""


class NotYetValid(NotVerified):
    """The message is not valid yet: one of the two clocks is wrong."""


class Replayed(NotVerified):
    """The message was accepted before."""


class ReplayCheckFailed(NotVerified):
    """Whether the message was accepted before cannot be told: the replay store is full, say."""


TYPE_CHECKING = False
if TYPE_CHECKING:
    Insufficient = RequirementNotMet
    Malformed = MalformedMessage
    Unchecked = ReplayCheckFailed
else:

    def __getattr__(name):
        from ironlatch._renamed import renamed

        return renamed(__name__, name)
