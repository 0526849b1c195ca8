"""One action, one commit: rights, events, jobs, intents, nesting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from gongyou.kernel import audit
from gongyou.kernel.actions import action, open_action
from gongyou.kernel.errors import IntentReused, NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models import AuditRecord, Event, Intent, Job, SearchEntry
from gongyou.kernel.search import index_text
from gongyou.kernel.tests.conftest import staff

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class ThingKept:
    name: ClassVar[str] = "things.kept"
    thing_id: UUID


@dataclass(frozen=True)
class Kept:
    thing_id: UUID
    text: str


@action("things.keep", right="things.write", answers=Kept)
def keep(act, *, text, thing_id=None, fails=False):
    thing_id = thing_id or new_id()
    index_text(act, kind="thing", subject_id=thing_id, office_path="37/", text=text)
    act.about(f"thing:{thing_id}", "37/")
    act.publish(ThingKept(thing_id))
    act.enqueue("things.polish", {"thing": thing_id}, unique_key=f"polish:{text}")
    if fails:
        raise ValueError("after everything")
    return Kept(thing_id, text)


@action("things.nest", right=None)
def nest(act):
    keep(act.actor, text="inner")


@action("things.quiet", right=None)
def quiet(act):
    return 1


def test_an_action_commits_rows_event_job_and_audit_together(reinstall):
    reinstall(handlers={"things.kept": ("hears.one", "hears.two")})
    actor = staff()
    kept = keep(actor, text="工资")
    event = Event.objects.get()
    assert (event.name, event.payload) == ("things.kept", {"thing_id": str(kept.thing_id)})
    assert set(Job.objects.values_list("kind", flat=True)) == {"things.polish", "hears.one", "hears.two"}
    heard = Job.objects.get(kind="hears.one").payload
    assert heard == {"event_id": str(event.pk), "thing_id": str(kept.thing_id)}
    record = AuditRecord.objects.get()
    assert (record.action, record.actor_id, record.subject, record.office_path) == (
        "things.keep", actor.id, f"thing:{kept.thing_id}", "37/",
    )  # fmt: skip
    assert record.action_id == event.action_id
    assert audit.verify().is_intact


def test_a_failing_action_leaves_nothing():
    with pytest.raises(ValueError, match="after everything"):
        keep(staff(), text="工资", fails=True)
    for model in (SearchEntry, Event, Job, AuditRecord, Intent):
        assert model.objects.count() == 0, model
    assert open_action() is None


def test_an_action_inside_an_action_is_refused():
    with pytest.raises(RuntimeError, match=r"things\.keep was called inside another action"):
        nest(staff())
    assert SearchEntry.objects.count() == 0


def test_without_the_right_nothing_runs():
    with pytest.raises(NotAllowed) as refusal:
        keep(staff(role="nobody"), text="x")
    assert refusal.value.right == "things.write"
    assert AuditRecord.objects.count() == 0


def test_the_same_intent_gives_the_same_answer():
    actor = staff()
    first = keep(actor.intending("k1"), text="工资")
    again = keep(actor.intending("k1"), text="工资")
    assert again == first
    assert isinstance(again.thing_id, UUID)
    assert SearchEntry.objects.count() == AuditRecord.objects.count() == 1


def test_an_intent_for_another_body_is_refused():
    actor = staff()
    keep(actor.intending("k1"), text="工资")
    with pytest.raises(IntentReused):
        keep(actor.intending("k1"), text="社保")
    assert SearchEntry.objects.count() == 1


def test_an_intent_belongs_to_one_actor():
    keep(staff().intending("k1"), text="工资")
    keep(staff().intending("k1"), text="社保")
    assert SearchEntry.objects.count() == 2


def test_a_failed_intent_may_be_tried_again():
    actor = staff().intending("k1")
    with pytest.raises(ValueError, match="after everything"):
        keep(actor, text="工资", fails=True)
    assert keep(actor, text="工资").text == "工资"


def test_an_action_without_answer_type_refuses_intents():
    with pytest.raises(RuntimeError, match="does not answer intents"):
        quiet(staff().intending("k"))


def test_a_job_with_a_key_exists_once():
    actor = staff()
    keep(actor, text="工资")
    keep(actor, text="工资")
    assert Job.objects.filter(kind="things.polish").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_intent_sent_eight_times_at_once_is_answered_once(threads):
    actor = staff().intending("at-once")
    thing = new_id()
    answers = threads.run(*[lambda: keep(actor, text="工资", thing_id=thing)] * 8)
    assert all(answer == Kept(thing, "工资") for answer in answers), answers
    assert threads.call(lambda: (Intent.objects.count(), Event.objects.count(), AuditRecord.objects.count())) == (
        1, 1, 1,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_on_one_database_all_commit_and_the_chain_holds(threads):
    actor = staff()

    def write_five(place):
        return lambda: [keep(actor, text=f"工资{place}-{i}") for i in range(5)]

    outcomes = threads.run(*[write_five(place) for place in range(16)])
    assert not [o for o in outcomes if isinstance(o, BaseException)], outcomes
    verdict = threads.call(audit.verify)
    assert verdict.is_intact
    assert verdict.records == 80
    assert threads.call(SearchEntry.objects.count) == 80
