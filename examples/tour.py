"""Shows Ironlatch at work, on real input. `make tour` installs wheel and drop-in into a fresh
environment and runs this.
"""

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

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from ironlatch import passwords, signing
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.files import Identity, decrypt_file, encrypt_file, open_encrypted
from ironlatch.keyring import Keyring
from ironlatch.rotation import Column, rotate_table
from ironlatch.secrets import passphrase, recovery_codes
from ironlatch.show_once import ApiKeys, ServerKey
from ironlatch.signing.tokens import SignedTokens
from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner, WebhookVerifier

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
        passwords_and_api_keys()
        tokens_requests_and_webhooks()
        the_guide()
    say()
    say("That was the tour. Next: docs/which-one.md")


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

    key = Identity.generate(post_quantum=True)
    for_key = Path(f"{original.name}.key.age")
    seconds = timed(lambda: encrypt_file(original, for_key, recipients=[key.recipient]))
    say(f"To a key that stands up to quantum computers ({shorten(str(key.recipient))[:24]}…): {seconds:.2f} s.")
    with open_encrypted(for_key, identities=[key]) as file:
        file.seek(-8, 2)
        say(f"Its last 8 bytes, without reading the rest: {file.read()!r}")

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
    phrase = passphrase()
    ring = Keyring.create("customers.keyring", passphrase=phrase)
    ring.create_key("customers")
    place: dict[str, Any] = {"table": "recovery", "column": "code", "type": str}
    cipher = FieldCipher(ring["customers"], **place)
    index = BlindIndex(ring["customers"], rows=1_000_000, **place)
    database = sqlite3.connect(path)
    database.execute("create table recovery (id integer primary key, customer text, code blob, code_index blob)")
    number = 0
    for customer, count in CUSTOMERS.items():
        codes = recovery_codes(count).expose()
        ids = range(number, number + count)
        number += count
        stored = cipher.encrypt_many(codes, ids)
        new = zip(ids, [customer] * count, stored, index.tokens_many(codes, beside=stored), strict=True)
        database.executemany("insert into recovery values (?, ?, ?, ?)", new)
        say(f"{customer} got {count} codes, the first is {codes[0]}")
    database.commit()

    def stored(id: int) -> bytes:
        (value,) = database.execute("select code from recovery where id = ?", (id,)).fetchone()
        return bytes(value)

    say(f"The database holds     {shorten(stored(number - 1).hex())}")
    say(f"With the key it reads  {cipher.decrypt(stored(number - 1), number - 1)}")
    in_the_clear = codes[0].encode() in path.read_bytes()
    say(f"A code in the clear somewhere in the database file: {'yes, and that is wrong' if in_the_clear else 'none'}")
    marks = ", ".join("?" * len(index.tokens(codes[0])))
    select = f"select id, code from recovery where code_index in ({marks})"
    rows = database.execute(select, index.tokens(codes[0])).fetchall()
    found = [row for row, code in rows if cipher.decrypt(code, row) == codes[0]]
    say(f"Looked up by a blind index, {codes[0]} is in row {found}.")
    say(f"The same value moved to another row: {refusal(lambda: cipher.decrypt(stored(0), 1))}.")
    changed = bytearray(stored(0))
    changed[len(changed) // 2] ^= 1
    say(f"One bit of it flipped: {refusal(lambda: cipher.decrypt(bytes(changed), 0))}.")

    old = ring["customers"].primary
    ring.rotate("customers")
    columns = [Column("code", cipher, indexes={"code_index": index})]
    report = rotate_table(lambda: sqlite3.connect(path), table="recovery", columns=columns)
    ring.disable("customers", old.id)
    say(f"A new key, and {report.written} of {number} values moved to it. Without the old one the first still reads")
    say(f"                       {cipher.decrypt(stored(0), 0)}")
    again = FieldCipher(Keyring.open("customers.keyring", passphrase=phrase)["customers"], **place)
    say(f"Opened again from the keyring's file: {again.decrypt(stored(0), 0)}")
    say(f"The file with a guess: {refusal(lambda: Keyring.open('customers.keyring', passphrase='a guess'))}.")
    database.close()


def passwords_and_api_keys() -> None:
    heading("Store a password, and give out an API key")
    stored = passwords.hash("correct horse battery staple")
    say(f"A password is stored as  {stored}")
    say(f"The right one verifies: {passwords.verify('correct horse battery staple', stored)}, another: ", end="")
    print(passwords.verify("Tr0ub4dor&3", stored))
    strength = passwords.strength("ada1815", ["Ada Lovelace"])
    say(f"ada1815 would be a poor one for Ada Lovelace: score {strength.score} of 4. {strength.warning or ''}")

    api_keys = ApiKeys("acme_live", ServerKey.generate())
    new = api_keys.generate()
    say(f"An API key, shown once:  {new.expose()}")
    say(f"What the service stores: {new.digest}")
    say(f"It is found by one look-up: {new.digest in api_keys.digests(new.expose())}.")
    say(f"Mistyped: {refusal(lambda: api_keys.digests(new.expose()[:-1] + '?'))}.")


def tokens_requests_and_webhooks() -> None:
    heading("Sign a link, a request and a webhook")
    key = signing.Key.generate()
    links = SignedTokens(key, "password-reset", valid_for=15 * 60)
    token = links.sign({"user": 42})
    say(f"A link for a quarter of an hour ends in {shorten(token)}")
    say(f"It brings back {links.verify(token).data}. In 16 minutes: ", end="")
    print(f"{refusal(lambda: links.verify(token, now=time.time() + 16 * 60))}.")
    say(f"For another purpose: {refusal(lambda: SignedTokens(key, 'invitation').verify(token))}.")

    url, body = "https://api.example.com/pay?amount=7", b'{"to":"Ada"}'
    headers = signing.RequestSigner(key).sign("POST", url, body=body)
    verifier = signing.RequestVerifier(key, authorities=["api.example.com"])
    say(f"A request to {url} is accepted, signed by {verifier.verify('POST', url, headers, body).key_id[:12]}…")
    say(f"The same once more: {refusal(lambda: verifier.verify('POST', url, headers, body))}.")

    secret = WebhookSecret.generate()
    headers = WebhookSigner(secret).sign(b'{"paid": true}')
    WebhookVerifier(secret).verify(headers, b'{"paid": true}')
    say("A webhook is accepted. With another body: ", end="")
    print(f"{refusal(lambda: WebhookVerifier(secret).verify(headers, b'nothing was paid'))}.")


def the_guide() -> None:
    """Runs the guide's examples exactly as in `guide.md`, and shows the code and its output."""
    names: dict[str, Any] = {}
    for section in (HERE / "guide.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        heading(f"The guide: {title}")
        for code in re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
            print(textwrap.indent(code, "   | "), end="")
            names["print"] = lambda *words: say(*map(shorten, words))
            exec(compile(code, "guide.md", "exec"), names)


def refusal(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:
        return f"refused ({type(error).__name__}: {error})"
    return "accepted, and that is wrong"


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def digest(path: Path) -> str:
    return Hash.hash(SHA256(), path.read_bytes()).hex()[:16] + "…"


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def say(*words: object, end: str = "\n") -> None:
    print("  ", *words, end=end, flush=True)


def shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:64]}… ({len(text)} characters)"


def size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count:,} bytes"


if __name__ == "__main__":
    main()
