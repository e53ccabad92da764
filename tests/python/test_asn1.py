"""`hazmat.asn1`: declared classes, their DER, and what is refused. The encodings are X.690's."""

# Without postponed annotations, which would not see the classes of a function.

import dataclasses
import datetime
import enum
import gc
import sys
import textwrap
import typing
import weakref
from typing import Annotated, Any, Literal

import pytest
from ironlatch import x509
from ironlatch.hazmat import asn1

UTC = datetime.UTC


@asn1.sequence
class Point:
    x: int
    y: int


@asn1.sequence
class Everything:
    truth: bool
    number: int
    octets: bytes
    text: str
    printable: asn1.PrintableString
    ia5: asn1.IA5String
    oid: x509.ObjectIdentifier
    utc: asn1.UTCTime
    general: asn1.GeneralizedTime
    bits: asn1.BitString
    null: asn1.Null
    points: list[Point]
    numbers: asn1.SetOf[int]
    optional: Annotated[int | None, asn1.Implicit(0)]
    default: Annotated[int, asn1.Default(3), asn1.Explicit(1)]
    either: bool | int


@asn1.sequence
class Path:
    points: list[Point]


WHOLE: dict[str, Any] = {
    "truth": True,
    "number": -129,
    "octets": b"o",
    "text": "é",
    "printable": asn1.PrintableString("p"),
    "ia5": asn1.IA5String("@"),
    "oid": x509.ObjectIdentifier("1.2.3"),
    "utc": asn1.UTCTime(datetime.datetime(2019, 12, 16, 3, 2, 10, tzinfo=UTC)),
    "general": asn1.GeneralizedTime(datetime.datetime(2050, 1, 2, 3, 4, 5, 60, tzinfo=UTC)),
    "bits": asn1.BitString(b"\xf0", 4),
    "null": asn1.Null(),
    "points": [Point(x=1, y=2)],
    "numbers": asn1.SetOf([1, 2]),
    "optional": 7,
    "default": 4,
    "either": 5,
}
CONTENTS = bytes.fromhex(
    "0101ff 0202ff7f 04016f 0c02c3a9 130170 160140 06022a03 170d3139313231363033303231305a"
    "18153230353030313032303330343035 2e3030303036 5a 030204f0 0500 30083006020101020102"
    "3106020101020102 800107 a103020104 020105"
)


def test_each_type_has_the_encoding_of_x690() -> None:
    encoded = asn1.encode_der(Everything(**WHOLE))
    assert encoded == b"\x30" + bytes([len(CONTENTS)]) + CONTENTS
    decoded = asn1.decode_der(Everything, encoded)
    assert asn1.encode_der(decoded) == encoded
    for name in WHOLE.keys() - {"points"}:
        assert getattr(decoded, name) == WHOLE[name], name
    assert vars(decoded.points[0]) == {"x": 1, "y": 2}


@pytest.mark.parametrize("length", [127, 128, 255, 256, 65535, 65536])
def test_lengths_are_minimal_at_every_step(length: int) -> None:
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    header = bytes([length]) if length < 128 else bytes([0x80 | len(octets)]) + octets
    encoded = asn1.encode_der(bytes(length))
    assert encoded == b"\x04" + header + bytes(length)
    assert asn1.decode_der(bytes, encoded) == bytes(length)


@pytest.mark.parametrize("number", [0, 127, 128, -128, -129, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 1 << 4096])
def test_integers_of_any_size_are_minimal_and_come_back(number: int) -> None:
    encoded = asn1.encode_der(number)
    assert asn1.decode_der(int, encoded) == number
    contents = encoded[2:] if encoded[1] < 128 else encoded[2 + (encoded[1] & 0x7F) :]
    assert int.from_bytes(contents, "big", signed=True) == number
    assert len(contents) == (number if number >= 0 else ~number).bit_length() // 8 + 1


@pytest.mark.parametrize(("tag", "octets"), [(30, "9e"), (31, "9f1f"), (128, "9f8100"), (2**32 - 1, "9f8fffffff7f")])
def test_tags_of_any_number(tag: int, octets: str) -> None:
    @asn1.sequence
    class Tagged:
        value: Annotated[int, asn1.Implicit(tag)]

    encoded = asn1.encode_der(Tagged(value=1))
    assert encoded[2:] == bytes.fromhex(octets) + b"\x01\x01"
    assert asn1.decode_der(Tagged, encoded).value == 1


