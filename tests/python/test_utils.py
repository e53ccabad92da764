"""``utils``: numbers to bytes, deprecated names, and what counts as bytes-like."""

from __future__ import annotations

import enum
import sys
import types
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ironlatch import utils


@given(st.integers(min_value=0, max_value=2**4096))
def test_integers_come_back(number: int) -> None:
    data = utils.int_to_bytes(number)
    assert int.from_bytes(data, "big") == number
    assert data == b"\0" or data[0] != 0


def test_integers_are_padded_to_a_length() -> None:
    assert utils.int_to_bytes(1, 4) == b"\0\0\0\1"
    assert utils.int_to_bytes(0) == b"\0"
    with pytest.raises(OverflowError):
        utils.int_to_bytes(256, 1)
    with pytest.raises(OverflowError):
        utils.int_to_bytes(-1)
    with pytest.raises(ValueError, match="length"):
        utils.int_to_bytes(1, 0)


@pytest.mark.parametrize("value", [b"", bytearray(b"a"), memoryview(b"ab")])
def test_bytes_like(value: object) -> None:
    utils._check_byteslike("data", value)


@pytest.mark.parametrize("value", ["text", 1, None, [1]])
def test_not_bytes_like(value: object) -> None:
    with pytest.raises(TypeError, match="data must be bytes-like, not"):
        utils._check_byteslike("data", value)
    with pytest.raises(TypeError, match="data must be bytes, not"):
        utils._check_bytes("data", value)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType("a_module_with_old_names")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    utils.deprecated(42, module.__name__, "old is going away", utils.DeprecatedIn43, name="old")
    return module


def test_deprecated_name_warns_when_read(module: types.ModuleType) -> None:
    with pytest.warns(utils.CryptographyDeprecationWarning, match="old is going away"):
        assert module.old == 42
    assert "old" in dir(module)


def test_deprecated_name_warns_when_deleted_and_is_gone(module: types.ModuleType) -> None:
    with pytest.warns(utils.CryptographyDeprecationWarning, match="old is going away"):
        del module.old
    with pytest.raises(AttributeError):
        del module.old


def test_other_names_of_such_a_module_are_quiet(module: types.ModuleType) -> None:
    module.new = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert module.new == 1
        del module.new


def test_deprecation_is_seen_without_asking() -> None:
    assert issubclass(utils.CryptographyDeprecationWarning, UserWarning)
    assert not issubclass(utils.CryptographyDeprecationWarning, DeprecationWarning)


def test_enum_prints_its_member() -> None:
    class Colour(utils.Enum):
        RED = "red"

    assert issubclass(Colour, enum.Enum)
    assert str(Colour.RED) == "Colour.RED"
    assert repr(Colour.RED) == "<Colour.RED: 'red'>"
