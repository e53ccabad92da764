"""The example service on loopback: recovery codes stored, shown, redeemed once, and given a new key
while it serves.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from ironlatch.keyring import Keyring
from ironlatch.show_once import ApiKeys, ServerKey
from werkzeug.serving import make_server

sys.path.append(str(Path(__file__).parents[2] / "examples"))

from recovery_service.service import KEY, TRIES, JsonLines, create_app


class Service:
    """The service under test, and what it logs."""

    def __init__(self, url: str, ring: Keyring) -> None:
        self.url, self.ring = url, ring
        server_key = ServerKey.generate()
        self.staff = ApiKeys("staff", server_key).generate()
        self.server = make_server("127.0.0.1", 0, create_app(url, ring, server_key, {self.staff.digest}), threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.log = io.StringIO()
        base = f"http://127.0.0.1:{self.server.port}"
        self.client = httpx.Client(
            base_url=base, headers={"Authorization": f"Bearer {self.staff.expose()}"}, timeout=30
        )
        self.stranger = httpx.Client(base_url=base, timeout=30)

    def codes(self, customer: str) -> list[str]:
        made = self.client.post(f"/customers/{customer}/codes")
        assert made.status_code == 201, made.text
        codes: list[str] = made.json()["codes"]
        return codes

    def redeem(self, customer: str, code: object) -> httpx.Response:
        return self.stranger.post(f"/customers/{customer}/redeem", json={"code": code})

    def rotate(self) -> dict[str, object]:
        assert self.client.post("/rotation").status_code == 202
        for _ in range(600):
            state: dict[str, object] = self.client.get("/rotation").json()
            if state["state"] != "running":
                return state
            time.sleep(0.05)
        raise AssertionError("the rotation does not end")


@pytest.fixture(params=["postgresql", "sqlite"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    if request.param == "postgresql":
        url = request.getfixturevalue("database").url
    else:
        url = f"sqlite:///{tmp_path}/codes.db"
    ring = Keyring.create(tmp_path / "service.keyring", passphrase="six words", iterations=1, memory_kib=64)
    ring.create_key(KEY)
    service = Service(url, ring)
    handler = logging.StreamHandler(service.log)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("recovery_service")
    logger.addHandler(handler)
    level, logger.level = logger.level, logging.INFO
    yield service
    logger.removeHandler(handler)
    logger.setLevel(level)
    service.server.shutdown()
    service.thread.join()
    service.server.server_close()


def test_codes_are_shown_again_and_redeemed_once(service: Service) -> None:
    codes, others = service.codes("17"), service.codes("18")
    assert [entry["code"] for entry in service.client.get("/customers/17/codes").json()["codes"]] == codes
    assert service.redeem("17", codes[0].upper().replace("-", " ")).json() == {"redeemed": True}
    assert service.redeem("17", codes[0]).status_code == 403
    assert service.redeem("17", others[0]).status_code == 403
    used = {entry["code"] for entry in service.client.get("/customers/17/codes").json()["codes"] if entry["used_at"]}
    assert used == {codes[0]}
    again = service.codes("17")
    assert service.redeem("17", codes[1]).status_code == 403
    assert service.redeem("17", again[1]).status_code == 200


def test_of_many_requests_with_one_code_one_gets_in(service: Service) -> None:
    code = service.codes("17")[0]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: service.redeem("17", code).status_code, range(4)))
    assert sorted(answers) == [200, 403, 403, 403]


def test_strangers_and_guesses_are_refused(service: Service) -> None:
    codes = service.codes("17")
    for path in ("/customers/17/codes", "/rotation"):
        assert service.stranger.post(path).status_code == 401
        assert service.stranger.get(path).status_code == 401
    wrong = {"Authorization": f"Bearer {service.staff.expose()[:-1]}x"}
    assert service.stranger.get("/customers/17/codes", headers=wrong).status_code == 401
    assert service.redeem("17", 42).status_code == 400
    assert service.stranger.post("/customers/17/redeem", content=b"\xff").status_code == 400
    assert service.stranger.post("/customers/17/redeem", content=b"x" * 5000).status_code in (400, 413)
    for _ in range(TRIES):
        assert service.redeem("17", "aaaa-aaaa-aaaa-aaaa").status_code == 403
    assert service.redeem("17", codes[0]).status_code == 429
    assert service.stranger.get("/nothing").status_code == 404


def test_the_key_is_rotated_while_requests_go_on(service: Service) -> None:
    customers = {str(number): service.codes(str(number)) for number in range(30)}
    old = service.ring[KEY].primary.id
    stop = threading.Event()
    seen: list[str] = []

    def read(part: int) -> None:
        numbers = [number for number in customers if int(number) % 3 == part]
        while not stop.is_set():
            for number in numbers:
                answer = service.client.get(f"/customers/{number}/codes")
                right = answer.status_code == 200 and {e["code"] for e in answer.json()["codes"]} == set(
                    customers[number]
                )
                seen.append("read" if right else f"{answer.status_code} {answer.text}")

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, part) for part in range(3)]
        redeemed = [service.redeem(number, codes[0]).status_code for number, codes in list(customers.items())[:10]]
        state = service.rotate()
        redeemed += [service.redeem(number, codes[0]).status_code for number, codes in list(customers.items())[10:]]
        stop.set()
        for reader in readers:
            reader.result()
    assert set(seen) == {"read"}
    assert redeemed == [200] * 30
    assert state["state"] == "done", state
    assert state["rows"] == state["written"] == 300
    # The old version is no longer needed.
    service.ring.disable(KEY, old)
    assert {entry["code"] for entry in service.client.get("/customers/0/codes").json()["codes"]} == set(customers["0"])
    assert service.redeem("0", customers["0"][1]).status_code == 200


def test_a_value_that_was_moved_does_not_open_and_tells_nothing(service: Service) -> None:
    codes = service.codes("17")
    engine = sa.create_engine(service.url)
    with engine.begin() as connection:
        connection.execute(sa.text("update recovery_code set code = (select code from recovery_code limit 1)"))
    engine.dispose()
    answer = service.client.get("/customers/17/codes")
    assert answer.status_code == 500
    assert not any(code in answer.text + service.log.getvalue() for code in codes)
    assert "Tampered" in service.log.getvalue()


def test_log_and_database_hold_nothing_secret(service: Service, tmp_path: Path) -> None:
    codes = service.codes("17")
    service.redeem("17", codes[0])
    service.redeem("17", "mistyped-code-of-a-person")
    service.rotate()
    lines = [json.loads(line) for line in service.log.getvalue().splitlines()]
    events = {line["event"] for line in lines}
    assert events >= {"codes made", "code redeemed", "code refused", "rotation started", "rotation done", "request"}
    secret = [*codes, *(code.replace("-", "") for code in codes), service.staff.expose(), "mistyped", "six words"]
    assert not any(text in service.log.getvalue() for text in secret)
    engine = sa.create_engine(service.url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select code, code_index from recovery_code")).all()
    engine.dispose()
    stored = b"".join(bytes(value) for row in rows for value in row)
    assert len(rows) == 10
    assert not any(code.encode() in stored for code in codes)
    for file in tmp_path.iterdir():
        assert not any(text.encode() in file.read_bytes() for text in secret), file.name
