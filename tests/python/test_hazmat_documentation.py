"""Every public class and function of hazmat says which exceptions it raises."""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import re
import warnings
from collections.abc import Iterator

import ironlatch.hazmat
import pytest

#: The names of exceptions, or an error that a class or function is itself.
NAMES_AN_ERROR = re.compile(r"\b\w*(Error|Already\w+|NotYetFinalized|Invalid\w+|UnsupportedAlgorithm)\b")

#: What cannot fail, as a pattern of the whole name, and why.
CANNOT_FAIL = {
    r".*\.(public_key|parameters|parameter_numbers|private_numbers|public_numbers)": "it gives a part of a key",
    r".*\.(private_bytes_raw|public_bytes_raw)": "it gives the key in its only form",
    r".*PrivateKey\.generate|D\w+Parameters\.generate_private_key": "there is always a new key",
    r".*\.encapsulate": "it works with any public key",
    r"SHAKE\d+\.xof|KEM\.enc_length|default_backend|.*\.(padder|unpadder)": "it takes nothing",
    r"SSHCertificate\.public_bytes": "it gives the line that was read or made",
    r"XOFHash\.copy": "unlike other contexts it can be copied at any time",
    r".*\.(as_bytes|padding_bits|as_str|as_datetime|as_list)": "it gives what the value was made with",
    r"Default|Variant|PKCS12Key|PKCS12Contents": "they hold any object",
    r"Backend\..*": "it answers questions, with False for what it does not know",
}


def public() -> Iterator[tuple[str, object, str]]:
    """The classes that can be called, their methods, and the functions: names, and their text."""
    seen = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = [
            importlib.import_module(module.name)
            for module in pkgutil.walk_packages(ironlatch.hazmat.__path__, "ironlatch.hazmat.")
            if "._" not in module.name
        ]
        homes = {module.__name__: module for module in modules}
        for module in modules:
            for name in getattr(module, "__all__", dir(module)):
                value = getattr(module, name)
                if getattr(value, "__module__", None) not in homes or id(value) in seen or name.startswith("_"):
                    continue
                seen.add(id(value))
                if inspect.isclass(value) and issubclass(value, (Exception, enum.Enum)):
                    continue
                if not inspect.isclass(value) and not inspect.isroutine(value):
                    continue
                yield from of_class(value) if inspect.isclass(value) else [(name, value, inspect.getdoc(value) or "")]


def of_class(value: type) -> Iterator[tuple[str, object, str]]:
    text = value.__doc__ or ""
    name = value.__name__
    takes = [each for each in parameters(value) if each.name not in ("self", "args", "kwargs")]
    if not inspect.isabstract(value) and takes:
        yield name, value, text
    for member in dir(value):
        function = inspect.getattr_static(value, member)
        if member.startswith("_") or not callable(getattr(value, member)) or isinstance(function, type):
            continue
        yield f"{name}.{member}", getattr(value, member), inspect.getdoc(getattr(value, member)) or ""


def parameters(function: object) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


PUBLIC = {name: text for name, value, text in public()}


def test_there_are_as_many_as_there_should_be() -> None:
    assert len(PUBLIC) > 300
    assert {"AESGCM.encrypt_into", "ECDSA", "load_pem_private_key", "HKDF.derive"} <= PUBLIC.keys()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_it_says_what_it_raises(name: str) -> None:
    if any(re.fullmatch(pattern, name) for pattern in CANNOT_FAIL):
        return
    assert NAMES_AN_ERROR.search(PUBLIC[name]), f"{name} does not say what it raises: {PUBLIC[name]!r}"


@pytest.mark.parametrize("pattern", CANNOT_FAIL)
def test_each_exception_is_of_something(pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in PUBLIC)
