"""Sealed columns with blind indexes: a value opens only with a grant for its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.installation import installed


@dataclass(frozen=True)
class Grant:
    """The right to open sealed values of these rows, made by `record_read` alone, for one purpose."""

    read_id: UUID
    actor_id: UUID
    noun: str
    purpose: str
    ids: frozenset[UUID]


@dataclass(frozen=True)
class Sealed:
    """A sealed value as a model hands it out: it opens only with a grant for its row."""

    value: bytes
    context: str
    row_id: UUID
    noun: str

    def open(self, grant: Grant) -> str:
        """Raises NotAllowed when the grant is for another noun or row."""
        if grant.noun != self.noun or self.row_id not in grant.ids:
            raise NotAllowed(f"open:{self.noun}")
        return installed().keyring.open(self.value, self.context).decode()

    def __repr__(self) -> str:
        return f"<sealed {self.context.rsplit('.', 1)[0]}>"


class _SealedValue:
    """Seals on assignment of text (the row's id is known before saving: UUIDv7), hands out `Sealed` on reading."""

    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        stored = instance.__dict__.get(self.field.attname)
        if stored is None or stored == b"":
            return None
        return Sealed(bytes(stored), self.field.context_of(instance), instance.pk, self.field.noun)

    def __set__(self, instance: models.Model, value: str | bytes | memoryview | Sealed | None) -> None:
        if isinstance(value, Sealed):
            value = value.value
        if isinstance(value, str):
            self.field.write(instance, value)
            return
        instance.__dict__[self.field.attname] = None if value is None else bytes(value)


if TYPE_CHECKING:
    _BinaryField = models.BinaryField[Any, Any]
else:  # Django's own class can't be subscripted
    _BinaryField = models.BinaryField


class SealedField(_BinaryField):
    """Text encrypted at rest. `index` names a BinaryField of the same model that gets the blind index.

    `noun` is what a grant must be for (person, account, message …).
    """

    def __init__(self, *, noun: str = "", index: str = "", **kwargs: Any) -> None:
        self.noun = noun
        self.index = index
        kwargs.setdefault("null", True)
        super().__init__(**kwargs)
        # Last in the model: `Model(phone="…")` sets fields in order and would reset the index written with the value.
        self.creation_counter += 1_000_000

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedValue(self))

    def context_of(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}.{self.attname}.{instance.pk}"

    def write(self, instance: models.Model, text: str) -> None:
        ring = installed().keyring
        if text == "":
            instance.__dict__[self.attname] = None
            if self.index:
                setattr(instance, self.index, None)
            return
        instance.__dict__[self.attname] = ring.seal(text.encode(), self.context_of(instance))
        if self.index:
            setattr(instance, self.index, blind_index(type(instance), self.attname, text))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__.get(self.attname)

    def value_from_object(self, obj: models.Model) -> Any:
        return obj.__dict__.get(self.attname)


def blind_index(model: type[models.Model], column: str, text: str) -> bytes:
    """The digest to look a sealed value up by."""
    return installed().keyring.index(text, f"{model._meta.db_table}.{column}")


def sealed_value(model: type[models.Model], column: str, row_id: UUID, text: str) -> bytes:
    """What a sealed column of a row holds, for rows that are written in bulk past their model's constructor."""
    return installed().keyring.seal(text.encode(), f"{model._meta.db_table}.{column}.{row_id}")


def seal_many(
    model: type[models.Model], column: str, texts: Sequence[tuple[str, str]]
) -> list[tuple[bytes, bytes]]:
    """`sealed_value` and `blind_index` of many rows, given as (id as 32 hex digits, text)."""
    ring, table = installed().keyring, model._meta.db_table
    index, seal, head = ring.indexer(f"{table}.{column}"), ring.seal, f"{table}.{column}."
    return [(seal(text.encode(), head + _hyphened(row)), index(text)) for row, text in texts]


def open_many(
    model: type[models.Model],
    column: str,
    grant: Grant,
    values: Sequence[tuple[UUID, bytes | memoryview | None]],
) -> list[str]:
    """Sealed values of many rows, given as (id, value); nothing sealed is empty. Raises NotAllowed as `Sealed.open`."""
    field = model._meta.get_field(column)
    noun = field.noun if isinstance(field, SealedField) else ""
    if grant.noun != noun or not grant.ids.issuperset(row for row, _ in values):
        raise NotAllowed(f"open:{noun}")
    ring, head = installed().keyring, f"{model._meta.db_table}.{column}."
    return [ring.open(bytes(value), f"{head}{row}").decode() if value else "" for row, value in values]


def _hyphened(row: str) -> str:
    return f"{row[:8]}-{row[8:12]}-{row[12:16]}-{row[16:20]}-{row[20:]}"
