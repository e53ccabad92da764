"""The exceptions: each is what users of the original catch, and carries what they read from it."""

from __future__ import annotations

import importlib
import pickle
import ssl

import pytest
from ironlatch import exceptions
from ironlatch.exceptions import InternalError, UnsupportedAlgorithm, _Reasons
from ironlatch.fernet import InvalidToken
from ironlatch.hazmat.primitives import hashes

PLAIN = ["AlreadyFinalized", "AlreadyUpdated", "InvalidKey", "InvalidSignature", "InvalidTag", "NotYetFinalized"]


@pytest.mark.parametrize("name", PLAIN)
def test_each_is_an_exception_of_its_own(name: str) -> None:
    kind = getattr(exceptions, name)
    assert kind.__bases__ == (Exception,)
    assert kind.__module__ == "ironlatch.exceptions"
    assert str(kind("what happened")) == "what happened"


def test_failed_authentication_is_no_value_error() -> None:
    """A handler for bad values must not take a forgery for one."""
    for kind in (exceptions.InvalidTag, exceptions.InvalidSignature, exceptions.InvalidKey, InvalidToken):
        assert not issubclass(kind, ValueError)


def test_unsupported_algorithm_says_which_kind() -> None:
    error = UnsupportedAlgorithm("no such hash", _Reasons.UNSUPPORTED_HASH)
    assert str(error) == "no such hash"
    assert error._reason is _Reasons.UNSUPPORTED_HASH
    assert UnsupportedAlgorithm("anything")._reason is None


def test_the_native_code_raises_these() -> None:
    class Unheard(hashes.HashAlgorithm):
        name = "unheard"
        digest_size = 32
        block_size = None

    with pytest.raises(UnsupportedAlgorithm, match="unheard") as caught:
        hashes.Hash(Unheard())
    assert caught.value._reason is _Reasons.UNSUPPORTED_HASH
    context = hashes.Hash(hashes.SHA256())
    context.finalize()
    with pytest.raises(exceptions.AlreadyFinalized):
        context.update(b"more")


def test_internal_error_carries_codes() -> None:
    assert InternalError("failed").err_code == []
    assert InternalError("failed", [1]).err_code == [1]


def test_exceptions_cross_processes() -> None:
    error = pickle.loads(pickle.dumps(exceptions.InvalidTag("changed")))
    assert isinstance(error, exceptions.InvalidTag)
    assert error.args == ("changed",)


def test_all_names_exist() -> None:
    for name in exceptions.__all__:
        assert issubclass(getattr(exceptions, name), Exception)


def test_the_recipes_have_one_base() -> None:
    recipes = [
        "fields",
        "fields.legacy",
        "files",
        "keyring",
        "passwords",
        "pinning",
        "rotation",
        "show_once",
        "signing",
    ]
    found = set()
    for name in recipes:
        module = importlib.import_module(f"ironlatch.{name}")
        kinds = [getattr(module, name) for name in module.__all__]
        found |= {kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Exception)}
    assert len(found) > 30
    assert [kind for kind in found if not issubclass(kind, exceptions.IronlatchError)] == []
    for kind in (exceptions.InvalidTag, InvalidToken):  # the peer's
        assert not issubclass(kind, exceptions.IronlatchError)
    assert issubclass(importlib.import_module("ironlatch.fields").Tampered, ValueError)
    assert issubclass(importlib.import_module("ironlatch.pinning").PinMismatch, ssl.SSLError)
