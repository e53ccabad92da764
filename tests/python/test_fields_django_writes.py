"""Whatever way a write is spelled, what Django stores in our columns came out of the cipher, or
nothing is stored.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldError
from django.db import connections, models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, OuterRef, Subquery, Value, When
from django.db.models.expressions import Col, RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.db.models.sql import InsertQuery
from django_models import Counted, Customer, Everything, RecoveryCode, raw
from ironlatch.fields import django as ours
from ironlatch.fields._tokens import TokenBytes
from ironlatch.fields.django import BlindIndexField, SealedValue, StoredValue
from ironlatch.fields.django._writes import _PROVEN, prove_hooks
from ironlatch.keyring import Keyring

pytest_plugins = ["django_models"]

SECRET = "hunter2"
REFUSED = (FieldError, TypeError, ValueError, AttributeError)  # the last is how Django fails on a Case in an INSERT


class Sly(Value):
    """The written values are not the ones that are looked at."""

    def as_sql(self, compiler: object, connection: object) -> tuple[str, list]:
        return "%s", [SECRET]


class SlyCase(Case):
    def as_sql(self, compiler: object, connection: object, **options: object) -> tuple[str, list]:
        return "%s", [SECRET]


class Unresolved:
    """Has only one of the two methods of an expression."""

    def resolve_expression(self, *arguments: object, **options: object) -> object:
        return Value(SECRET)


def field(name: str) -> models.Field:
    return Customer._meta.get_field(name)


EXPRESSIONS: dict[str, Callable[[str], object]] = {
    "value": lambda name: Value(SECRET),
    "value of a text": lambda name: Value(SECRET, output_field=models.TextField()),
    "value of bytes": lambda name: Value(SECRET.encode(), output_field=models.BinaryField()),
    "value of another encrypted field": lambda name: Value(SECRET, output_field=field("phone")),
    "value within a value": lambda name: Value(Value(SECRET), output_field=field(name)),
    "F within a value": lambda name: Value(F("name"), output_field=field(name)),
    "derived from a value": lambda name: Sly(SECRET, output_field=field(name)),
    "derived from Case": lambda name: SlyCase(
        default=Value(SECRET, output_field=field(name)), output_field=field(name)
    ),
    "F": lambda name: F("name"),
    "F of another encrypted field": lambda name: F("phone"),
    "F of itself": lambda name: F(name),
    "function": lambda name: Lower("name"),
    "function of a value": lambda name: Lower(Value(SECRET)),
    "concatenated": lambda name: Concat(F("name"), Value(SECRET)),
    "coalesce": lambda name: Coalesce(F("name"), Value(SECRET)),
    "any function": lambda name: Func(Value(SECRET), function="UPPER", output_field=field(name)),
    "cast": lambda name: Cast(Value(SECRET), output_field=field(name)),
    "wrapped": lambda name: ExpressionWrapper(Value(SECRET), output_field=field(name)),
    "case": lambda name: Case(When(pk=1, then=Value(SECRET)), default=Value(None), output_field=field(name)),
    "default of a case": lambda name: Case(
        When(pk=1, then=Value(None)), default=Value(SECRET), output_field=field(name)
    ),
    "case in a cast": lambda name: Cast(Case(When(pk=1, then=F("name"))), output_field=field(name)),
    "subquery": lambda name: Subquery(Customer.objects.values("name")[:1]),
    "subquery of itself": lambda name: Subquery(Customer.objects.filter(pk=OuterRef("pk")).values(name)[:1]),
    "exists": lambda name: Exists(Customer.objects.all()),
    "raw": lambda name: RawSQL("%s", [SECRET]),
    "column": lambda name: Col("shop_customer", field("name")),
    "combined": lambda name: Value(SECRET) + Value("x"),
    "unresolved": lambda name: Unresolved(),
}


def refused(write: Callable[[], object], errors: tuple = REFUSED) -> None:
    before = everything()
    with pytest.raises(errors) as caught:
        write()
    if not isinstance(caught.value, ValueError):  # Django's own for INSERT, which names the expression
        assert SECRET not in str(caught.value)
    assert everything() == before
    assert SECRET not in before


def everything() -> str:
    found: list[bytes] = []
    for model in (Customer, RecoveryCode, Everything):
        with connections["default"].cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY id')
            for row in cursor.fetchall():
                found += [bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row]
    return b"\n".join(found).decode("latin-1")


@pytest.mark.parametrize("spelling", EXPRESSIONS)
@pytest.mark.parametrize("name", ["email", "email_index", "badge_index"])
def test_expressions_are_refused(db: str, name: str, spelling: str) -> None:
    one = Customer.objects.create(id=1, name="x", email="a@example.com", phone="1", badge=5)
    value = EXPRESSIONS[spelling](name)
    others = {"email": {"email_index": None}, "email_index": {"email": "x"}, "badge_index": {"badge": 5}}[name]
    refused(lambda: Customer.objects.update(**{name: value}, **others))
    refused(lambda: Customer.objects.filter(pk=1).update(**{name: value}))
    refused(lambda: Customer.objects.update(name="y", **{name: value}))
    if name == "email":
        refused(lambda: Customer.objects.create(id=2, email=value))
        refused(lambda: Customer.objects.bulk_create([Customer(id=2, email="y"), Customer(id=3, email=value)]))
        refused(lambda: Customer.objects.update_or_create(id=1, defaults={"email": value}))
        refused(lambda: Customer.objects.get_or_create(id=3, defaults={"email": value}))
        refused(
            lambda: Customer.objects.bulk_create(
                [Customer(id=1, email=value)],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["email", "email_index"],
            )
        )
        one.email = value
        refused(one.save)
        refused(lambda: one.save(update_fields=["email", "email_index"]))
        refused(lambda: Customer.objects.bulk_update([one], ["email", "email_index"]))
        refused(lambda: models.Model.save_base(one, raw=True))


def test_our_own_values_pass(db: str) -> None:
    Customer.objects.create(id=1, email="old@example.com")
    email, index = field("email"), field("email_index")
    for number, wrap in enumerate(
        (
            lambda value, of: value,
            lambda value, of: Value(value, output_field=of),
            lambda value, of: Case(When(pk=1, then=Value(value, output_field=of)), output_field=of),
            lambda value, of: Cast(Case(default=Value(value, output_field=of), output_field=of), output_field=of),
        )
    ):
        address = f"{number}@example.com"
        Customer.objects.update(email=wrap(address, email), email_index=wrap(address, index))
        assert Customer.objects.get(email_index=address).email == address
        assert b"example" not in raw(Customer, "email")[0]
    Customer.objects.update(email=Value(None), email_index=Value(None))
    assert Customer.objects.filter(email=None, email_index=None).exists()
    token = index.token("x@example.com")
    Customer.objects.update(email="x@example.com", email_index=token)
    assert Customer.objects.get(email_index="x@example.com").email == "x@example.com"


def test_the_index_is_set_to_the_same_value(db: str) -> None:
    Customer.objects.create(id=1, email="old@example.com")
    for email, index in (("a@example.com", "b@example.com"), (None, "b@example.com"), ("a@example.com", None)):
        refused(lambda email=email, index=index: Customer.objects.update(email=email, email_index=index))
        refused(
            lambda email=email, index=index: Customer.objects.update(
                email=Value(email, output_field=field("email")),
                email_index=Value(index, output_field=field("email_index")),
            )
        )
    Customer.objects.update(email="a@example.com", email_index=" A@Example.com")  # which is the same to the index
    assert Customer.objects.get(email_index="a@example.com").email == "a@example.com"


def test_bytes_and_numbers_are_values_to_the_index(db: str) -> None:
    Customer.objects.create(id=1, badge=5)
    Customer.objects.update(badge=4711, badge_index=4711)
    assert raw(Customer, "badge_index") != [4711]
    assert Customer.objects.get(badge_index=4711).badge == 4711
    refused(lambda: Customer.objects.update(email="a@example.com", email_index=SECRET.encode()))
    refused(lambda: Customer.objects.update(badge=4711, badge_index=TokenBytes(b"hunter2")))


def test_stored_values_come_from_the_cipher_of_their_field(db: str) -> None:
    first = RecoveryCode.objects.create(code="1111")
    code = RecoveryCode._meta.get_field("code")
    token = RecoveryCode._meta.get_field("code_index").token("x")
    for plain in (SECRET.encode(), b"\xc1hunter2", "ilf1.hunter2", SECRET, b""):
        refused(lambda plain=plain: RecoveryCode.objects.update(code=StoredValue(code, plain), code_index=token))
        refused(lambda plain=plain: Everything.objects.create(text=StoredValue(code, plain)))
    stored = RecoveryCode.objects.values_list("code", flat=True).get()
    sealed = code.seal(stored.decrypt(first.id), first.id)
    note = RecoveryCode._meta.get_field("note")
    for value in (
        stored,  # of the table, where anybody may have put it
        StoredValue(code, stored.stored[:5] + b"PLAINTEXT" * 6),
        StoredValue(code, sealed.stored),
        copy.copy(sealed),
        copy.deepcopy(sealed),
        pickle.loads(pickle.dumps(sealed)),
        note.seal({"a": SECRET}, first.id),
        Everything._meta.get_field("text").seal(SECRET),
        type("Sly", (SealedValue,), {})(code, SECRET, first.id),
    ):
        refused(lambda value=value: RecoveryCode.objects.update(code=value, code_index=token))
        refused(lambda value=value: RecoveryCode.objects.update(code=Value(value, output_field=code), code_index=token))
    refused(lambda: RecoveryCode.objects.update(code=sealed, code_index="2222"))
    with pytest.raises(AttributeError):
        sealed.stored = SECRET.encode()
    RecoveryCode.objects.update(code=sealed, code_index="1111")
    assert RecoveryCode.objects.get(code_index="1111").code == "1111"
    RecoveryCode.objects.update(note=note.seal({"a": 1}, str(first.id)))
    assert RecoveryCode.objects.get(id=first.id).note == {"a": 1}
    text = Everything._meta.get_field("text")
    Everything.objects.create(id=1)
    Everything.objects.update(text=text.seal("x"))
    assert Everything.objects.get().text == "x"
    assert code.seal(None, first.id) is None
    for wrong in (lambda: code.seal("x"), lambda: text.seal("x", 1)):
        with pytest.raises(FieldError, match="bound to its row"):
            wrong()


def test_a_primary_key_is_not_set_without_what_is_bound_to_it(db: str) -> None:
    first = RecoveryCode.objects.create(code="1111", note={"a": 1})
    Counted.objects.bulk_create([Counted(id=1, value="x")])
    code, note = (RecoveryCode._meta.get_field(name) for name in ("code", "note"))
    new, other = uuid.uuid4(), uuid.uuid4()
    along = {"code": code.seal("1111", new), "code_index": "1111"}
    for values in (
        {"id": new},
        {"owner": "x", "id": new},
        {"id": Value(new, output_field=RecoveryCode._meta.pk)},
        {"id": F("id")},
        {"id": new, **along},  # The note stays behind.
        {"id": other, **along, "note": None},
        {"id": F("id"), **along, "note": None},
    ):
        refused(lambda values=values: RecoveryCode.objects.update(**values), (FieldError,))
    refused(lambda: Counted.objects.update(id=2), (FieldError,))
    assert RecoveryCode.objects.get(id=first.id).code == "1111"
    RecoveryCode.objects.update(owner="x")
    RecoveryCode.objects.update(id=str(new), **along, note=note.seal({"a": 1}, new))
    found = RecoveryCode.objects.get(code_index="1111")
    assert (found.id, found.code, found.note) == (new, "1111", {"a": 1})
    RecoveryCode.objects.update(id=other, code=code.seal("2222", other), code_index="2222", note=None)
    assert RecoveryCode.objects.get(id=other).code == "2222"


def test_raw_saves_encrypt(db: str) -> None:
    customer = Customer(id=1, email=SECRET)
    models.Model.save_base(customer, raw=True)
    assert Customer.objects.get(email_index=SECRET).email == SECRET
    refused(lambda: models.Model.save_base(RecoveryCode(code=SECRET), raw=True))
    assert SECRET not in everything()


def test_fields_without_a_model_encrypt_nothing(ring: Keyring) -> None:
    connection = connections["default"]
    with pytest.raises(FieldError, match="belongs to no model"):
        ours.EncryptedTextField().get_db_prep_save(SECRET, connection)
    with pytest.raises(FieldError, match="belongs to no model"):
        ArrayField(ours.EncryptedTextField()).get_db_prep_save([SECRET], connection)
    with pytest.raises(FieldError, match="belongs to no model"):
        BlindIndexField(of="email", rows=5).get_db_prep_save(SECRET, connection)


def test_a_database_that_does_not_ask_the_fields_is_noticed(db: str) -> None:
    """Acts like a backend that renders values by itself, or a Django that renamed a method."""
    customer = field("email")
    real = connections["default"]

    def pretending(**changes: object) -> object:
        """A connection of another class, whose compilers have some methods changed."""

        def compiler(name: str) -> object:
            def make(query: object, connection: object, using: object, *options: object) -> object:
                made = real.ops.compiler(name)(query, real, using, *options)
                vars(made).update(changes)
                return made

            return make

        connection = type("Pretending", (type(real),), {})(real.settings_dict, "default")
        connection.ops = SimpleNamespace(compiler=compiler)
        return connection

    prove_hooks(customer, pretending())
    for changes in (
        {"prepare_value": lambda field, value: value},
        {"field_as_sql": lambda field, *others: ("%s", [others[-1]])},
        {"as_sql": lambda: ("INSERT", ())},
    ):
        connection = pretending(**changes)
        with pytest.raises(FieldError, match="writes values past the methods of their fields"):
            customer.get_db_prep_save(SECRET, connection)
        with pytest.raises(FieldError, match="writes values past the methods of their fields"):
            field("email_index").get_db_prep_save(SECRET, connection)
        assert type(connection) not in _PROVEN
    assert type(real) in _PROVEN or not Customer.objects.create(id=1, email="x")


def test_defaults_of_the_database_are_refused(db: str) -> None:
    if not hasattr(models.Field, "db_default") and "db_default" not in models.Field.__init__.__code__.co_varnames:
        pytest.skip("Django has db_default from 5.0 on")
    program = """
