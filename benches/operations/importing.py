"""Time to import, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

from benches.operation import Call, Group, Library, Prepared

MODULES = (
    "fernet",
    "exceptions",
    "hazmat.primitives.hashes",
    "hazmat.primitives.ciphers.aead",
    "hazmat.primitives.ciphers",
    "hazmat.primitives.kdf.pbkdf2",
    "hazmat.primitives.asymmetric.rsa",
    "hazmat.primitives.serialization",
    "x509",
)
CLOCK = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"

importing = Group("Import")


@importing.operation("import {module}", own_clock=True, module=MODULES)
def import_time(library: Library, module: str) -> Prepared:
    library(module)  # so that a module that is not there is found here, and is in the page cache afterwards
    return Call(_seconds, (f"{library.root}.{module}",))


def _seconds(module: str) -> float:
    command = [sys.executable, "-I", "-c", CLOCK.format(module=module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