@pytest.mark.parametrize(
    ("cls", "der"),
    [
        (int, "0200"),
        (int, "02020001"),
        (int, "0202ffff"),
        (int, "02810101"),
        (int, "02010100"),
        (int, "0101ff"),
        (bool, "010101"),
        (bool, "0100"),
        (str, "0c01ff"),
        (asn1.PrintableString, "130140"),
        (asn1.IA5String, "160180"),
        (asn1.Null, "050100"),
        (asn1.BitString, "030108"),
        (asn1.UTCTime, "170b313931323136303330325a"),
        (asn1.GeneralizedTime, "18103230313931323136303330323130 2b30"),
        (asn1.GeneralizedTime, "180f30303030303130313030303030305a"),
        (asn1.TLV, ""),
        (bytes, "0484ffffffff00"),
        (bytes, "0480"),
        (Point, "3003020101"),
        (Point, "3009020101020101020101"),
        (Everything, "3000"),
    ],
)
def test_what_is_not_der_of_that_type_is_refused(cls: type, der: str) -> None:
    with pytest.raises(ValueError, match=r"asn1 value|year 0"):
        asn1.decode_der(cls, bytes.fromhex(der))


def test_every_prefix_and_every_changed_byte_is_read_or_refused() -> None:
    encoded = asn1.encode_der(Everything(**WHOLE))
    for end in range(len(encoded)):
        with pytest.raises(ValueError, match="asn1 value"):
            asn1.decode_der(Everything, encoded[:end])
    read = 0
    for at in range(len(encoded)):
        for flip in (0x01, 0x80, 0xFF):
            changed = encoded[:at] + bytes([encoded[at] ^ flip]) + encoded[at + 1 :]
            try:
                decoded = asn1.decode_der(Everything, changed)
            except ValueError:
                continue
            read += 1
            assert asn1.encode_der(decoded) == changed
    assert read > 0


def test_an_error_names_the_way_to_the_field() -> None:
    with pytest.raises(ValueError, match=r"UnexpectedTag .*, at Path\.points\[1\]\.y$"):
        asn1.decode_der(Path, bytes.fromhex("3012 3010 3006020101020102 3006020101010100"))
    with pytest.raises(TypeError, match=r"must be an instance of int, got: str, at Path\.points\[0\]\.x$"):
        asn1.encode_der(Path(points=[Point(x=typing.cast("Any", "1"), y=2)]))


def test_set_of_is_written_in_order_and_read_in_order_alone() -> None:
    @asn1.sequence
    class Held:
        numbers: asn1.SetOf[int]

    encoded = asn1.encode_der(Held(numbers=asn1.SetOf([300, 2, 1, 1])))
    assert encoded == bytes.fromhex("300f 310d 020101 020101 020102 0202012c")
    assert asn1.decode_der(Held, encoded).numbers.as_list() == [1, 1, 2, 300]
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        asn1.decode_der(Held, bytes.fromhex("3008 3106 020102 020101"))


def test_elements_that_may_be_missing_do_not_stop_the_reader() -> None:
    """One that is never there would be found missing forever."""

    @asn1.sequence
    class Optional:
        numbers: list[int | None]

    @asn1.sequence
    class Defaulted:
        numbers: list[Annotated[int, asn1.Default(3)]]

    for cls in (Optional, Defaulted):
        assert asn1.decode_der(cls, bytes.fromhex("3005 3003 020101")).numbers == [1]
        with pytest.raises(ValueError, match=rf"UnexpectedTag.*at {cls.__name__}\.numbers\[0\]"):
            asn1.decode_der(cls, bytes.fromhex("3005 3003 0101ff"))
        with pytest.raises(ValueError, match="asn1 value"):
            asn1.decode_der(cls, bytes.fromhex("3003 3001 1f"))


