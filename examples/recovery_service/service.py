"""A web service that stores, shows and redeems customers' recovery codes, and rotates their key
while it serves.

    POST /customers/<customer>/codes     makes ten new codes, and shows them          (staff)
    GET  /customers/<customer>/codes     shows them again, and which are used         (staff)
    POST /customers/<customer>/redeem    {"code": "…"}: lets a customer in, once
    POST /rotation                       gives the codes a new key                    (staff)
    GET  /rotation                       how far that is
    GET  /health

Codes are encrypted for their row and found by a blind index. Staff call with an API key, of which
the service knows the digest.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, request
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.fields.sqlalchemy import RowBound, blind_index, index_equals
from ironlatch.keyring import Key, Keyring
from ironlatch.rotation import Column, Report, RotationError, Row, rotate_table
from ironlatch.secrets import normalize_recovery_code, recovery_codes
from ironlatch.show_once import ApiKeys, MalformedSecret, ServerKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

KEY = "customers"
CODES = 10
TRIES, WINDOW = 5, 15 * 60
"""The number of wrong codes for a customer that are checked in this number of seconds."""
INDEX_BITS = 128
"""Whole: a code is looked for, and must not be mistaken for another."""

log = logging.getLogger("recovery_service")


class JsonLines(logging.Formatter):
    """Logs for an operator, one JSON object a line. Codes, keys and a customer's input never get
    here.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        line |= {"event": record.getMessage()} | getattr(record, "facts", {})
        return json.dumps(line)


def note(event: str, level: int = logging.INFO, **facts: Any) -> None:
    """Log an event with what is known of it."""
    log.log(level, event, extra={"facts": facts})


def tables(key: Callable[[], Key]) -> type[Any]:
    """The table of codes, under a key that is asked for when it is used."""

    class Registry(DeclarativeBase):
        pass

    class RecoveryCode(Registry):
        __tablename__ = "recovery_code"
        id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
        customer: Mapped[str] = mapped_column(index=True)
        code = RowBound(key, str, nullable=False)
        code_index: Mapped[bytes] = blind_index("code", bits=INDEX_BITS)
        used_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    return RecoveryCode


class TooManyTries(Exception):
    """Somebody is guessing."""


class Tries:
    """Counts wrong codes. In memory: with several processes it belongs into what they share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, customer: str) -> None:
        """Raises TooManyTries if the customer has had enough of them."""
        with self._lock:
            wrong = self._wrong[customer]
            while wrong and wrong[0] < time.monotonic() - WINDOW:
                wrong.popleft()
            if len(wrong) >= TRIES:
                raise TooManyTries

    def wrong(self, customer: str) -> None:
        """Counts one."""
        with self._lock:
            self._wrong[customer].append(time.monotonic())


class Rotation:
    """Moves the table to a new version of the key, in a thread, while requests are served."""

    def __init__(self, engine: sa.Engine, ring: Keyring) -> None:
        self._engine, self._ring = engine, ring
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.state: dict[str, Any] = {"state": "never run"}

    def start(self) -> bool:
        """False if one is under way."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self.state = {"state": "running", "rows": 0}
            self._thread = threading.Thread(target=self._run, name="rotation", daemon=True)
            self._thread.start()
            return True

    def _run(self) -> None:
        try:
            self._ring.rotate(KEY)
            report = self._rotate()
        except RotationError as error:
            self.state = {"state": "failed", "reason": str(error)}
            note("rotation failed", logging.ERROR, reason=str(error))
        except Exception as error:
            self.state = {"state": "failed", "reason": type(error).__name__}
            note("rotation failed", logging.ERROR, reason=type(error).__name__)
        else:
            self.state = {"state": "done" if report.complete else "rows left", **self._facts(report)}
            note("rotation done", logging.INFO if report.complete else logging.WARNING, **self._facts(report))

    def _rotate(self) -> Report:
        cipher = FieldCipher(self._ring[KEY], table="recovery_code", column="code", type=str)
        index = BlindIndex(self._ring[KEY], table="recovery_code", column="code", type=str, bits=INDEX_BITS)
        # SQLite holds UUIDs as text.
        row = Row("id", convert=lambda own: own if isinstance(own, uuid.UUID) else uuid.UUID(own))
        columns = [Column("code", cipher, indexes={"code_index": index}, row=row)]
        return rotate_table(self._engine, table="recovery_code", columns=columns, batch=500, progress=self._progress)

    def _progress(self, progress: Any) -> None:
        self.state = {"state": "running", "rows": progress.done, "of": progress.total}

    @staticmethod
    def _facts(report: Report) -> dict[str, Any]:
        return {"rows": report.rows, "written": report.written, "seconds": round(report.seconds, 2)}


