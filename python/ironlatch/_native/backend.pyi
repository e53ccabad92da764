def engine_version() -> str:
    """The version of AWS-LC."""

def engine_api_version() -> int:
    """The version of OpenSSL's API that AWS-LC follows, in OpenSSL's encoding."""
