from collections.abc import Sequence
from datetime import datetime

from ironlatch import x509
from ironlatch.utils import Buffer

def verify_signatures(
    data: Buffer, content: Buffer | None, certificates: Sequence[x509.Certificate]
) -> tuple[bytes, list[tuple[x509.Certificate, datetime | None]], list[x509.Certificate]]:
    """Verifies the signatures of a message, and not whether anyone is to be trusted. `ironlatch.cms`
    looks at that.
    """
