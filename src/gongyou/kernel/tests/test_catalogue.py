"""Published content: by hash, once, for ever."""

from __future__ import annotations

import hashlib
import json

import pytest
from pydantic import ValidationError

from gongyou.basics.definition import definition
from gongyou.kernel import catalogue
from gongyou.kernel.actions import action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.models import PackContent, PackVersion
from gongyou.kernel.moment import standing_at
from gongyou.kernel.tests.conftest import NOON, staff

pytestmark = pytest.mark.django_db


@definition
class Step:
    name: str
    days: int


@definition
class Pack:
    title: str
    steps: tuple[Step, ...]


CONTENT = {"title": "三日受理", "steps": [{"name": "受理", "days": 3}, {"name": "办结", "days": 7}]}


@action("test.publish", right=None)
def publish(act, *, content, kind="programme", name="station"):
    return catalogue.publish(act, kind=kind, name=name, content=content)


@pytest.fixture(autouse=True)
def forget():
    catalogue.content.cache_clear()
    catalogue._read_as.cache_clear()


def test_content_is_kept_under_the_hash_of_its_canonical_form(at_noon):
    published = publish(staff(), content=CONTENT)
    assert (published.number, published.published_at) == (1, NOON)
    row = PackContent.objects.get()
    assert published.hash == hashlib.sha256(row.content.encode()).hexdigest()
    assert json.loads(row.content) == catalogue.content(published.hash) == CONTENT


def test_the_same_content_in_another_order_is_no_new_version():
    first = publish(staff(), content=CONTENT)
    again = publish(staff(), content=dict(reversed(CONTENT.items())))
    assert again == first
    assert PackVersion.objects.count() == 1


def test_going_back_is_a_new_version_of_old_content():
    first = publish(staff(), content=CONTENT)
    second = publish(staff(), content={**CONTENT, "title": "改"})
    third = publish(staff(), content=CONTENT)
    assert (second.number, third.number, third.hash) == (2, 3, first.hash)
    assert catalogue.current("programme", "station") == third
    assert [version.number for version in catalogue.versions("programme", "station")] == [3, 2, 1]
    assert PackContent.objects.count() == 2
    assert PackVersion.objects.filter(is_current=True).count() == 1


def test_names_and_current_tell_kinds_apart():
    publish(staff(), content=CONTENT, name="b")
    publish(staff(), content=CONTENT, name="a")
    publish(staff(), content={"x": 1}, kind="area", name="000001")
    assert catalogue.names("programme") == ("a", "b")
    assert catalogue.names("area") == ("000001",)
    assert catalogue.current("area", "a") is None


def test_content_is_read_as_definitions_once():
    digest = publish(staff(), content=CONTENT).hash
    pack = catalogue.read_as(digest, Pack)
    assert pack == Pack(title="三日受理", steps=(Step(name="受理", days=3), Step(name="办结", days=7)))
    assert catalogue.read_as(digest, Pack) is pack


def test_content_of_another_shape_is_refused():
    digest = publish(staff(), content={**CONTENT, "tittle": "x"}).hash
    with pytest.raises(ValidationError, match="tittle"):
        catalogue.read_as(digest, Pack)


def test_an_unknown_hash_is_a_sentence():
    with pytest.raises(NotFound) as refusal:
        catalogue.content("ab" * 32)
    assert "abababababab" in refusal.value.sentence()


def test_altered_content_is_noticed():
    digest = publish(staff(), content=CONTENT).hash
    PackContent.objects.update(content='{"title": "x"}')
    with pytest.raises(RuntimeError, match="was altered"):
        catalogue.content(digest)


def test_who_published_and_when_is_kept(at_noon):
    actor = staff()
    with standing_at(NOON):
        publish(actor, content=CONTENT)
    version = PackVersion.objects.get()
    assert (version.published_by, version.published_at) == (actor.id, NOON)
