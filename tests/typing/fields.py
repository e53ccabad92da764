"""The types of the recipes for type checkers: mypy reads this file, nobody runs it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Literal, assert_type
from uuid import UUID

from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import Key, VersionInfo
from ironlatch.pinning import Verdict


def values_have_the_type_of_the_column(key: Key, stored: bytes, optional: bytes | None) -> None:
    amounts = FieldCipher(key, "invoice", "amount", Decimal)
    assert_type(amounts, FieldCipher[Decimal])
    assert_type(amounts.decrypt(stored), Decimal)
    assert_type(amounts.decrypt(optional), Decimal | None)
    assert_type(amounts.decrypt(None), None)
    assert_type(amounts.decrypt_many([stored, None]), list[Decimal | None])
    assert_type(amounts.decrypt_many([stored], return_errors=True), list[Decimal | Exception | None])
    amounts.encrypt("12.50")  # type: ignore[call-overload]
    amounts.encrypt_many(["12.50"])  # type: ignore[list-item]
    assert_type(FieldCipher(key, "invoice", "to"), FieldCipher[str])
    assert_type(FieldCipher(key, "invoice", "due", datetime.date).decrypt(stored), datetime.date)
    assert_type(FieldCipher(key, "invoice", "details", "json").decrypt(stored), Any)


def moved_values_keep_their_type(old: FieldCipher[UUID], new: FieldCipher[UUID], other: FieldCipher[int]) -> None:
    old.reencrypt(b"", to=new)
    old.reencrypt(b"", to=other)  # type: ignore[arg-type]


def any_cipher(cipher: FieldCipher) -> object:
    """Without a type it is of any type, as before there were types."""
    return cipher.decrypt(cipher.encrypt(1))


def the_form_says_what_comes(cipher: FieldCipher[str], index: BlindIndex) -> None:
    assert_type(cipher.encrypt("Ada", 1), bytes)
    assert_type(cipher.encrypt("Ada", 1, text=True), str)
    assert_type(cipher.encrypt(None), None)
    assert_type(cipher.encrypt_many(["Ada", None], text=True), list[str | None])
    assert_type(index.token("Ada"), bytes)
    assert_type(index.token("Ada", form="int"), int)
    assert_type(index.tokens("Ada", form="text"), list[str])
    index.token("Ada", form="hex")  # type: ignore[call-overload]


def states_are_known(version: VersionInfo, verdict: Verdict) -> None:
    assert_type(version.state, Literal["primary", "active", "disabled", "destroyed"])
    if verdict.outcome == "missmatch":  # type: ignore[comparison-overlap]
        raise ValueError
