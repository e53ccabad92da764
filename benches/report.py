"""The results as a table for a terminal, for `docs/performance.md`, and as JSON."""

from __future__ import annotations

import json
import math
import platform
import re
import statistics
import textwrap
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path

from benches.measure import Result

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def geometric_mean(results: Iterable[Result]) -> float | None:
    logarithms = [math.log(result.ratio) for result in results if result.ratio]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else None


def environment(peer: str, ours: str) -> dict[str, str]:
    """Where the numbers come from."""
    return {
        "cpu": _cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "peer": f"{peer} {_version(peer)}",
        "ours": f"{ours} {_version(ours)}",
    }


def terminal_row(result: Result) -> str:
    ratio = f"{result.ratio:6.2f}" if result.ratio else "     -"
    mark = "  slower" if result.ratio and result.ratio < 0.97 else ""
    return f"  {result.operation.name:<60} {_side(result, 'peer'):>14} {_side(result, 'ours'):>14} {ratio}{mark}"


def terminal_head() -> str:
    return f"  {'':<60} {'peer':>14} {'ironlatch':>14}  ratio"


def summary(results: Sequence[Result]) -> str:
    compared = [result for result in results if result.ratio]
    slower = [result for result in compared if result.ratio and result.ratio < 0.97]
    missing = [result for result in results if result.ours_note == "not there"]
    failed = [result for result in results if "failed" in result.ours_note + result.peer_note]
    mean = geometric_mean(results)
    middle = statistics.median(result.ratio for result in compared if result.ratio) if compared else 0
    head = f"geometric mean of the ratios {mean:.2f}, median {middle:.2f}, " if mean else ""
    return (
        f"{len(compared)} operations compared, {head}{len(slower)} slower than 0.97 of the peer, "
        f"{len(missing)} not there, {len(failed)} failed"
    )


def as_json(results: Sequence[Result], about: dict[str, str]) -> str:
    rows = [
        {
            "group": result.operation.group,
            "name": result.operation.name,
            "size": result.operation.size or None,
            "unit": "bytes" if result.operation.in_bytes else "seconds",
            "peer": result.peer,
            "ours": result.ours,
            "ratio": result.ratio,
            "peer_note": result.peer_note or None,
            "ours_note": result.ours_note or None,
        }
        for result in results
    ]
    return json.dumps({"environment": about, "geometric_mean": geometric_mean(results), "operations": rows}, indent=2)


def write_table(page: Path, results: Sequence[Result], about: dict[str, str]) -> None:
    """Replaces what stands between the two marks of `page`."""
    text = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not marked.search(text):
        raise SystemExit(f"{page} has no place for the table: put {BEGIN} and {END} into it")
    table = f"{BEGIN}\n{_markdown(results, about)}\n{END}"
    page.write_text(marked.sub(lambda _: table, text), encoding="utf-8")


def refresh_rows(page: Path, results: Sequence[Result]) -> None:
    """Refreshes the rows of `page` that name an operation; where groups share a name, from the
    first of them.
    """
    rows = {result.operation.name: _markdown_row(result) for result in reversed(results)}
    lines = page.read_text(encoding="utf-8").split("\n")
    fresh = [
        rows.get(line.removeprefix("| ").partition(" | ")[0], line) if line.startswith("| ") else line for line in lines
    ]
    page.write_text("\n".join(fresh), encoding="utf-8")


def _markdown(results: Sequence[Result], about: dict[str, str]) -> str:
    measured = (
        f"Measured on {about['cpu']}, {about['system']}, Python {about['python']}: "
        f"{about['peer']} against {about['ours']}."
    )
    lines = [
        *textwrap.wrap(measured, 100),
        "",
        *textwrap.wrap(f"{summary(results).capitalize()}.", 100),
        "",
        "| group | operations | geometric mean | lowest | highest |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [_group_line(title, rows) for title, rows in _groups(results)]
    for title, rows in _groups(results):
        lines += ["", f"### {title}", "", "| operation | peer | ironlatch | ratio |", "|---|--:|--:|--:|"]
        lines += [_markdown_row(result) for result in rows]
    return "\n".join(lines)


def _group_line(title: str, rows: Sequence[Result]) -> str:
    ratios = [result.ratio for result in rows if result.ratio]
    if not ratios:
        return f"| {title} | 0 of {len(rows)} | - | - | - |"
    mean, low, high = geometric_mean(rows), min(ratios), max(ratios)
    return f"| {title} | {len(ratios)} of {len(rows)} | {mean:.2f} | {low:.2f} | {high:.2f} |"


def _markdown_row(result: Result) -> str:
    ratio = f"{result.ratio:.2f}" if result.ratio else "-"
    if result.ratio and result.ratio < 0.97:
        ratio = f"**{ratio}**"
    return f"| {result.operation.name} | {_side(result, 'peer')} | {_side(result, 'ours')} | {ratio} |"


def _groups(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    return [(title, list(rows)) for title, rows in groupby(results, key=lambda result: result.operation.group)]


def _side(result: Result, side: str) -> str:
    seconds: float | None = getattr(result, side)
    if seconds is None:
        note: str = getattr(result, f"{side}_note")
        return note.split(":")[0]
    if result.operation.in_bytes:
        return f"{seconds / 1e6:,.1f} MB"
    if result.operation.size >= 64 * 1024:
        return f"{result.operation.size / seconds / 1e6:,.0f} MB/s"
    for limit, unit in ((1e-6, "ns"), (1e-3, "µs"), (1.0, "ms")):
        if seconds < limit:
            return f"{seconds / limit * 1e3:.3g} {unit}" if seconds / limit < 0.9995 else f"1 {unit}"
    return f"{seconds:.3g} s"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed as a distribution)"


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "an unknown processor"
