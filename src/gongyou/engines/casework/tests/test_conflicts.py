"""The deny-list beats every right; a protected name is opened by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Case, Conflict, IdentityRequest
from gongyou.engines.casework.queries import access_case, find_cases, list_cases, open_parties
from gongyou.engines.casework.queries.care import care_of
from gongyou.engines.casework.queries.clues import clue_board
from gongyou.engines.casework.queries.desk import call_states
from gongyou.engines.casework.queries.figures import Extent, RoundIs, RoundSet, list_rounds
from gongyou.engines.casework.services import protecting
from gongyou.engines.casework.services.protecting import Involved
from gongyou.engines.casework.tests.stories import PDF, Story, at
from gongyou.kernel import files, messages, worklist
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models.audit import AuditRecord, ReadRecord
from gongyou.registry import queries as registry
from gongyou.registry import services as organisations
from tests.yunshan.county import County

NOON = "2026-11-03 12:00"


def declare(story: Story, who: str = "dispatcher", when: str = NOON, **involved: Any) -> None:
    kind = involved.pop("kind", "unit")
    with at(when):
        protecting.declare_conflict(
            story.county.staff[who],
            case_id=story.case_id,
            involved=Involved(kind, **involved),
            reason="反映的就是他们。",
        )


def sees_nothing(actor: Actor, story: Story, file_id: UUID | None = None) -> None:
    """Page, list, search, worklist, call list, board, figures, export, messages, files and people: all silent."""
    case_id, subject = story.case_id, f"case:{story.case_id}"
    for ask in (
        lambda: access_case(actor, case_id, "看"),
        lambda: open_parties(actor, case_id, "看"),
        lambda: care_of(actor, case_id),
        lambda: protecting.ask_identity(actor, case_id=case_id, reason="看"),
    ):
        with pytest.raises(Refusal):
            ask()
    assert case_id not in {line.id for line in list_cases(actor, size=200).items}
    if actor.may("casework.search"):
        assert case_id not in {line.id for line in find_cases(actor, story.number)}
    assert case_id not in {todo.subject_id for todo in worklist.list_todos(actor, size=200).items}
    assert case_id not in call_states(actor, [case_id])
    assert case_id not in {card.case_id for card in clue_board(actor, with_closed=True).cards}
    if actor.may("supervise.read"):
        whole = Extent(date(2026, 1, 1), date(2026, 12, 31))
        rounds, _ = list_rounds(actor, whole, RoundSet((RoundIs.FIRST,)), counted=RoundSet((RoundIs.FIRST,)))
        assert case_id not in {line.case_id for line in rounds}
    if actor.may("messages.read"):
        assert subject not in {m.subject for m in messages.list_messages(actor).items}
        with pytest.raises(Refusal):
            messages.messages_of(actor, subject)
    assert not files.files_of(actor, subject)
    if file_id is not None:
        with pytest.raises(Refusal):
            files.open_file(actor, file_id, "看")
    assert not registry.show_people(actor, list(story.row.parties.values_list("person_id", flat=True)))


def test_the_unit_complained_about_and_everybody_below_it(county: County) -> None:
    """Complained about: the first township. Its own leader and the station's people see nothing; the county does."""
    story = Story.begun(county, "2026-11-02 10:00", topic="wages")
    with at("2026-11-02 11:00"):
        assert access_case(county.staff["town_leader"], story.case_id, "看")
    declare(story, office_id=county.townships[0].id)
    with at(NOON):
        for who in ("desk", "master", "town_dispatcher", "town_leader"):
            sees_nothing(county.staff[who], story)
        for who in ("dispatcher", "leader", "caller"):
            assert access_case(county.staff[who], story.case_id, "办理")
    assert story.row.office_id == county.root.id, "it does not stay with whom it is about"
    assert worklist_offices(story) == {county.root.id}
    for take in (
        lambda: story.accept("2026-11-03 13:00", "desk"),
        lambda: story.review("2026-11-03 13:00", "town_leader"),
        lambda: story.call("2026-11-03 13:00", "no_answer", "master"),
    ):
        with pytest.raises(NotAllowed):
            take()
    with pytest.raises(DomainError, match="利害关系"):
        story.offer("2026-11-03 13:00", county.station.id)
    story.offer("2026-11-03 13:30", county.other_station.id).accept("2026-11-03 14:00", "other_desk")


