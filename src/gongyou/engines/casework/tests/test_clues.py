"""Clues: said with a photo, answered to the receipt code; nobody known stays with an anonymous one; points for the known."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from gongyou.engines.casework.models import CaseEvent, CaseText, PointsEntry
from gongyou.engines.casework.queries import access_case, pin_of, prove_own, track
from gongyou.engines.casework.queries.clues import clue_board
from gongyou.engines.casework.queries.points import own_points
from gongyou.engines.casework.services import own, points
from gongyou.engines.casework.tests.stories import PDF, Story, at
from gongyou.kernel import files
from gongyou.kernel.access import worker_actor
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.audit import AuditRecord, ReadRecord
from gongyou.kernel.models.files import StoredFile
from tests.yunshan.county import County


def test_an_anonymous_clue_is_answered_to_its_code(county: County) -> None:
    story = Story.begun(
        county,
        "2026-11-02 10:00",
        type_id="anonymous_clue",
        is_anonymous=True,
        topic="facilities",
        place="南门公交站",
    )
    with at("2026-11-02 11:00"):
        (card,) = clue_board(county.staff["desk"]).cards
        assert (card.topic, card.place, card.is_anonymous) == ("公共设施损坏", "南门公交站", True)
    story.accept("2026-11-02 12:00").draft("2026-11-03 10:00")
    assert story.row.closed_as == "answered"
    with at("2026-11-03 11:00"):
        mine = prove_own(county.visitor, story.number, pin_of(story.number), "test")
        seen = track(county.visitor, mine)
    assert (seen.answer, seen.is_anonymous, seen.thanks) == ("水管已经修好。", True, 0)
    assert not PointsEntry.objects.exists()
    with at("2026-11-04 10:00"):
        own.reopen_case(county.visitor, own=mine, reason="又坏了。")
    assert story.row.round == 2


def test_no_account_stays_with_an_anonymous_matter(county: County) -> None:
    """A signed-in worker: neither event, text, file, audit nor read record may name the account."""
    account = new_id()
    worker = worker_actor(account, None)
    with at("2026-11-02 10:00"):
        with pytest.raises(DomainError, match="不能记到您的账号上"):
            county.file(
                type_id="anonymous_clue", is_anonymous=True, topic="hazard", actor=worker, channel="web"
            )
        photo = files.receive_file(county.visitor, name="现场.pdf", content=PDF)
        receipt = county.file(type_id="anonymous_clue", is_anonymous=True, topic="hazard", files=(photo.id,))
        mine = prove_own(worker, receipt.number, pin_of(receipt.number), "test")
        acting = mine.acting(worker)
        track(worker, mine)
        with pytest.raises(DomainError, match="匿名"):
            own.add_supplement(worker, own=mine, text="还在漏。")
        own.add_supplement(acting, own=mine, text="还在漏。")
    assert known_to(account) == []


def known_to(account: UUID) -> list[str]:
    """Every table in which the account's id stands beside a matter."""
    return [
        name
        for name, rows in {
            "events": CaseEvent.objects.filter(actor_id=account),
            "texts": CaseText.objects.filter(author_id=account),
            "files": StoredFile.objects.filter(stored_by=account),
            "audit": AuditRecord.objects.filter(actor_id=account),
            "reads": ReadRecord.objects.filter(actor_id=account),
        }.items()
        if rows.exists()
    ]


def test_a_reporters_name_is_not_even_masked_on_the_page(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", type_id="clue", topic="dispute")
    with at("2026-11-02 11:00"):
        (party,) = access_case(county.staff["desk"], story.case_id, "办理").parties
    assert (party.name_masked, party.phone_masked, party.is_hidden) == ("", "", True)


def test_points_for_who_chose_to_be_known_once_and_only_for_what_helped(county: County) -> None:
    helped = Story.settled(county, "2026-11-02 10:00", type_id="clue", topic="hygiene")
    person = helped.row.parties.get(role="subject").person_id
    me = worker_actor(new_id(), person)
    assert [(e.points, e.balance) for e in PointsEntry.objects.all()] == [(10, 10)]
    helped.rate("2026-11-04 10:00", is_satisfied=False).review("2026-11-05 10:00").draft("2026-11-06 10:00")
    assert PointsEntry.objects.count() == 1, "a second round is no second clue"
    useless = Story.begun(county, "2026-11-02 10:00", type_id="clue", topic="hygiene").accept(
        "2026-11-02 11:00"
    )
    useless.draft("2026-11-03 10:00", result="explained_cannot")
    Story.settled(county, "2026-11-07 10:00", type_id="clue", topic="hygiene")
    with at("2026-11-09 10:00"):
        ledger = own_points(me)
        assert (ledger.balance, [g.id for g in ledger.gifts]) == (20, ["towel", "cup"])
        assert track(county.visitor, helped.own()).thanks == 10


def test_gifts_take_points_and_never_more_than_there_are(county: County) -> None:
    story = Story.settled(county, "2026-11-02 10:00", type_id="clue", topic="hygiene")
    Story.settled(county, "2026-11-03 10:00", type_id="clue", topic="hygiene")
    person = story.row.parties.get(role="subject").person_id
    desk = county.staff["desk"]

    def give(gift: str) -> int:
        return points.give_gift(desk, office_id=county.station.id, person_id=person, gift_id=gift)

    with at("2026-11-05 10:00"):
        with pytest.raises(DomainError, match="积分不够"):
            give("cup")
        assert give("towel") == 0
        with pytest.raises(DomainError, match="积分不够"):
            give("towel")
        with pytest.raises(DomainError, match="没有这样礼品"):
            give("car")
        with pytest.raises(NotAllowed):
            points.give_gift(
                county.staff["other_desk"], office_id=county.station.id, person_id=person, gift_id="towel"
            )
        assert [line.points for line in own_points(worker_actor(new_id(), person)).lines] == [-20, 10, 10]
    with pytest.raises(DatabaseError), transaction.atomic():
        PointsEntry.objects.update(points=99)


def test_the_board_by_kind_open_first(county: County) -> None:
    for topic in ("hazard", "hazard", "hygiene"):
        Story.begun(county, "2026-11-02 10:00", type_id="clue", topic=topic)
    Story.begun(county, "2026-11-02 10:00")
    Story.settled(
        county, "2026-11-02 10:00", type_id="anonymous_clue", is_anonymous=True, topic="hazard"
    ).approve("2026-11-03 11:00")
    with at("2026-11-03 12:00"):
        board = clue_board(county.staff["desk"])
        assert [(choice.id, count) for choice, count in board.topics] == [("hazard", 2), ("hygiene", 1)]
        assert len(board.cards) == 3
        assert len(clue_board(county.staff["desk"], "hazard", with_closed=True).cards) == 3
        assert not clue_board(county.staff["other_desk"]).cards