def create_app(database_url: str, ring: Keyring, server_key: ServerKey, staff_digests: set[str]) -> Flask:
    """The service. The ring holds a key named ``customers``; ``staff_digests`` are those of API
    keys ``staff_…``.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 4096
    engine = sa.create_engine(database_url)
    codes = tables(lambda: ring[KEY])
    codes.metadata.create_all(engine)
    api_keys = ApiKeys("staff", server_key)
    tries, rotation = Tries(), Rotation(engine, ring)

    def staff_only(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*arguments: Any, **named: Any) -> Any:
            scheme, _, typed = request.headers.get("Authorization", "").partition(" ")
            try:
                digests = api_keys.digests(typed) if scheme.lower() == "bearer" else []
            except MalformedSecret:
                digests = []
            if staff_digests.isdisjoint(digests):
                note("staff refused", logging.WARNING, path=request.path)
                return jsonify(error="an API key of the staff is needed"), 401
            return view(*arguments, **named)

        return guarded

    @app.post("/customers/<customer>/codes")
    @staff_only
    def make(customer: str) -> tuple[Response, int]:
        new = recovery_codes(CODES).expose()
        with Session(engine) as session, session.begin():
            session.execute(sa.delete(codes).where(codes.customer == customer))
            session.add_all(codes(customer=customer, code=code) for code in new)
        note("codes made", customer=customer, count=len(new))
        return jsonify(codes=new), 201

    @app.get("/customers/<customer>/codes")
    @staff_only
    def show(customer: str) -> Response:
        with Session(engine) as session:
            rows = session.scalars(sa.select(codes).where(codes.customer == customer)).all()
            shown = [{"code": row.code, "used_at": row.used_at and row.used_at.isoformat()} for row in rows]
        note("codes shown", customer=customer, count=len(shown))
        return jsonify(codes=shown)

    @app.post("/customers/<customer>/redeem")
    def redeem(customer: str) -> Response | tuple[Response, int]:
        try:
            tries.check(customer)
        except TooManyTries:
            note("too many tries", logging.WARNING, customer=customer)
            return jsonify(redeemed=False, error=f"too many wrong codes: try again in {WINDOW // 60} minutes"), 429
        body = request.get_json(silent=True)
        typed = body.get("code") if isinstance(body, dict) else None
        if not isinstance(typed, str):
            return jsonify(redeemed=False, error='send a JSON object with a "code"'), 400
        # One statement decides, so that of two requests with the same code one gets it.
        used = sa.update(codes).where(
            codes.customer == customer,
            index_equals(codes.code, normalize_recovery_code(typed)),
            codes.used_at.is_(None),
        )
        with Session(engine) as session, session.begin():
            done = session.execute(
                used.values(used_at=datetime.now(UTC)), execution_options={"synchronize_session": False}
            )
            redeemed = done.rowcount == 1  # type: ignore[attr-defined]
        if not redeemed:
            tries.wrong(customer)
        note("code redeemed" if redeemed else "code refused", customer=customer)
        return jsonify(redeemed=redeemed) if redeemed else (jsonify(redeemed=False), 403)

    @app.post("/rotation")
    @staff_only
    def rotate() -> tuple[Response, int]:
        started = rotation.start()
        note("rotation started" if started else "rotation is under way")
        return jsonify(rotation.state), 202 if started else 409

    @app.get("/rotation")
    @staff_only
    def rotation_state() -> Response:
        return jsonify(rotation.state)

    @app.get("/health")
    def health() -> Response:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
        return jsonify(ok=True)

    @app.before_request
    def start_clock() -> None:
        g.start = time.perf_counter()

    @app.after_request
    def note_request(response: Response) -> Response:
        milliseconds = round(1000 * (time.perf_counter() - g.start), 1)
        # The path names a customer and never a code; query and body are not logged.
        note("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[Response, int]:
        code = getattr(error, "code", None)
        if isinstance(code, int) and 400 <= code < 500:
            return jsonify(error=getattr(error, "description", "the request is not valid")), code
        # The class alone: the message of a database's error may hold what was sent to it.
        note("request failed", logging.ERROR, path=request.path, error=type(error).__name__)
        return jsonify(error="something went wrong here; nothing was changed"), 500

    return app


def log_to_standard_error() -> None:
    """Our lines of JSON, and no access log of the server's own."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
