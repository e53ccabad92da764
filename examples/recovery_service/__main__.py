"""`python -m recovery_service`, in the folder above: the service on loopback, with keys and data in
``data``.

    DATABASE_URL      by default sqlite:///data/codes.db; or postgresql+psycopg://…
    KEYRING_PASSPHRASE_FILE   by default data/passphrase.txt, made at the first start
    PORT              by default 8017

This is Werkzeug's server, which is enough to try it. In production a WSGI server calls
`create_app`.
"""

from __future__ import annotations

import os
from pathlib import Path

from ironlatch.keyring import Keyring
from ironlatch.secrets import SecretBytes, passphrase
from ironlatch.show_once import ApiKeys, ServerKey
from werkzeug.serving import make_server

from recovery_service.service import KEY, create_app, log_to_standard_error

DATA = Path("data")


def main() -> None:
    """Makes what is missing, and serves until it is stopped."""
    DATA.mkdir(mode=0o700, exist_ok=True)
    log_to_standard_error()
    phrase = Path(os.environ.get("KEYRING_PASSPHRASE_FILE", DATA / "passphrase.txt"))
    keyring, server_key_file, staff = DATA / "service.keyring", DATA / "server.key", DATA / "staff.digests"
    if not phrase.exists():
        write_private(phrase, passphrase().expose())
    secret = SecretBytes.from_file(phrase, strip_newline=True)
    if keyring.exists():
        ring = Keyring.open(keyring, passphrase=secret)
    else:
        ring = Keyring.create(keyring, passphrase=secret)
        ring.create_key(KEY)
    if not server_key_file.exists():
        write_private(server_key_file, ServerKey.generate().expose())
    server_key = ServerKey.load(server_key_file)
    if not staff.exists():
        new = ApiKeys("staff", server_key).generate()
        print("The API key for the staff, shown this once:", new.expose(), flush=True)
        write_private(staff, new.digest)
    url = os.environ.get("DATABASE_URL", f"sqlite:///{DATA}/codes.db")
    app = create_app(url, ring, server_key, set(staff.read_text().split()))
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "8017")), app, threaded=True)
    print(f"Serving on http://127.0.0.1:{server.port}; Ctrl-C ends it.", flush=True)
    server.serve_forever()


def write_private(path: Path, text: str) -> None:
    """A file that its owner alone can read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()
