"""`python -m benches`: measures, prints, and writes the table."""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

from benches import report
from benches.measure import ROUNDS, Result, measure
from benches.operation import Library, Operation, all_groups

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
FRONT = ROOT / "README.md"


def main() -> None:
    options = _options()
    peer, ours = Library(options.peer), Library(options.ours)
    chosen = [row for group in all_groups() for row in group.rows if _matches(row, options.only)]
    if not chosen:
        raise SystemExit(f"no operation has {options.only!r} in its group or name, and no module is called so")
    if options.list:
        print("\n".join(f"{row.group}: {row.name}" for row in chosen))
        return
    results: list[Result] = []
    print(report.terminal_head())
    for title, rows in groupby(chosen, key=lambda row: row.group):
        print(title)
        for row in rows:
            results.append(measure(row, peer, ours, options.rounds))
            print(report.terminal_row(results[-1]), flush=True)
    print(report.summary(results))
    for result in results:
        for side, note in (("peer", result.peer_note), ("ironlatch", result.ours_note)):
            if note.startswith("failed"):
                print(f"{side}: {result.operation.name}: {note}")
    about = report.environment(options.peer, options.ours)
    if options.json:
        options.json.write_text(report.as_json(results, about) + "\n", encoding="utf-8")
    if options.write:
        report.write_table(PAGE, results, about)
        report.refresh_rows(FRONT, results)
        print(f"wrote {PAGE}, and the rows of {FRONT}")


def _matches(row: Operation, only: str | None) -> bool:
    text = f"{row.group} {row.name}".lower()
    words = (only or "").lower().split(",")
    return any(word.strip() == row.module or word.strip() in text for word in words)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", help="measure rows whose group or name holds one of these words, or of these modules")
    parser.add_argument("--list", action="store_true", help="list the operations and measure nothing")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds for each operation (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON too")
    parser.add_argument(
        "--write", action="store_true", help="replace the table in docs/performance.md and refresh README.md"
    )
    parser.add_argument("--peer", default="cryptography", help="the package to compare with (default: %(default)s)")
    parser.add_argument("--ours", default="ironlatch", help="the package to measure (default: %(default)s)")
    return parser.parse_args()


main()