def worklist_offices(story: Story) -> set[UUID]:
    from_list = worklist.list_todos(story.county.staff["dispatcher"], size=200).items
    return {todo.office_id for todo in from_list if todo.subject_id == story.case_id}


def test_an_accused_handler_and_their_relatives(county: County) -> None:
    """Declared by the staff before and after; the matter leaves their hands the same moment."""
    story = Story.begun(county, "2026-11-02 10:00", files=(stored(county),)).accept("2026-11-02 11:00")
    assert story.row.holder_id == county.staff["desk"].id
    with at("2026-11-02 12:00"):
        protecting.declare_staff_tie(county.staff["caller"], other_account_id=county.staff["desk"].id)
    declare(story, kind="person", account_id=county.staff["desk"].id)
    with at(NOON):
        file_id = files.files_of(county.staff["master"], f"case:{story.case_id}")[0].id
        sees_nothing(county.staff["desk"], story, file_id)
        sees_nothing(county.staff["caller"], story, file_id)
        assert access_case(county.staff["master"], story.case_id, "办理")
        assert story.row.holder_id is None
        protecting.declare_staff_tie(county.staff["leader"], other_account_id=county.staff["desk"].id)
        sees_nothing(county.staff["leader"], story, file_id)


def stored(county: County) -> UUID:
    return files.receive_file(county.visitor, name="工资条.pdf", content=PDF).id


def test_the_named_employers_people(county: County) -> None:
    """A chair of the firm's own union sits at the desk; the firm is named: they see nothing."""
    with at("2026-11-02 09:00"):
        firm = organisations.add_organisation(
            county.staff["dispatcher"],
            name="云山第一机械厂",
            kind="enterprise",
            division="990101",
            area=county.area,
        ).id
        protecting.declare_staff_tie(county.staff["master"], organisation_id=firm)
    story = Story.begun(county, "2026-11-02 10:00", topic="wages")
    declare(story, kind="employer", organisation_id=firm)
    with at(NOON):
        sees_nothing(county.staff["master"], story)
        assert access_case(county.staff["desk"], story.case_id, "办理")
        protecting.declare_staff_tie(county.staff["desk"], organisation_id=firm)
        sees_nothing(county.staff["desk"], story)


