def bytes_eq(a: bytes, b: bytes) -> bool:
    """Whether `a` and `b` are equal. The time depends on their lengths alone, not on where they
    differ. Raises `TypeError` unless both are `bytes`.
    """
