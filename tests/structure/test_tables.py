"""Tables: foreign keys point down, engines stay apart, what is sealed is declared."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from gongyou.kernel.personal_data import declarations
from gongyou.kernel.sealed_fields import SealedField

LAYERS = (
    "basics",
    "kernel",
    "registry",
    "offices",
    "institutions",
    "engines",
    "insight",
    "packkit",
    "flows",
    "web",
)
OURS = [
    model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("gongyou.")
]


def _room(model: type[models.Model]) -> tuple[str, ...]:
    """('kernel',), ('engines', 'casework') …"""
    parts = model.__module__.split(".")[1:]
    return tuple(parts[:2]) if parts[0] in {"engines", "institutions"} else tuple(parts[:1])


def test_there_are_tables() -> None:
    assert len(OURS) > 10
    assert {_room(model)[0] for model in OURS} >= {"kernel", "registry", "offices", "engines"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    here = _room(model)
    for field in model._meta.get_fields():
        target = getattr(field, "remote_field", None)
        if not isinstance(field, models.ForeignKey) or target is None:
            continue
        there = _room(field.related_model)
        assert here == there or LAYERS.index(there[0]) < LAYERS.index(here[0]), (
            f"{model._meta.label}.{field.name} points up or sideways, to {field.related_model._meta.label}"
        )


def test_no_many_to_many_hides_a_table() -> None:
    """A link has a time and an author, so it is a table of its own with a name."""
    hidden = [model._meta.label for model in OURS if model._meta.auto_created]
    assert not hidden


def test_what_is_sealed_is_declared() -> None:
    """Class, purpose, basis and the time of erasure of every table that holds sealed values (PIPL 13, 19, 28)."""
    sealed = {
        model._meta.label
        for model in OURS
        if any(isinstance(field, SealedField) for field in model._meta.local_fields)
    }
    assert sealed
    declared = {declaration.model._meta.label: declaration for declaration in declarations()}
    assert sealed <= set(declared), f"not declared: {sorted(sealed - set(declared))}"
    for label, declaration in declared.items():
        assert declaration.purpose, label
        assert declaration.basis, label
        assert declaration.data_class in {"ordinary", "sensitive"}, label


def test_sealed_fields_say_for_whom_they_open() -> None:
    anonymous = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.local_fields
        if isinstance(field, SealedField) and not field.noun
    ]
    assert not anonymous
