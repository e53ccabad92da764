"""Fails if a Markdown page points to a file or a heading that is not there.

Links into the web are not followed: a check must not depend on other people's servers.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def main() -> int:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    broken = [f"{page.relative_to(ROOT)}: {link}: {why}" for page in sorted(pages) for link, why in faults(page)]
    print("\n".join(broken) or f"{len(pages)} pages, no broken link")
    return 1 if broken else 0


def faults(page: Path) -> list[tuple[str, str]]:
    """The links of `page` that lead nowhere, each with the reason."""
    found = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            found.append((link, "no such file"))
        elif heading and heading not in anchors(target):
            found.append((link, "no such heading"))
    return found


def anchors(page: Path) -> set[str]:
    """The names that a page's headings get when it is shown as HTML."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


if __name__ == "__main__":
    sys.exit(main())
