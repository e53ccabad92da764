"""Encrypted fields and blind indexes in Django, on PostgreSQL and SQLite."""

from __future__ import annotations

import datetime
import json
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import IntegrityError, connections, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.forms import modelform_factory
from django.test import RequestFactory, override_settings
from django.test.utils import isolate_apps
from django_models import VALUES, Counted, Customer, Everything, First, RecoveryCode, Second, put, raw
from encrypted_fields import fields as theirs
from ironlatch.fields import FieldCipher, MalformedValue, Tampered, WrongType
from ironlatch.fields import django as ours
from ironlatch.fields.django import BlindIndexField, StoredValue, keyring, matching
from ironlatch.fields.legacy import UnreadableLegacyValue
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey

pytest_plugins = ["django_models"]


def test_every_type(db: str) -> None:
    Everything.objects.create(id=1, **VALUES)
    Everything.objects.create(id=2)
    full, empty = Everything.objects.order_by("id")
    for name, value in VALUES.items():
        read = getattr(full, name)
        assert read == value
        assert isinstance(read, type(value))
        assert getattr(empty, name) is None
        stored, nothing = raw(Everything, name)
        assert stored[0] == 0xC1
        assert nothing is None
    assert Everything.objects.filter(id=1).values(*VALUES).get() == VALUES
    assert Everything.objects.values_list("text", flat=True).get(id=1) == "Grüße"
    assert list(Everything.objects.filter(text=None).values_list("id", flat=True)) == [2]
    assert list(Everything.objects.filter(text__isnull=False).values_list("id", flat=True)) == [1]
    assert list(Everything.objects.exclude(text=None).values_list("id", flat=True)) == [1]
    assert Everything.objects.only("id").get(id=1).document == VALUES["document"]
    assert Everything.objects.defer("text").get(id=1).text == "Grüße"


def test_find_by_blind_index(db: str) -> None:
    Customer.objects.bulk_create([Customer(id=n, email=f"user{n}@example.com", badge=n) for n in range(1, 65)])
    Customer.objects.create(id=65)
    assert all(len(token) == 1 for token in raw(Customer, "email_index")[:64])
    assert raw(Customer, "email_index")[64] is None
    found = Customer.objects.filter(email_index="USER7@Example.com")
    assert 1 < len(found) < 64  # a token is shared, which is its point
    assert [customer.id for customer in matching(found, email="User7@example.com")] == [7]
    assert {1, 2} <= set(
        Customer.objects.filter(email_index__in=["user1@example.com", "user2@example.com"]).values_list("id", flat=True)
    )
    assert not Customer.objects.filter(email_index__in=[]).exists()
    assert Customer.objects.filter(email_index=None).get().id == 65
    assert 7 not in Customer.objects.exclude(email_index="user7@example.com").values_list("id", flat=True)
    assert 5 in Customer.objects.filter(badge_index=5).values_list("id", flat=True)
    assert Customer.objects.filter(Q(email_index="user3@example.com") & Q(id=3)).get().email == "user3@example.com"
    for lookup in ("email_index__contains", "email_index__lt", "email_index__length"):
        with pytest.raises(FieldError, match="answers exact, in and isnull"):
            Customer.objects.filter(**{lookup: "x"})
    with pytest.raises(FieldError, match="compared with values"):
        Customer.objects.filter(email_index=F("phone_token"))
    with pytest.raises(FieldError, match="no blind index"):
        matching([Customer(country="gb")], country="gb")