import django_project
django_project.configure()
from django.db import connection, models
from ironlatch.fields import django as ours
from ironlatch.keyring import Keyring
ring = Keyring.in_memory()
ring.create_key("customers")
django_project.OPTIONS["KEYRING"] = ring
class Bad(models.Model):
    text = ours.EncryptedTextField(db_default="hunter2", null=True)
    index = ours.BlindIndexField(of="text", bits=128)
    other = ours.BlindIndexField(of="text", bits=128, db_default=b"x")
    class Meta:
        app_label = "shop"
print(sorted({error.id for error in Bad.check()}))
for write in (lambda: Bad.objects.create(), lambda: Bad.objects.bulk_create([Bad()])):
    try:
        write()
    except Exception as error:
        print(type(error).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=__file__.rsplit("/", 1)[0], check=True
    )
    assert done.stdout.split("\n")[:3] == ["['ironlatch.E002', 'ironlatch.E014']", "FieldError", "FieldError"]


def test_queries_that_are_built_by_hand(db: str) -> None:
    query = InsertQuery(Customer)
    query.insert_values([field("email")], [SimpleNamespace(email=Value(SECRET))], raw=True)
    refused(lambda: query.get_compiler("default").execute_sql())
    query = InsertQuery(Counted)
    query.insert_values([Counted._meta.get_field("value")], [SimpleNamespace(value=SECRET)], raw=True)
    refused(lambda: query.get_compiler("default").execute_sql())
