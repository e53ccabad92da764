"""What Ironlatch does, on real input. `make tour` installs wheel and drop-in into a fresh environment and runs this."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from ironlatch.files import decrypt_file, encrypt_file
from ironlatch.secrets import passphrase, recovery_codes

HERE = Path(__file__).parent
ROOT = HERE.parent
CUSTOMERS = {"Ada Lovelace": 8, "Grace Hopper": 8, "Alan Turing": 8}


def main() -> None:
    files = [Path(argument).resolve() for argument in sys.argv[1:]] or sorted(ROOT.glob("dist/ironlatch-*.whl"))[-1:]
    say(f"Ironlatch {version('ironlatch')}, and a drop-in that answers to cryptography {version('cryptography')}.")
    say(f"from cryptography.fernet import Fernet   gives   {Fernet.__module__}.{Fernet.__name__}")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for file in files:
            encrypt_a_file(file)
        recovery_codes_in_a_database(Path("customers.db"))
        the_guide()
    say()
    say("That was the tour. Next: docs/getting-started.md")


def encrypt_a_file(original: Path) -> None:
    heading(f"Encrypt a file under a passphrase: {original.name}, {size(original)}")
    sealed, opened = Path(f"{original.name}.age"), Path(original.name)

    phrase = passphrase()
    say(f"A passphrase of {phrase.words} words, worth {phrase.entropy_bits:.0f} bits: {phrase.expose()}")
    seconds = timed(lambda: encrypt_file(original, sealed, passphrase=phrase))
    say(f"Encrypted in {seconds:.2f} s to {sealed.name}, {size(sealed)}. It begins with {sealed.read_bytes()[:21]!r}.")
    say("Most of that time turns the passphrase into a key: it is what each guess costs an attacker.")

    try:
        decrypt_file(sealed, opened, passphrase="a guess")
    except Exception as error:
        left = "and it left a file behind, which is wrong" if opened.exists() else "and nothing was written"
        say(f"With a guess: {type(error).__name__}: {error}; {left}.")

    decrypt_file(sealed, opened, passphrase=phrase)
    say(f"With the passphrase: SHA-256 before {digest(original)}, after {digest(opened)}.")

    damaged = bytearray(sealed.read_bytes())
    damaged[-1] ^= 1
    opened.unlink()
    sealed.write_bytes(damaged)
    try:
        decrypt_file(sealed, opened, passphrase=phrase)
    except Exception as error:
        left = "and it left a file behind, which is wrong" if opened.exists() else "and nothing was written"
        say(f"One bit at the end of the file flipped: {type(error).__name__}: {error}; {left}.")


def recovery_codes_in_a_database(path: Path) -> None:
    heading("Keep customers' recovery codes in a database")
    key = Fernet.generate_key()
    cipher: Fernet | MultiFernet = Fernet(key)
    database = sqlite3.connect(path)
    database.execute("create table recovery (customer text, code blob)")
    for customer, count in CUSTOMERS.items():
        codes = recovery_codes(count).expose()
        rows = [(customer, cipher.encrypt(code.encode())) for code in codes]
        database.executemany("insert into recovery values (?, ?)", rows)
        say(f"{customer} got {count} codes, the first is {codes[0]}")
    database.commit()

    customer = next(iter(CUSTOMERS))
    (token,) = database.execute("select code from recovery where customer = ?", (customer,)).fetchone()
    say(f"The database holds     {shorten(token.decode())}")
    say(f"With the key it reads  {cipher.decrypt(token).decode()}")
    in_the_clear = codes[0].encode() in path.read_bytes()
    say(f"A code in the clear somewhere in the database file: {'yes, and that is wrong' if in_the_clear else 'none'}")

    new_key = Fernet.generate_key()
    ring = MultiFernet([Fernet(new_key), Fernet(key)])
    rows = database.execute("select rowid, code from recovery").fetchall()
    database.executemany("update recovery set code = ? where rowid = ?", [(ring.rotate(old), row) for row, old in rows])
    database.commit()
    (token,) = database.execute("select code from recovery where customer = ?", (customer,)).fetchone()
    say(f"Rotated {len(rows)} codes to a new key. The new key alone reads {Fernet(new_key).decrypt(token).decode()}.")
    say(f"The same code with the old key: {refusal(Fernet(key), token)}.")

    changed = bytearray(token)
    changed[len(token) // 2] ^= 1
    say(f"One bit of the token flipped: {refusal(ring, bytes(changed))}.")
    database.close()


def the_guide() -> None:
    """Runs the guide's examples as they stand in `guide.md`, and shows the code beside what it prints."""
    names: dict[str, Any] = {}
    for section in (HERE / "guide.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        heading(f"The guide: {title}")
        for code in re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
            print(textwrap.indent(code, "   | "), end="")
            names["print"] = lambda *words: say(*map(shorten, words))
            exec(compile(code, "guide.md", "exec"), names)


def refusal(cipher: Fernet | MultiFernet, token: bytes) -> str:
    try:
        cipher.decrypt(token)
    except InvalidToken:
        return "it is refused (InvalidToken)"
    return "it is accepted, and that is wrong"


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def digest(path: Path) -> str:
    return Hash.hash(SHA256(), path.read_bytes()).hex()[:16] + "…"


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def say(*words: object) -> None:
    print("  ", *words, flush=True)


def shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:64]}… ({len(text)} characters)"


def size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count:,} bytes"


if __name__ == "__main__":
    main()
