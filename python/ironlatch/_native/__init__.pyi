from ironlatch._native import (
    aead as aead,
)
from ironlatch._native import (
    asymmetric_utils as asymmetric_utils,
)
from ironlatch._native import (
    backend as backend,
)
from ironlatch._native import (
    certificates as certificates,
)
from ironlatch._native import (
    ciphers as ciphers,
)
from ironlatch._native import (
    cli as cli,
)
from ironlatch._native import (
    cmac as cmac,
)
from ironlatch._native import (
    cms as cms,
)
from ironlatch._native import (
    cobblestone as cobblestone,
)
from ironlatch._native import (
    constant_time as constant_time,
)
from ironlatch._native import (
    ec as ec,
)
from ironlatch._native import (
    ed448 as ed448,
)
from ironlatch._native import (
    ed25519 as ed25519,
)
from ironlatch._native import (
    fernet as fernet,
)
from ironlatch._native import (
    files as files,
)
from ironlatch._native import (
    fs as fs,
)
from ironlatch._native import (
    hashes as hashes,
)
from ironlatch._native import (
    hmac as hmac,
)
from ironlatch._native import (
    hpke as hpke,
)
from ironlatch._native import (
    jwk as jwk,
)
from ironlatch._native import (
    kdf as kdf,
)
from ironlatch._native import (
    keywrap as keywrap,
)
from ironlatch._native import (
    mldsa as mldsa,
)
from ironlatch._native import (
    mlkem as mlkem,
)
from ironlatch._native import (
    ocsp as ocsp,
)
from ironlatch._native import (
    oid as oid,
)
from ironlatch._native import (
    otp as otp,
)
from ironlatch._native import (
    padding as padding,
)
from ironlatch._native import (
    passwords as passwords,
)
from ironlatch._native import (
    pinning as pinning,
)
from ironlatch._native import (
    pkcs7 as pkcs7,
)
from ironlatch._native import (
    pkcs12 as pkcs12,
)
from ironlatch._native import (
    poly1305 as poly1305,
)
from ironlatch._native import (
    rsa as rsa,
)
from ironlatch._native import (
    sealing as sealing,
)
from ironlatch._native import (
    secrets as secrets,
)
from ironlatch._native import (
    serialization as serialization,
)
from ironlatch._native import (
    show_once as show_once,
)
from ironlatch._native import (
    signing as signing,
)
from ironlatch._native import (
    slh_dsa as slh_dsa,
)
from ironlatch._native import (
    verification as verification,
)
from ironlatch._native import (
    x448 as x448,
)
from ironlatch._native import (
    x509 as x509,
)
from ironlatch._native import (
    x25519 as x25519,
)
