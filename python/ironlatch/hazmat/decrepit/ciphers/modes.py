"""Modes of operation that are kept only for old data."""

from ironlatch.hazmat.primitives._modes import _ModeWithBlockIV

__all__ = ["CFB", "CFB8", "OFB"]


class OFB(_ModeWithBlockIV):
    """Output feedback (SP 800-38A). ``initialization_vector`` has the length of one block, which
    ``Cipher`` checks: it raises ValueError for another. Raises TypeError if it is not bytes-like.
    """

    name = "OFB"


class CFB(_ModeWithBlockIV):
    """Cipher feedback (SP 800-38A) of whole blocks. ``initialization_vector`` has the length of one
    block, which ``Cipher`` checks: it raises ValueError for another. Raises TypeError if it is not
    bytes-like.
    """

    name = "CFB"


class CFB8(_ModeWithBlockIV):
    """Cipher feedback (SP 800-38A) of single bytes. ``initialization_vector`` has the length of one
    block, which ``Cipher`` checks: it raises ValueError for another. Raises TypeError if it is not
    bytes-like.
    """

    name = "CFB8"
