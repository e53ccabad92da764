from ironlatch.utils import Buffer

def encode_dss_signature(r: int, s: int) -> bytes:
    """The DER of a DSA or ECDSA signature (RFC 3279 section 2.2.2) with the numbers `r` and `s`.
    Raises ValueError for a negative one.
    """

def decode_dss_signature(signature: Buffer) -> tuple[int, int]:
    """The numbers `r` and `s` of a DSA or ECDSA signature. Raises ValueError if `signature` is
    anything but DER of them.
    """
