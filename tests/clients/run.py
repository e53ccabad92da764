"""Run the tests of packages that depend on ``cryptography``, with the drop-in in the peer's place.

Takes the two wheels. Each package of packages.toml gets an environment of its own, and its tests
come from its source distribution. They run with the peer, then with the drop-in. A test that passes
with the peer alone must be listed in packages.toml with its reason.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
PEER = "cryptography==50.0.2"
TIME_LIMIT = 10 * 60
PIP_LIMIT = 10 * 60
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass
class Package:
    """One of packages.toml."""

    name: str
    version: str
    tests: list[str] = field(default_factory=list)
    extras: str = ""
    needs: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    own: bool = False
    listed: list[dict[str, str]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return WORK / self.name.lower()

    @property
    def test_file(self) -> str:
        """Our own test of a package whose source distribution has none."""
        return f"test_{self.name.lower().replace('-', '_')}.py"

    def reason(self, test: str) -> str | None:
        return next((entry["reason"] for entry in self.listed if fnmatch.fnmatchcase(test, entry["test"])), None)


@dataclass
class Outcome:
    """The results of one package's tests."""

    package: Package
    peer: dict[str, str] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    broken: str = ""
    lock: dict[str, object] = field(default_factory=dict)

    def passed(self, results: dict[str, str]) -> int:
        return sum(result == PASSED for result in results.values())

    @property
    def lost(self) -> list[str]:
        """The tests that pass with the peer and do not with the drop-in."""
        return [test for test, result in self.peer.items() if result == PASSED and self.ours.get(test) != PASSED]

    @property
    def unlisted(self) -> list[str]:
        return [test for test in self.lost if self.package.reason(test) is None]


def main() -> int:
    arguments = parse()
    packages = [Package(**entry) for entry in load("packages.toml").get("package", [])]
    chosen = [package for package in packages if not arguments.only or package.name in arguments.only.split()]
    if not chosen:
        sys.exit(f"no package is called {arguments.only!r}; packages.toml has {', '.join(p.name for p in packages)}")
    locked = {} if arguments.lock else load("locked.toml")
    WORK.mkdir(exist_ok=True)
    # Or pytest would take our own settings for those of packages that have none.
    (WORK / "pytest.ini").write_text("[pytest]\n")
    with ThreadPoolExecutor(arguments.jobs) as pool:
        outcomes = list(pool.map(lambda package: examine(package, arguments.wheels, locked), chosen))
    done = [outcome for outcome in outcomes if not outcome.broken]
    if arguments.lock:
        write("locked.toml", "What each package was tested with.", {o.package.name: o.lock for o in done}, packages)
    if arguments.record:
        write("recorded.toml", "How many tests pass.", {o.package.name: counts(o) for o in done}, packages)
    return report(outcomes, complete=not arguments.only)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", nargs=2, type=Path, help="our wheel and the drop-in")
    parser.add_argument("--only", default="", help="names of packages")
    parser.add_argument("--jobs", type=int, default=2, help="packages at the same time")
    parser.add_argument("--record", action="store_true", help="write what passes into recorded.toml")
    parser.add_argument("--lock", action="store_true", help="take new versions of what tests need, into locked.toml")
    return parser.parse_args()


def load(name: str) -> dict[str, object]:
    path = HERE / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def examine(package: Package, wheels: list[Path], locked: dict[str, object]) -> Outcome:
    outcome = Outcome(package)
    try:
        lock = locked.get(package.name, {})
        python = environment(package, lock.get("requirements"))
        sources, outcome.lock["sdist"] = unpack(package, lock.get("sdist"), python)
        outcome.lock["requirements"] = freeze(python)
        outcome.peer = run_tests(package, python, sources, "peer")
        pip(python, "install", "--no-deps", "--force-reinstall", *map(str, wheels))
        pip(python, "check")
        outcome.ours = run_tests(package, python, sources, "ironlatch")
    except subprocess.CalledProcessError as error:
        outcome.broken = (error.stdout or "").strip().splitlines()[-1:][0] if error.stdout else str(error)
    except (RuntimeError, tarfile.TarError, subprocess.TimeoutExpired) as error:
        outcome.broken = str(error)
    print(f"{package.name}: {outcome.broken or 'done'}", flush=True)
    return outcome


def environment(package: Package, requirements: object) -> Path:
    """An environment with the package, what its tests need, and the peer."""
    folder = package.folder / "env"
    venv.create(folder, clear=True, with_pip=True)
    python = folder / "bin" / "python"
    if isinstance(requirements, list):
        pip(python, "install", "--no-deps", *requirements)
    else:
        named = f"{package.name}{package.extras}=={package.version}"
        pip(python, "install", named, PEER, "pytest", *package.needs)
    return python