def test_a_choice_with_the_same_tag_twice_is_refused_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="two alternatives of a CHOICE have the same tag"):

        @asn1.sequence
        class Twice:
            value: Annotated[int, asn1.Implicit(0)] | Annotated[str, asn1.Implicit(0)]

    with pytest.raises(TypeError, match="Universal 16"):

        @asn1.sequence
        class Sequences:
            value: Point | Everything

    with pytest.raises(TypeError, match="the same tag"):

        @asn1.sequence
        class Names:
            value: asn1.Variant[int, Literal["a"]] | asn1.Variant[int, Literal["b"]]

    @asn1.sequence
    class Rest:
        value: int | asn1.TLV

    assert asn1.decode_der(Rest, bytes.fromhex("3003 020105")).value == 5
    rest = asn1.decode_der(Rest, bytes.fromhex("3003 040161")).value
    assert isinstance(rest, asn1.TLV)
    assert bytes(rest.data) == b"a"


def test_lists_and_declared_classes_as_alternatives() -> None:
    @asn1.sequence
    class Either:
        value: (
            list[int] | Annotated[asn1.SetOf[int], asn1.Size(min=1, max=2)] | Annotated[Point, asn1.Implicit(0)] | None
        )

    for value in ([1], asn1.SetOf([1, 2]), None):
        assert asn1.decode_der(Either, asn1.encode_der(Either(value=value))).value == value
    point = asn1.decode_der(Either, asn1.encode_der(Either(value=Point(x=1, y=2)))).value
    assert isinstance(point, Point)
    with pytest.raises(ValueError, match=r"SET OF has size 3, expected size in \[1, 2\]"):
        asn1.encode_der(Either(value=asn1.SetOf([1, 2, 3])))
    with pytest.raises(ValueError, match="does not correspond to any of the variant types: got str"):
        asn1.encode_der(Either(value=typing.cast("Any", "text")))


def test_a_size_of_an_optional_field_is_that_of_its_value() -> None:
    @asn1.sequence
    class Sized:
        name: Annotated[str | None, asn1.Size(min=2, max=None)]

    assert asn1.decode_der(Sized, asn1.encode_der(Sized(name=None))).name is None
    assert asn1.decode_der(Sized, asn1.encode_der(Sized(name="ab"))).name == "ab"
    with pytest.raises(ValueError, match=r"UTF8String has size 1.*, at Sized\.name"):
        asn1.decode_der(Sized, bytes.fromhex("3003 0c0161"))


def test_a_field_of_the_wrong_class_is_a_type_error() -> None:
    for name in WHOLE.keys() - {"either", "optional", "default"}:
        wrong = {**WHOLE, name: 1.5}
        with pytest.raises(TypeError, match=rf"must be an instance of .*, got: float, at Everything\.{name}"):
            asn1.encode_der(Everything(**wrong))


def test_constructors_of_the_class_are_called_when_they_do_something() -> None:
    calls = []

    @asn1.sequence
    class Checked:
        number: int

        def __post_init__(self) -> None:
            calls.append(self.number)

    @asn1.sequence
    class Own:
        number: int

        def __init__(self, *, number: int) -> None:
            self.number = number + 1

    @asn1.sequence
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Frozen:
        number: int

    der = bytes.fromhex("3003 020105")
    asn1.decode_der(Checked, der)
    assert calls == [5]
    assert asn1.decode_der(Own, der).number == 6


def test_what_a_constructor_raises_comes_through() -> None:
    @asn1.sequence
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise LookupError("odd")

    @asn1.sequence
    class Outer:
        inner: Even

    with pytest.raises(LookupError, match="^odd$"):
        asn1.decode_der(Outer, bytes.fromhex("3005 3003 020105"))


def test_declarations_nest_to_a_limit() -> None:
    cls: Any = Point

    def around(inner: Any) -> Any:
        return asn1.sequence(type("Level", (), {"__annotations__": {"inner": inner}}))

    depth = 0
    while depth < 200:
        try:
            cls, depth = around(cls), depth + 1
        except TypeError:
            break
    with pytest.raises(TypeError, match="nest 128 types deep"):
        around(cls)
    value, der = Point(x=1, y=2), bytes.fromhex("3006020101020102")
    assert asn1.encode_der(value) == der
    deepest = cls
    levels = []
    while deepest is not Point:
        levels.append(deepest)
        deepest = deepest.__annotations__["inner"]
    for level in reversed(levels):
        value = level(inner=value)
    encoded = asn1.encode_der(value)
    assert asn1.encode_der(asn1.decode_der(cls, encoded)) == encoded


