"""A revocation list of a million entries, as large authorities issue them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

from benches.operation import Call, Group, Library, Prepared

COUNT = 1_000_000
FIRST = 0x4A7BE0559D21C3F0 << 32
LAST = FIRST + COUNT - 1

large_crls = Group("A revocation list of a million entries")

PEAK = """
import sys
from pathlib import Path
from {root} import x509
crl = x509.load_der_x509_crl(Path(sys.argv[1]).read_bytes())
for serial in ({last}, {first}):
    assert crl.get_revoked_certificate_by_serial_number(serial).serial_number == serial
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) * 1024)
"""


@large_crls.operation("load it")
def load(library: Library) -> Prepared:
    return Call(library("x509").load_der_x509_crl, (_der(),))


@large_crls.operation("the first look-up in it, of its last entry", own_clock=True, samples=7)
def first_look_up(library: Library) -> Prepared:
    load = library("x509").load_der_x509_crl

    def look_up() -> float:
        crl = load(_der())
        start = time.perf_counter()
        assert crl.get_revoked_certificate_by_serial_number(LAST) is not None
        return time.perf_counter() - start

    return look_up


@large_crls.operation("each later look-up, of its last entry")
def later_look_up(library: Library) -> Prepared:
    crl = library("x509").load_der_x509_crl(_der())
    crl.get_revoked_certificate_by_serial_number(FIRST)
    return Call(crl.get_revoked_certificate_by_serial_number, (LAST,))


@large_crls.operation("memory at the peak of a process that loads it and looks two up", in_bytes=True, samples=3)
def memory(library: Library) -> Prepared:
    library("x509")  # so that a package that is not there is found here

    def measure() -> float:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "large.crl"
            path.write_bytes(_der())
            program = PEAK.format(root=library.root, first=FIRST, last=LAST)
            command = [sys.executable, "-I", "-c", program, str(path)]
            return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return measure


@large_crls.operation("check its signature, ECDSA P-256")
def check(library: Library) -> Prepared:
    """The signature does not match, which takes as long to find out."""
    crl, wrong = library("x509").load_der_x509_crl(_der()), _key(library).public_key()
    assert crl.is_signature_valid(wrong) is False
    return Call(crl.is_signature_valid, (wrong,))


@cache
def _key(library: Library) -> Any:
    ec = library("hazmat.primitives.asymmetric.ec")
    return ec.generate_private_key(ec.SECP256R1())


@cache
def _der() -> bytes:
    """A list with `COUNT` serial numbers from `FIRST` on, put together here: the builders take
    minutes. Its signature is nobody's.
    """
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    issuer = bytes.fromhex("300d310b300906035504030c024341")
    date = b"\x17\x0d200101000000Z"
    # Serial numbers of 12 octets, which is usual, that begin with the same ones.
    head, tail = b"\x30\x1d\x02\x0c" + bytes.fromhex("4a7be0559d21c3f0"), date
    entries = b"".join([head + serial.to_bytes(4, "big") + tail for serial in range(COUNT)])
    body = _tlv(0x02, b"\x01") + algorithm + issuer + date + date + _tlv(0x30, entries)
    signature = bytes.fromhex("0309003006020101020101")
    return _tlv(0x30, _tlv(0x30, body) + algorithm + signature)


def _tlv(tag: int, contents: bytes) -> bytes:
    length = len(contents)
    if length < 0x80:
        return bytes([tag, length]) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + contents
