"""Scopes: what no role names is denied, and a path reaches its own subtree and no neighbour's."""

from __future__ import annotations

import pytest

from gongyou.config.roles import ROLES
from gongyou.kernel.access import Actor, Holding, Scope, system_actor, visitor_actor, worker_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models import SearchEntry
from gongyou.kernel.moment import now
from gongyou.kernel.tests.conftest import staff

PATHS = ("37/", "37/1/", "37/1/4/", "37/10/", "37/1x/", "38/", "37/2/", "3/", "370/", "37/1/龙/")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), set()),
        (Scope(subtree=("37/1/",)), {"37/1/", "37/1/4/", "37/1/龙/"}),
        (Scope(subtree=("37/10/",)), {"37/10/"}),
        (Scope(own=("37/1/",)), {"37/1/"}),
        (Scope(own=("37/2/",), subtree=("37/1/",)), {"37/2/", "37/1/", "37/1/4/", "37/1/龙/"}),
        (Scope(subtree=("37/",)), set(PATHS) - {"38/", "3/", "370/"}),
        (Scope(subtree=("",)), set(PATHS)),
    ],
)
@pytest.mark.django_db
def test_database_and_python_agree_on_a_scope(scope, covered):
    for path in PATHS:
        SearchEntry.objects.create(kind="x", subject_id=new_id(), office_path=path, grams="", at=now())
    assert {path for path in PATHS if scope.covers(path)} == covered
    assert set(SearchEntry.objects.filter(scope.filter()).values_list("office_path", flat=True)) == covered


def test_an_unknown_right_is_denied_to_everybody():
    for actor in (staff(), system_actor(), visitor_actor(), worker_actor(new_id(), None)):
        assert not actor.may("things.explode")
        assert not actor.may("things.explode", "37/")
        with pytest.raises(NotAllowed):
            actor.require("things.explode")


def test_an_unknown_role_gives_nothing():
    assert not staff(role="emperor").may("things.read")


def test_a_right_reaches_as_far_as_the_role_says():
    own, down = staff("37/1/", "own"), staff("37/1/", "down")
    assert own.may("things.read", "37/1/") and down.may("things.read", "37/1/")
    assert down.may("things.read", "37/1/4/") and not own.may("things.read", "37/1/4/")
    assert not down.may("things.read", "37/10/")
    assert not down.may("things.read", "37/")


def test_holdings_add_up():
    actor = Actor(new_id(), "staff", holdings=(Holding("own", None, "37/1/"), Holding("down", None, "38/")))
    assert actor.scope("things.read") == Scope(own=("37/1/",), subtree=("38/",))


def test_the_three_administrators_read_no_matter():
    for role in ("system_admin", "security_admin", "audit_admin"):
        rights = ROLES[role].rights
        assert not {"casework.read", "registry.read", "files.read", "messages.read"} & set(rights)
    assert not set(ROLES["system_admin"].rights) & {"accounts.confirm", "audit.read"}
    assert not set(ROLES["security_admin"].rights) & {"accounts.propose", "audit.read"}