def test_declared_classes_are_collected() -> None:
    @asn1.sequence
    class Short:
        value: int | str

    assert asn1.decode_der(Short, asn1.encode_der(Short(value=1))).value == 1
    gone = weakref.ref(Short)
    del Short
    gc.collect()
    assert gone() is None


def test_times_are_kept_as_given_and_compared_as_moments() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    local = datetime.datetime(2024, 1, 1, 1, 30, tzinfo=zone)
    time = asn1.UTCTime(local)
    assert time.as_datetime() is local
    assert asn1.encode_der(time) == b"\x17\x0d231231233000Z"
    assert asn1.decode_der(asn1.UTCTime, asn1.encode_der(time)) == time
    assert hash(asn1.decode_der(asn1.UTCTime, asn1.encode_der(time))) == hash(time)
    assert asn1.decode_der(asn1.UTCTime, asn1.encode_der(time)).as_datetime() == local
    assert asn1.UTCTime(datetime.datetime(1950, 1, 1, tzinfo=UTC)).as_datetime().year == 1950
    assert asn1.decode_der(asn1.UTCTime, b"\x17\x0d500101000000Z").as_datetime().year == 1950
    early = asn1.GeneralizedTime(datetime.datetime(1, 1, 1, tzinfo=UTC))
    assert asn1.decode_der(asn1.GeneralizedTime, asn1.encode_der(early)).as_datetime().year == 1
    with pytest.raises(TypeError, match=r"datetime\.datetime"):
        asn1.UTCTime(typing.cast("Any", "2024"))


def test_a_tlv_keeps_what_it_was_read_from() -> None:
    tlv = asn1.decode_der(asn1.TLV, bytearray(b"\x9f\x81\x00\x02ab"))
    assert (tlv.tag_bytes, bytes(tlv.data)) == (b"\x9f\x81\x00", b"ab")
    assert tlv.data.readonly
    assert asn1.encode_der(tlv) == b"\x9f\x81\x00\x02ab"
    with pytest.raises(ValueError, match="UnexpectedTag"):
        tlv.parse(int)
    with pytest.raises(TypeError):
        asn1.TLV()  # only reading makes one


def test_value_sets_find_members_by_value() -> None:
    @asn1.value_set(int)
    class Version(enum.Enum):
        V1 = 0
        V3 = 2

    @asn1.sequence
    class Held:
        version: Annotated[Version, asn1.Explicit(0), asn1.Default(Version.V1)]

    assert asn1.encode_der(Held(version=Version.V1)) == b"\x30\x00"
    assert asn1.decode_der(Held, b"\x30\x00").version is Version.V1
    assert asn1.decode_der(Held, bytes.fromhex("3005 a003 020102")).version is Version.V3
    with pytest.raises(ValueError, match=r"1 is not a valid value for Version, at Held\.version"):
        asn1.decode_der(Held, bytes.fromhex("3005 a003 020101"))


def test_what_declares_no_type_is_a_type_error() -> None:
    for value in (1.5, [1], None, object()):
        with pytest.raises(TypeError, match="cannot handle type"):
            asn1.encode_der(value)
    with pytest.raises(TypeError, match="cannot handle type"):
        asn1.decode_der(float, b"\x05\x00")
    assert asn1.encode_der(asn1.SetOf([])) == b"\x31\x00"
    with pytest.raises(TypeError, match=r"must be an instance of int, got: str, at \[1\]"):
        asn1.encode_der(asn1.SetOf([1, "a"]))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases came with Python 3.12")
def test_type_aliases_stand_for_their_values() -> None:
    names: dict[str, Any] = {"asn1": asn1}
    source = """
        type Time = asn1.UTCTime | asn1.GeneralizedTime
        type Times = list[Time | None]

        @asn1.sequence
        class Held:
            times: Times
            last: Time | int
    """
    exec(textwrap.dedent(source), names)  # older versions cannot parse it
    encoded = asn1.encode_der(names["Held"](times=[WHOLE["utc"], WHOLE["general"]], last=1))
    assert asn1.decode_der(names["Held"], encoded).times == [WHOLE["utc"], WHOLE["general"]]
