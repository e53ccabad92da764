"""Timing: the two libraries in turn, so that a busy moment of the machine meets both."""

from __future__ import annotations

import gc
import statistics
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass

from benches.operation import Call, Library, Operation

ROUNDS = 61
LEAST_ROUNDS = 7
ROUND_SECONDS = 0.005
"""Short, so that on a busy machine some rounds run without being interrupted."""
OWN_CLOCK_ROUNDS = 15
ROW_SECONDS = 1.5
"""After this long a row has had enough rounds, if it had the least."""


@dataclass(frozen=True)
class Result:
    """The result of one row. A side that has no time says why."""

    operation: Operation
    peer: float | None
    ours: float | None
    peer_note: str = ""
    ours_note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer: above 1 is a win."""
        return self.peer / self.ours if self.peer and self.ours else None


def measure(operation: Operation, peer: Library, ours: Library, rounds: int = ROUNDS) -> Result:
    """Times `operation` in both libraries; what a library lacks is noted, never dropped."""
    peer_call, peer_note = _prepare(operation, peer)
    ours_call, ours_note = _prepare(operation, ours)
    calls = [call for call in (peer_call, ours_call) if call is not None]
    best = dict(zip(map(id, calls), _interleaved(operation, calls, rounds), strict=True))
    return Result(operation, best.get(id(peer_call)), best.get(id(ours_call)), peer_note, ours_note)


def _prepare(operation: Operation, library: Library) -> tuple[Call | None, str]:
    try:
        call = operation.call(library)
        call.function(*call.arguments)
    except (ImportError, AttributeError):
        return None, "not there"
    except Exception as error:
        unsupported = type(error).__name__ == "UnsupportedAlgorithm"
        return None, "not there" if unsupported else f"failed: {type(error).__name__}: {error}"
    return call, ""


def _interleaved(operation: Operation, calls: list[Call], rounds: int) -> list[float]:
    if operation.own_clock:
        turns = range(min(rounds, operation.samples or OWN_CLOCK_ROUNDS))
        samples = [[call.function(*call.arguments) for call in calls] for _ in turns]
        return [min(column) for column in zip(*samples, strict=True)]
    timers = [_timer(call) for call in calls]
    single = operation.samples > 0
    numbers = [1 if single else _number(timer) for timer in timers]
    columns: list[list[float]] = [[] for _ in calls]
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    enough = time.monotonic() + ROW_SECONDS
    try:
        for turn in range(operation.samples or rounds):
            if not single and turn >= LEAST_ROUNDS and time.monotonic() > enough:
                break
            order = range(len(calls)) if turn % 2 == 0 else reversed(range(len(calls)))
            for index in order:
                columns[index].append(timers[index](numbers[index]) / numbers[index])
    finally:
        if was_enabled:
            gc.enable()
    return [statistics.median(column) if single else min(column) for column in columns]


def _timer(call: Call) -> Callable[[int], float]:
    names = {f"a{index}": value for index, value in enumerate(call.arguments)}
    return timeit.Timer(f"f({', '.join(names)})", globals={"f": call.function, **names}).timeit


def _number(timer: Callable[[int], float]) -> int:
    """How many calls make a round long enough for the clock and short enough for patience."""
    number = 1
    while (seconds := timer(number)) < ROUND_SECONDS / 4:
        number *= 4
    return max(1, round(number * ROUND_SECONDS / seconds))
