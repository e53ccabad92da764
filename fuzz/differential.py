"""Makes random calls to this package and to the peer's: both must return the same, or raise the
same exception.

    python fuzz/differential.py [--seconds 60] [--only WORD] [--seed 123:case]

needs an environment with both, which `make fuzz` has. A case is a function of a package and of a
source of random numbers that is in the same state for both. What differs for a reason that is
written down is in `KNOWN`.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable

import random_symmetric_calls  # noqa: F401 - its cases enter themselves into CASES
from random_calls import CASES, Missing, Package, Source
from random_key_calls import prepare

# Differences that are meant: (case, words of ours, words of the peer's).
KNOWN: list[tuple[str, str, str]] = [
    ("rsa_numbers", "16384 bits are the most", "returned"),  # docs/rsa-key-checks.md
    ("padding", "block_size", "ValueError"),  # For a float TypeError, for an absurd number OverflowError.
    ("one_time", "%20", "+"),  # A space in an otpauth URI: of percent signs alone know all programs.
    ("one_time", "time_step must be", "returned"),  # Of no second, or of more than there are.
    ("finite_fields", "", "Error computing shared key"),  # A q of 0 is taken by both, and by the peer until it is used.
    ("finite_fields", "y must be > 0 and < p", "returned"),  # The peer takes it and fails later.
    (
        "finite_fields",
        "no DSA group",
        "returned",
    ),  # p or q is even, or p has more than 10000 bits: nothing can be done with it.
]


def outcome(package: Package, function: Callable, seed: int) -> tuple:
    source = Source(seed)
    try:
        return "returned", function(package, source), source.oddities
    except Missing:
        return "missing", "", 0
    except Exception as error:
        missing = isinstance(error, AttributeError) and "'Package' object" in str(error)
        return "missing" if missing else "raised", type(error).__name__, source.oddities, str(error)
    except BaseException as error:
        return "PANICKED", f"{type(error).__name__}: {error}", source.oddities


STUMBLES = {"AssertionError", "AttributeError", "InternalError", "ZeroDivisionError"}
REFUSALS = {"TypeError", "ValueError", "OverflowError", "UnsupportedAlgorithm", "AssertionError", "AttributeError"}


def same(mine: tuple, theirs: tuple) -> bool:
    if mine[:2] == theirs[:2] or "missing" in (mine[0], theirs[0]):
        return True
    # The peer stumbles in places over what it does not check. Any refusal is as good.
    if mine[0] == "raised" and mine[1] in REFUSALS and (theirs[0] == "PANICKED" or theirs[1] in STUMBLES):
        return True
    # Of two faults in one call either may be found first.
    several = mine[2] > 1 or theirs[2] > 1
    return several and mine[0] == theirs[0] == "raised" and {mine[1], theirs[1]} <= REFUSALS


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", help="one call again, as it was printed: NUMBER:CASE")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    ours, peer = Package("ironlatch"), Package("cryptography")
    for package in (ours, peer):
        package.utils_ = importlib.import_module(f"{package.name}.hazmat.primitives.asymmetric.utils")
    prepare(peer)
    if options.seed:
        seed, name = options.seed.split(":")
        for package in (ours, peer):
            print(package.name, outcome(package, CASES[name], int(seed)))
            try:
                CASES[name](package, Source(int(seed)))
            except BaseException:
                traceback.print_exc()
        return 0
    names = [name for name in CASES if options.only in name]
    counts = dict.fromkeys(names, 0)
    returned = dict.fromkeys(names, 0)
    differences: dict[tuple, list] = {}
    start, seed = time.monotonic(), int.from_bytes(random.SystemRandom().randbytes(5))
    while time.monotonic() - start < options.seconds:
        seed += 1
        for name in names:
            mine, theirs = outcome(ours, CASES[name], seed), outcome(peer, CASES[name], seed)
            counts[name] += 1
            returned[name] += mine[0] == "returned"
            if not same(mine, theirs) and not any(
                name == known and words in str(mine[1:]) and others in str(theirs) for known, words, others in KNOWN
            ):
                kind = (
                    name,
                    mine[0],
                    mine[1] if mine[0] != "returned" else "",
                    theirs[0],
                    theirs[1] if theirs[0] != "returned" else "",
                )
                differences.setdefault(kind, []).append(seed)
    for name in names:
        print(f"  {name:<16} {counts[name]:>7} calls, {returned[name]} returned")
    for (name, *how), seeds in differences.items():
        print(
            f"DIFFERENT {name}: ours {how[0]} {how[1]}, the peer {how[2]} {how[3]}: {len(seeds)} times, --seed {seeds[0]}:{name}"
        )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