def unpack(package: Package, digest: object, python: Path) -> tuple[Path, str]:
    """The package's source distribution, and its hash; or our own tests where it has none."""
    sources = package.folder / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    if package.own:
        sources.mkdir(parents=True)
        shutil.copy(HERE / "uses" / package.test_file, sources)
        return sources, ""
    target = package.folder / "sdist"
    if not list(target.glob("*.tar.gz")):
        named = f"{package.name}=={package.version}"
        pip(python, "download", "--no-deps", "--no-binary", package.name, "--dest", str(target), named)
    (archive,) = target.glob("*.tar.gz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest and digest != found:
        raise RuntimeError(f"{archive.name} has the SHA-256 {found}, and locked.toml says {digest}")
    with tarfile.open(archive) as tar:
        tar.extractall(sources, filter="data")
    (top,) = sources.iterdir()
    return top, found


def freeze(python: Path) -> list[str]:
    return pip(python, "list", "--format", "freeze").split()


def run_tests(package: Package, python: Path, sources: Path, subject: str) -> dict[str, str]:
    result = package.folder / f"{subject}.xml"
    result.unlink(missing_ok=True)
    tests = [package.test_file] if package.own else package.tests
    command = [python, "-m", "pytest", "-q", "--rootdir=.", "--continue-on-collection-errors", f"--junitxml={result}"]
    command += [*package.options, *tests]
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CI")}
    environ["PATH"] = f"{python.parent}{os.pathsep}{environ['PATH']}"
    with (package.folder / f"{subject}.log").open("w") as log:
        subprocess.run(
            command,
            cwd=sources,
            env=environ,
            check=False,
            timeout=TIME_LIMIT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if not result.exists():
        raise RuntimeError(f"the tests did not run: see {log.name}")
    return read(result)


def read(path: Path) -> dict[str, str]:
    """The result of each test of a JUnit report, by the name of its class and its own."""
    results: dict[str, str] = {}
    for case in ElementTree.parse(path).iter("testcase"):
        kinds = {child.tag for child in case}
        result = FAILED if kinds & {"failure", "error"} else SKIPPED if "skipped" in kinds else PASSED
        name = f"{case.get('classname')}::{case.get('name')}"
        # An error at the end of a test is a second entry.
        results[name] = FAILED if FAILED in (result, results.get(name)) else result
    return results


def pip(python: Path, *arguments: str) -> str:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(
        command, check=True, timeout=PIP_LIMIT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout


def counts(outcome: Outcome) -> dict[str, object]:
    return {
        "version": outcome.package.version,
        "passed": outcome.passed(outcome.ours),
        "peer": outcome.passed(outcome.peer),
    }


def write(name: str, title: str, tables: dict[str, dict[str, object]], packages: list[Package]) -> None:
    """Write a table for each package, or leave the one that there is."""
    tables = load(name) | tables
    lines = [f"# {title} Written by run.py; not by hand."]
    for package in packages:
        lines += ["", f'["{package.name}"]'] if package.name in tables else []
        for key, value in tables.get(package.name, {}).items():
            if isinstance(value, list):
                lines += [f"{key} = [", *(f'    "{item}",' for item in value), "]"]
            else:
                lines.append(f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"')
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(outcomes: list[Outcome], *, complete: bool) -> int:
    recorded = load("recorded.toml")
    wide = max(len(outcome.package.name) for outcome in outcomes)
    faults = []
    print(f"\n{'':{wide}}  passed    peer  listed")
    for outcome in outcomes:
        name, ours = outcome.package.name, outcome.passed(outcome.ours)
        listed = len(outcome.lost) - len(outcome.unlisted)
        print(f"{name:{wide}}{ours:8}{outcome.passed(outcome.peer):8}{listed:8}  {outcome.broken}".rstrip())
        faults += [f"{name}: {outcome.broken}"] if outcome.broken else []
        faults += [f"{name}: {test} passes with the peer alone" for test in outcome.unlisted]
        before = recorded.get(name, {}).get("passed", 0)
        faults += [f"{name}: {before} recorded, {ours} now"] if ours < before else []
    for line in faults:
        print(f"FELL  {line}")
    ours = sum(outcome.passed(outcome.ours) for outcome in outcomes)
    print(f"{ours} passed, {len(faults)} failed" + ("" if complete else ", of a part"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
