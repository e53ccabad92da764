"""The private names of the peer that other packages import: all of docs/private-names.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "private-names.md").read_text(encoding="utf-8")
HERE, _, MISSING = PAGE.partition("## Names that do not exist here")
NAME = re.compile(r"^\| `(cryptography\.[\w.]+)` \|", re.MULTILINE)


def run(program: str) -> str:
    """Returns the output of a fresh interpreter for ``program``, with the drop-in on its path."""
    path = f"import sys; sys.path[:0] = [{str(ROOT / 'dropin' / 'src')!r}, {str(ROOT / 'python')!r}]\n"
    done = subprocess.run([sys.executable, "-I", "-c", path + program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# As `from … import …` does it: an attribute, or else a module.
REACH = """
import importlib
def reach(name):
    path, _, last = name.rpartition(".")
    if not path:
        return importlib.import_module(name)
    holder = reach(path)
    if not hasattr(holder, last):
        importlib.import_module(name)
    return getattr(holder, last)
"""


def test_the_page_lists_names() -> None:
    assert len(NAME.findall(HERE)) > 20
    assert len(NAME.findall(MISSING)) == 3


@pytest.mark.parametrize("name", NAME.findall(HERE))
def test_name_exists(name: str) -> None:
    assert run(f"{REACH}\nprint(reach({name!r}) is not None)") == "True\n"


@pytest.mark.parametrize("name", NAME.findall(MISSING))
def test_name_is_missing(name: str) -> None:
    program = f"{REACH}\ntry:\n    reach({name!r})\nexcept (AttributeError, ImportError):\n    print('missing')"
    assert run(program) == "missing\n"


def test_private_names_are_the_public_objects() -> None:
    program = """
from cryptography import x509
from cryptography.hazmat import _oid
from cryptography.hazmat.bindings import _rust
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.bindings._rust.x509 import Certificate, load_pem_x509_certificate
from cryptography.hazmat.primitives.asymmetric import rsa
assert _oid.ObjectIdentifier is _rust.ObjectIdentifier is x509.ObjectIdentifier
assert Certificate is _rust.x509.Certificate is x509.Certificate
assert load_pem_x509_certificate is x509.load_pem_x509_certificate
assert rsa.rust_openssl is rust_openssl is _rust.openssl
assert rust_openssl.is_fips_enabled() is False
assert isinstance(rsa.rust_openssl.rsa.generate_private_key(public_exponent=65537, key_size=1024), rsa.RSAPrivateKey)
print("same")
"""
    assert run(program) == "same\n"