def test_lifted_above_never_by_the_barred(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    declare(story, kind="person", account_id=county.staff["leader"].id)
    conflict = Conflict.objects.get(case_id=story.case_id)
    with at("2026-11-03 13:00"):
        for who in ("leader", "desk", "dispatcher"):
            with pytest.raises(NotAllowed):
                protecting.lift_conflict(
                    county.staff[who], case_id=story.case_id, conflict_id=conflict.pk, reason="没有。"
                )
        protecting.lift_conflict(
            county.staff["town_leader"], case_id=story.case_id, conflict_id=conflict.pk, reason="核实是重名。"
        )
        assert access_case(county.staff["leader"], story.case_id, "办理")


def test_the_whole_county_can_not_be_barred(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    with pytest.raises(DomainError, match="本地没有单位能办"):
        declare(story, office_id=county.root.id)
    assert not Conflict.objects.exists()
    assert story.row.office_id == county.station.id


def test_the_person_themself_is_never_barred(county: County) -> None:
    story = Story.settled(county, "2026-11-02 10:00")
    declare(story, when="2026-11-03 14:00", office_id=county.station.id)
    story.rate("2026-11-03 15:00", is_satisfied=True)
    assert story.row.closed_as == "satisfied"


def test_a_name_under_retaliation_is_opened_by_two_persons(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", topic="wages")
    desk, leader = county.staff["desk"], county.staff["leader"]
    with at("2026-11-03 09:00"):
        assert open_parties(desk, story.case_id, "办理")
        protecting.report_retaliation(county.visitor, own=story.own(), text="班长说再告就开除我。")
        assert not any(
            p.name_masked or p.phone_masked for p in access_case(desk, story.case_id, "看").parties
        )
        for reader in (desk, leader):
            with pytest.raises(DomainError, match="受保护"):
                open_parties(reader, story.case_id, "办理")
        request = protecting.ask_identity(desk, case_id=story.case_id, reason="要约本人面谈。")
        assert "casework.identity" in kinds_at(leader, story)
        with pytest.raises(Refusal):
            protecting.decide_identity(desk, case_id=story.case_id, request_id=request, is_granted=True)
        protecting.decide_identity(leader, case_id=story.case_id, request_id=request, is_granted=True)
        assert [p.name for p in open_parties(desk, story.case_id, "面谈").values()] == ["赵平"]
        with pytest.raises(DomainError):
            open_parties(leader, story.case_id, "我同意的，不等于我能看")
        assert ReadRecord.objects.filter(actor_id=desk.id, noun="person", purpose="面谈").exists()
        assert AuditRecord.objects.filter(action="casework.decide_identity", actor_id=leader.id).exists()
    with at("2026-11-04 10:00"), pytest.raises(DomainError):
        open_parties(desk, story.case_id, "一天以后")


def kinds_at(actor: Actor, story: Story) -> set[str]:
    todos = worklist.list_todos(actor, size=200).items
    return {todo.kind for todo in todos if todo.subject_id == story.case_id}


def test_who_asks_does_not_decide(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", type_id="clue", topic="hazard")
    leader = county.staff["leader"]
    with at("2026-11-03 09:00"):
        request = protecting.ask_identity(leader, case_id=story.case_id, reason="核实。")
        with pytest.raises(DomainError, match="自己的申请"):
            protecting.decide_identity(leader, case_id=story.case_id, request_id=request, is_granted=True)
        protecting.decide_identity(
            county.staff["town_leader"], case_id=story.case_id, request_id=request, is_granted=False
        )
        with pytest.raises(DomainError):
            open_parties(leader, story.case_id, "核实")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequest.objects.filter(pk=request).update(decided_by=leader.id)


def test_retaliation_is_looked_after_above(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    with at("2026-11-03 09:00"):
        protecting.protect_case(county.staff["desk"], case_id=story.case_id, kind="retaliation")
        assert "casework.retaliation" in kinds_at(county.staff["town_leader"], story)
        with pytest.raises(NotAllowed):
            protecting.look_after_retaliation(county.staff["desk"], case_id=story.case_id, text="已谈话。")
        protecting.look_after_retaliation(
            county.staff["town_leader"], case_id=story.case_id, text="已约谈班长，书面承诺不报复。"
        )
        assert "casework.retaliation" not in kinds_at(county.staff["town_leader"], story)
        with pytest.raises(DomainError):
            open_parties(county.staff["desk"], story.case_id, "办理")


BAD: list[tuple[Callable[[County], Involved], str]] = [
    (lambda c: Involved("unit"), "office"),
    (lambda c: Involved("rumour", office_id=c.station.id), "kind"),
]


@pytest.mark.parametrize(("involved", "field"), BAD)
def test_a_conflict_names_somebody(
    county: County, involved: Callable[[County], Involved], field: str
) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    with at(NOON), pytest.raises(DomainError) as refused:
        protecting.declare_conflict(
            county.staff["desk"], case_id=story.case_id, involved=involved(county), reason="有关系。"
        )
    assert refused.value.field == field


def test_an_office_below_is_never_handed_a_matter_about_itself(county: County) -> None:
    """The call-back desk is the unit complained about: the call falls to the level above."""
    story = Story.settled(county, "2026-11-02 10:00")
    assert story.row.call_office_id == county.callback_desk.id
    declare(story, when="2026-11-03 14:00", office_id=county.callback_desk.id)
    assert Case.objects.get(pk=story.case_id).call_office_id == county.root.id
    story.call("2026-11-03 15:00", "answered", "caller", is_solved=True, is_satisfied=True)