def test_what_matches_is_found_while_the_key_is_rotated(
    db: str, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    Customer.objects.bulk_create([Customer(id=n, email="ada@example.com") for n in range(1, 4)])
    Customer.objects.create(id=4, email="bob@example.com")
    tokens = BlindIndexField.whole_tokens

    def then_rotate(field: BlindIndexField, value: object) -> object:
        made = tokens(field, value)
        ring.rotate("customers")
        return made

    monkeypatch.setattr(BlindIndexField, "whole_tokens", then_rotate)
    assert {customer.id for customer in matching(Customer.objects.all(), email="ada@example.com")} == {1, 2, 3}


def test_whole_tokens_and_deterministic_values(db: str, ring: Keyring) -> None:
    Customer.objects.bulk_create(
        [
            Customer(id=n, phone=f"+44 {n}", country="gb" if n % 2 else "de", city="ulm" if n % 2 else "bonn")
            for n in range(1, 6)
        ]
    )
    ring.rotate("customers")
    Customer.objects.create(id=6, phone="+44 6", country="gb", city="ulm")
    assert Customer.objects.get(phone_token="+44 1").id == 1
    assert set(Customer.objects.filter(phone_token__in=["+44 2", "+44 6"]).values_list("id", flat=True)) == {2, 6}
    with pytest.raises(IntegrityError):
        Customer.objects.create(id=7, phone="+44 6")
    connections["default"].close() if db == "postgresql" else None
    for lookup in ({"country": "gb"}, {"country__in": ["gb", "fr"]}, {"city": "ulm"}):
        assert set(Customer.objects.filter(**lookup).values_list("id", flat=True)) == {1, 3, 5, 6}
    assert set(Customer.objects.exclude(country="gb").values_list("id", flat=True)) == {2, 4}
    with pytest.raises(FieldError, match="country__startswith"):
        Customer.objects.filter(country__startswith="g")


def test_lookups_that_the_database_cannot_answer(ring: Keyring) -> None:
    for lookup in (
        "email",
        "email__exact",
        "email__iexact",
        "email__contains",
        "email__in",
        "email__gt",
        "email__regex",
    ):
        with pytest.raises(
            FieldError, match="is encrypted, so the database cannot answer.*look for values with email_index"
        ):
            Customer.objects.filter(**{lookup: "x"})
    for lookup in ("moment__year", "moment__year__gt", "document__a", "number__lt", "text"):
        with pytest.raises(FieldError, match=r"is encrypted.*add a BlindIndexField\(of="):
            Everything.objects.filter(**{lookup: 5})
    with pytest.raises(FieldError, match="is encrypted"):
        Everything.objects.filter(text=F("url"))


def test_every_way_to_write_keeps_the_index_in_step(db: str) -> None:
    def check() -> None:
        index, token = Customer._meta.get_field("email_index"), Customer._meta.get_field("phone_token")
        for customer, stored, whole in zip(
            Customer.objects.order_by("id"), raw(Customer, "email_index"), raw(Customer, "phone_token"), strict=True
        ):
            assert stored == index.token(customer.email), customer.id
            assert whole == token.token(customer.phone), customer.id

    customer = Customer(id=1, email="a@example.com", phone="1")
    customer.save()
    customer.email = "b@example.com"
    customer.save()
    check()
    customer.email, customer.name = None, "x"
    customer.save(update_fields=["email", "email_index", "name"])
    check()
    customer.email = "c@example.com"
    with pytest.raises(FieldError, match="set email_index together with email"):
        customer.save(update_fields=["email"])
    customer.save(update_fields=["name"])
    check()
    Customer.objects.bulk_create([Customer(id=n, email=f"{n}@example.com") for n in (2, 3)])
    many = list(Customer.objects.filter(id__in=[2, 3]))
    for each in many:
        each.email = f"new{each.id}@example.com"
    with pytest.raises(FieldError, match="set email_index together with email"):
        Customer.objects.bulk_update(many, ["email"])
    assert Customer.objects.bulk_update(many, ["email", "email_index", "phone", "phone_token"]) == 2
    check()
    assert Customer.objects.get(id=2).email == "new2@example.com"
    with pytest.raises(FieldError, match="set email_index together with email"):
        Customer.objects.filter(id=2).update(email="z@example.com")
    Customer.objects.filter(id=2).update(email="z@example.com", email_index="z@example.com", phone="9", phone_token="9")
    check()
    assert Customer.objects.get(id=2).phone == "9"
    Customer.objects.filter(id=2).update(email=None, email_index=None, name="y")
    check()
    Customer.objects.update_or_create(id=2, defaults={"email": "q@example.com"})
    assert Customer.objects.get(id=2).email == "q@example.com"
    Customer.objects.update_or_create(id=5, defaults={"email": "r@example.com"})
    Customer.objects.get_or_create(id=4, defaults={"email": "r@example.com"})
    check()
    partly = Customer.objects.defer("email").get(id=2)
    partly.name = "only this"
    partly.save()
    check()
    with pytest.raises(FieldError, match="set email_index together with email"):
        Customer.objects.bulk_create(
            [Customer(id=2, email="x")], update_conflicts=True, unique_fields=["id"], update_fields=["email"]
        )
    Customer.objects.bulk_create(
        [Customer(id=2, email="up@example.com")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["email", "email_index"],
    )
    assert Customer.objects.get(id=2).email == "up@example.com"
    check()


def test_a_blind_index_is_not_written_without_its_field(db: str) -> None:
    customer = Customer.objects.create(id=1, email="a@example.com")
    with pytest.raises(FieldError, match="set email together with email_index"):
        customer.save(update_fields=["email_index"])
    with pytest.raises(FieldError, match="set email together with email_index"):
        Customer.objects.update(email_index="b@example.com")
    with pytest.raises(FieldError, match="set email together with email_index"):
        Customer.objects.bulk_update([customer], ["email_index"])
    partly = Customer.objects.defer("email").get(id=1)
    keyring().rotate("customers")
    partly.name = "new"
    partly.save()
    assert Customer.objects.get(email_index="a@example.com", name="new").email == "a@example.com"


def test_sql_does_not_compute_what_is_encrypted(db: str) -> None:
    Everything.objects.create(id=1, text="x", url="https://example.com/")
    for value in (F("url"), Lower("url"), Concat("url", Value("x")), Value("x", output_field=models.TextField())):
        with pytest.raises(FieldError, match="cannot compute its value"):
            Everything.objects.update(text=value)
        with pytest.raises((FieldError, ValueError), match="cannot compute its value|can only be used to update"):
            Everything.objects.create(id=2, text=value)
        one = Everything.objects.get(id=1)
        one.text = value
        with pytest.raises(FieldError, match="cannot compute its value"):
            one.save()
    with pytest.raises(FieldError, match="cannot compute its value"):
        Customer(id=1, email=F("phone")).save()
    assert Everything.objects.get().text == "x"
    Everything.objects.update(text=Value(None))
    assert Everything.objects.get().text is None


def test_faults(db: str, ring: Keyring) -> None:
    Customer.objects.create(id=1, email="a@example.com", phone="1")
    (email,), (phone,) = raw(Customer, "email"), raw(Customer, "phone")

    def cipher(
        table: str = "shop_customer", column: str = "email", type: type = str, ring: Keyring = ring
    ) -> FieldCipher:
        return FieldCipher(ring["customers"], table=table, column=column, type=type)

    def read(stored: object, field: str = "email") -> object:
        put(Customer, field, stored)
        return getattr(Customer.objects.get(id=1), field)

    flipped = email[:-1] + bytes([email[-1] ^ 1])
    for stored in (
        flipped,
        email[:-1],
        cipher(table="supplier").encrypt("a"),
        cipher(column="phone_number").encrypt("a"),
    ):
        with pytest.raises(Tampered):
            read(stored)
    for stored in (email[:9], b"", b"plain"):
        with pytest.raises(MalformedValue):
            read(stored)
    for stored in ("", "plain", "ilf1.", phone[:-1] + "!"):
        with pytest.raises(MalformedValue):
            read(stored, "phone")
    put(Customer, "phone", phone)
    with pytest.raises(WrongType):
        read(cipher(type=int).encrypt(5))
    stranger = Keyring.in_memory()
    stranger.create_key("customers")
    with pytest.raises(UnknownKey):
        read(cipher(ring=stranger).encrypt("a"))
    assert read(email) == "a@example.com"
    old = ring["customers"].primary.id
    ring.rotate("customers")
    assert read(email) == "a@example.com"
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled):
        read(email)
    ring.destroy("customers", old)
    with pytest.raises(KeyDestroyed):
        read(email)


def test_a_wrong_value_is_not_shown(db: str) -> None:
    for values in (
        {"number": "hunter2"},
        {"amount": "hunter2"},
        {"moment": "hunter2"},
        {"identifier": "hunter2"},
        {"flag": "hunter2"},
        {"blob": "hunter2"},
    ):
        with pytest.raises(TypeError, match="holds another type") as caught:
            Everything.objects.create(**values)
        assert "hunter2" not in str(caught.value)
        with pytest.raises(TypeError):
            Everything.objects.update(**values)
    assert not Everything.objects.exists()
    with pytest.raises(ValidationError):
        Customer(email="no address").full_clean()
    with pytest.raises(ValidationError):
        Customer(email="a@example.com", phone="5" * 21).full_clean(exclude=["name"])


def test_row_bound(db: str) -> None:
    first = RecoveryCode.objects.create(code="1111", note={"a": 1})
    second = RecoveryCode(code="2222")
    assert second.code == "2222"
    second.save()
    read = RecoveryCode.objects.get(code_index="2222")
    assert (read.id, read.code, read.note, read.owner) == (second.id, "2222", None, "ada")
    assert RecoveryCode.objects.get(id=str(first.id)).note == {"a": 1}
    assert RecoveryCode.objects.only("owner").get(id=first.id).code == "1111"
    read.code = "3333"
    read.save()
    assert RecoveryCode.objects.get(id=second.id).code == "3333"
    read.refresh_from_db()
    assert read.code == "3333"
    as_text = RecoveryCode(id=str(first.id), code="4444")
    as_text._state.adding = False
    as_text.save(force_update=True)
    assert RecoveryCode.objects.get(id=first.id).code == "4444"
    third, fourth = RecoveryCode(code="5555"), RecoveryCode(code="6666")
    RecoveryCode.objects.bulk_create([third, fourth])
    assert RecoveryCode.objects.get(code_index="6666").id == fourth.id
    again = RecoveryCode(id=third.id, code="5555")
    upsert = {"update_conflicts": True, "update_fields": ["code", "code_index"]}
    with pytest.raises(FieldError, match="primary key alone"):
        RecoveryCode.objects.bulk_create([again], unique_fields=["owner"], **upsert)
    RecoveryCode.objects.bulk_create([again], unique_fields=["id"], **upsert)
    assert RecoveryCode.objects.get(id=third.id).code == "5555"
    stored = RecoveryCode.objects.values_list("code", flat=True).get(id=third.id)
    assert isinstance(stored, StoredValue)
    assert "5555" not in repr(stored)
    assert stored.decrypt(third.id) == "5555"
    with pytest.raises(Tampered):
        stored.decrypt(fourth.id)
    with pytest.raises(FieldError, match="use save"):
        RecoveryCode.objects.update(code="x", code_index="x")
    with pytest.raises(FieldError, match="use save"):
        RecoveryCode.objects.bulk_update([third], ["code", "code_index"])
    with pytest.raises(FieldError, match=r"uuid4"):
        Counted.objects.create(value="x")
    Counted.objects.create(value=None)
    Counted.objects.create(id=50, value="x")
    assert Counted.objects.get(id=50).value == "x"


def test_row_bound_values_do_not_move(db: str) -> None:
    first, second = (RecoveryCode.objects.create(code=code) for code in ("1111", "2222"))
    stored = dict(RecoveryCode.objects.values_list("id", "code"))
    put(RecoveryCode, "code", stored[first.id].stored, second.id)
    moved = RecoveryCode.objects.get(id=second.id)
    with pytest.raises(Tampered):
        moved.code  # noqa: B018
    with pytest.raises(Tampered):
        moved.save()
    assert RecoveryCode.objects.get(id=first.id).code == "1111"
    copied = RecoveryCode.objects.get(id=first.id)
    copied.pk = uuid.uuid4()
    with pytest.raises(Tampered):  # rather than a row whose value never opens
        copied.save()


def test_abstract_models_bind_to_the_tables_that_inherit_them(db: str) -> None:
    First.objects.create(id=1)
    Second.objects.create(id=1)
    assert (datetime.datetime.now(datetime.UTC) - First.objects.get().stamped).total_seconds() < 60
    put(Second, "stamped", raw(First, "stamped")[0])
    with pytest.raises(Tampered):
        Second.objects.get()


def test_migrations_carry_names_and_no_secret(ring: Keyring) -> None:
    for model in (Customer, Everything, RecoveryCode):
        for field in model._meta.local_fields:
            _, path, args, kwargs = field.deconstruct()
            assert not path.startswith("ironlatch.fields.django._")
            copy = type(field)(*args, **kwargs)
            assert copy.deconstruct()[1:] == (path, args, kwargs)
    code = "\n".join(MigrationWriter.serialize(field)[0] for field in Customer._meta.local_fields)
    assert "ironlatch.fields.django.EncryptedEmailField(max_length=254, null=True)" in code
    assert "ironlatch.fields.django.BlindIndexField(normalize='text', of='email', rows=16)" in code
    assert "deterministic=True" in code

    def state(*models: type[models.Model]) -> ProjectState:
        state = ProjectState()
        for model in models:
            state.add_model(ModelState.from_model(model))
        return state

    changes = MigrationAutodetector(state(), state(Customer))._detect_changes()
    assert len(changes["shop"]) == 1
    assert MigrationAutodetector(state(Customer), state(Customer))._detect_changes() == {}
    after = state(Customer)
    historical = after.apps.get_model("shop", "Customer")
    assert historical._meta.get_field("email").cipher.table == "shop_customer"


def test_historical_models_read_and_write(db: str) -> None:
    Customer.objects.create(id=1, email="a@example.com")
    state = ProjectState()
    state.add_model(ModelState.from_model(Customer))
    historical = state.apps.get_model("shop", "Customer")
    assert historical.objects.get(id=1).email == "a@example.com"
    historical.objects.create(id=2, email="b@example.com")
    assert matching(Customer.objects.filter(email_index="b@example.com"), email="b@example.com")[0].id == 2


def test_forms_and_fixtures(db: str) -> None:
    form = modelform_factory(Customer, fields=["name", "email", "phone", "badge"])
    assert form({"name": "x", "email": "no address", "badge": "x"}).errors.keys() >= {"email", "badge"}
    customer = form({"name": "x", "email": "a@example.com", "phone": "1", "badge": "7"}).save()
    assert Customer.objects.get(email_index="a@example.com").badge == 7
    assert form(instance=customer)["email"].value() == "a@example.com"
    dump = serializers.serialize("json", Customer.objects.all())
    assert json.loads(dump)[0]["fields"]["email"] == "a@example.com"  # in the clear, as the page says
    assert "email_index" not in dump
    Customer.objects.all().delete()
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    assert matching(Customer.objects.filter(email_index="a@example.com"), email="a@example.com")[0].badge == 7


def test_the_admin_searches_by_the_index(db: str) -> None:
    class Admin(ModelAdmin):
        search_fields = ["=email_index"]

    for n in range(1, 65):
        Customer.objects.create(id=n, email=f"user{n}@example.com")
    admin = Admin(Customer, AdminSite())
    found, _ = admin.get_search_results(RequestFactory().get("/"), Customer.objects.all(), "User7@example.com")
    assert 7 in {customer.id for customer in found}
    assert len(found) < 64


def test_what_the_system_checks_refuse(ring: Keyring) -> None:
    with isolate_apps("django.contrib.auth"):

        class Bad(models.Model):
            a = ours.EncryptedTextField(unique=True)
            b = ours.EncryptedTextField(db_index=True)
            c = ours.EncryptedTextField(bind_row=True)
            e = BlindIndexField(of="missing", rows=5)
            f = BlindIndexField(of="a")
            g = BlindIndexField(of="a", rows=5, unique=True)
            h = ours.EncryptedTextField(bind_row=True, deterministic=True)

            class Meta:
                app_label = "auth"

        found = {(error.obj.name, error.id) for error in Bad.check() if error.id.startswith("ironlatch")}
        assert found == {
            ("a", "ironlatch.E001"),
            ("b", "ironlatch.E001"),
            ("c", "ironlatch.E003"),
            ("e", "ironlatch.E012"),
            ("f", "ironlatch.E011"),
            ("g", "ironlatch.E013"),
            ("h", "ironlatch.E003"),
            ("h", "ironlatch.E004"),
        }
    for model in (Customer, Everything, RecoveryCode):
        assert [error for error in model.check() if error.id.startswith("ironlatch")] == []


def test_settings(ring: Keyring) -> None:
    field = ours.EncryptedTextField()
    field.set_attributes_from_name("x")
    field.model = SimpleNamespace(_meta=SimpleNamespace(db_table="t"))
    for options, message in (
        ({}, "KEYRING is missing"),
        ({"KEYRING": ring}, "KEY is missing"),
        ({"KEYRING": dict, "KEY": "x"}, "gives a dict, no Keyring"),
    ):
        with override_settings(IRONLATCH=options), pytest.raises(ImproperlyConfigured, match=message):
            field.cipher  # noqa: B018
    for given in (ring, lambda: ring):
        with override_settings(IRONLATCH={"KEYRING": given, "KEY": "customers"}):
            assert field.cipher.decrypt(field.cipher.encrypt("x")) == "x"
            del field.__dict__["cipher"]
    with override_settings(IRONLATCH={"KEYRING": f"{__name__}.made", "KEY": "customers"}):
        assert keyring()["customers"].name == "customers"
    other = ours.EncryptedTextField(key="suppliers", bind_table="old_t", bind_column="old_x")
    other.set_attributes_from_name("x")
    ring.create_key("suppliers")
    assert (
        other.cipher.decrypt(FieldCipher(ring["suppliers"], table="old_t", column="old_x", type=str).encrypt("x"))
        == "x"
    )


def made() -> Keyring:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


def test_moving_from_django_fernet_encrypted_fields(db: str, ring: Keyring) -> None:
    with isolate_apps("django.contrib.auth"):

        class Before(models.Model):
            text = theirs.EncryptedTextField(null=True)
            number = theirs.EncryptedIntegerField(null=True)
            day = theirs.EncryptedDateField(null=True)

            class Meta:
                app_label = "auth"
                db_table = "moving"

        class After(models.Model):
            text = ours.EncryptedTextField(null=True, text=True, legacy="django-fernet-encrypted-fields")
            text_token = BlindIndexField(of="text", bits=128)
            number = ours.EncryptedIntegerField(null=True, text=True, legacy="django-fernet-encrypted-fields")
            day = ours.EncryptedDateField(null=True, text=True, legacy="django-fernet-encrypted-fields")

            class Meta:
                app_label = "auth"
                db_table = "moving"

        day = datetime.date(1815, 12, 10)
        with connections["default"].schema_editor() as editor:
            editor.create_model(Before)
        Before.objects.create(id=1, text="Grüße", number=1815, day=day)
        Before.objects.create(id=2)
        with connections["default"].schema_editor() as editor:
            for name in ("text", "number", "day"):  # what the migration does: nothing, the column stays text
                editor.alter_field(Before, Before._meta.get_field(name), After._meta.get_field(name))
            editor.add_field(After, After._meta.get_field("text_token"))
        old, empty = After.objects.order_by("id")
        assert (old.text, old.number, old.day, empty.text) == ("Grüße", 1815, day, None)
        assert raw(After, "text")[0].startswith("gAAAA")
        waiting = After.objects.filter(text_token=None).exclude(text=None)
        while batch := waiting[:500]:
            for each in batch:
                each.save(update_fields=["text", "text_token", "number"])
        assert raw(After, "text")[0].startswith("ilf1.")
        assert raw(After, "number")[0].startswith("ilf1.")
        assert After.objects.get(text_token="Grüße").number == 1815
        with override_settings(SALT_KEY="lost"):
            vars(Before._meta.get_field("text")).pop("keys", None)
            vars(Before._meta.get_field("text")).pop("f", None)
            Before.objects.filter(id=2).update(text="written under another salt")
        with pytest.raises(UnreadableLegacyValue, match="salt key"):
            After.objects.get(id=2)


def test_moving_from_plain_text(db: str, ring: Keyring) -> None:
    with isolate_apps("django.contrib.auth"):

        class Plain(models.Model):
            text = ours.EncryptedTextField(text=True, legacy="plain")

            class Meta:
                app_label = "auth"

        with connections["default"].schema_editor() as editor:
            editor.create_model(Plain)
        Plain.objects.create(id=1, text="new")
        Plain.objects.create(id=2, text="x")
        put(Plain, "text", "old", 2)
        assert list(Plain.objects.order_by("id").values_list("text", flat=True)) == ["new", "old"]


def test_children_of_a_model_with_bound_rows(db: str) -> None:
    class Place(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        code = ours.EncryptedTextField(bind_row=True)
        code_token = BlindIndexField(of="code", bits=128)

        class Meta:
            app_label = "auth"

    class Shop(Place):
        owner = ours.EncryptedTextField(bind_row=True)

        class Meta:
            app_label = "auth"

    with connections["default"].schema_editor() as editor:
        editor.create_model(Place)
        editor.create_model(Shop)
    made = Shop.objects.create(code="a", owner="ada")
    assert made.pk == made.id
    given = uuid.uuid4()
    Shop.objects.create(id=given, code="b", owner="bob")
    for shop in (made, Shop.objects.get(code_token="a")):
        assert (shop.code, shop.owner) == ("a", "ada")
    assert Place.objects.get(id=given).code == "b"
    made.owner = "eve"
    made.code = "c"
    made.save()
    assert Shop.objects.values_list("code", "owner").get(pk=made.pk) is not None
    again = Shop.objects.get(pk=made.pk)
    assert (again.code, again.owner) == ("c", "eve")


def test_no_model_is_ordered_by_ciphertext() -> None:
    class Sorted(models.Model):
        name = ours.EncryptedTextField()

        class Meta:
            app_label = "auth"
            ordering = ["-name"]

    assert [error.id for error in Sorted.check()] == ["ironlatch.E005"]
