"""Public-key pins for TLS: which keys a server may have, whatever any authority says.

See ``docs/pinning.md``.
"""

from ironlatch._native.pinning import HostPins as HostPins
from ironlatch._native.pinning import PinSet as PinSet
from ironlatch._native.pinning import SeenCertificate as SeenCertificate
from ironlatch._native.pinning import Verdict as Verdict
from ironlatch._native.pinning import pin as pin
from ironlatch.pinning._tls import PinMismatch as PinMismatch
from ironlatch.pinning._tls import PinningContext as PinningContext
from ironlatch.pinning._tls import PinningError as PinningError
from ironlatch.pinning._tls import UnpinnedHost as UnpinnedHost
from ironlatch.pinning._tls import VerificationOff as VerificationOff
from ironlatch.pinning._tls import fetch as fetch
from ironlatch.pinning._tls import find_error as find_error

__all__ = [
    "HostPins",
    "PinMismatch",
    "PinSet",
    "PinningContext",
    "PinningError",
    "SeenCertificate",
    "UnpinnedHost",
    "VerificationOff",
    "Verdict",
    "fetch",
    "find_error",
    "pin",
]
