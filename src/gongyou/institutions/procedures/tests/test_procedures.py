"""Approvals, lists and objections as people and engines use them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.institutions.procedures import queries, services
from gongyou.institutions.procedures.jobs import erase_objections
from gongyou.institutions.procedures.models import PublicityLine
from gongyou.institutions.procedures.steps import ListLine, Words
from gongyou.institutions.procedures.tests.office import DIGEST, Desk, some_lines, staff
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.files import receive_file
from gongyou.kernel.models.events import Event
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.worklist import list_todos
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
WORDS = Words("organisation", "第1制造有限公司", "amount", "少算了两个月。", "王小山", "13800005678")


def happened(name: str) -> list[dict[str, object]]:
    return [event.payload for event in Event.objects.filter(name=name).order_by("at", "id")]


def test_an_approval_is_granted_by_every_step_and_by_other_people(desk: Desk) -> None:
    view = desk.ask()
    assert view.next_step is not None and view.next_step.title == "复核"
    for wrong in (desk.maker, desk.leader):  # the preparer; somebody whose step it is not yet
        with pytest.raises(DomainError):
            services.decide_approval(wrong, approval_id=view.id, digest=DIGEST, verdict="approve")
    services.decide_approval(desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="approve")
    assert not queries.is_approved(view.id, DIGEST)
    done = services.decide_approval(desk.leader, approval_id=view.id, digest=DIGEST, verdict="approve")
    assert done.state == "approved"
    assert queries.is_approved(view.id, DIGEST)
    assert not queries.is_approved(view.id, "cd" * 32)
    [granted] = happened("procedures.approval_granted")
    assert (granted["about_kind"], granted["digest"]) == ("test", DIGEST)
    with pytest.raises(DomainError, match="已经办结"):
        services.decide_approval(
            desk.leader, approval_id=view.id, digest=DIGEST, verdict="refuse", reason="迟"
        )


def test_one_decides_on_what_one_has_read(desk: Desk) -> None:
    view = desk.ask()
    with pytest.raises(DomainError, match="不一致"):
        services.decide_approval(desk.reviewer, approval_id=view.id, digest="cd" * 32, verdict="approve")


def test_no_administrator_bypass(desk: Desk, county: County) -> None:
    view = desk.ask()
    for actor in (
        system_actor(),
        *(staff(r, county) for r in ("system_admin", "security_admin", "audit_admin")),
    ):
        with pytest.raises(NotAllowed):
            services.decide_approval(actor, approval_id=view.id, digest=DIGEST, verdict="approve")
    assert queries.approval([view.id])[view.id].state == "open"


def test_a_refusal_says_why_and_frees_the_matter(desk: Desk) -> None:
    view = desk.ask()
    with pytest.raises(Refusal, match="没有填写"):
        services.decide_approval(desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="refuse")
    done = services.decide_approval(
        desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="refuse", reason="两家重复"
    )
    assert (done.state, done.steps[0].reason) == ("refused", "两家重复")
    assert len(happened("procedures.approval_refused")) == 1
    assert desk.ask(about=view.about_id).state == "open"


def test_only_one_approval_is_in_force_and_its_preparer_takes_it_back(desk: Desk, county: County) -> None:
    view = desk.ask()
    with pytest.raises(DomainError, match="在办或已通过"):
        desk.ask(about=view.about_id)
    with pytest.raises(DomainError, match="经办人自己"):
        services.withdraw_approval(staff("policy_officer", county), approval_id=view.id, reason="x")
    assert services.withdraw_approval(desk.maker, approval_id=view.id, reason="金额有误").state == "withdrawn"
    assert desk.ask(about=view.about_id).state == "open"


def test_what_waits_stands_on_the_worklist_of_the_office_it_falls_to(desk: Desk) -> None:
    view = desk.ask()
    [todo] = list_todos(desk.reviewer, kinds=["procedures.approve"]).items
    assert (todo.subject_id, todo.title) == (view.id, "名单审批")
    services.decide_approval(desk.reviewer, approval_id=view.id, digest=DIGEST, verdict="approve")
    services.decide_approval(desk.leader, approval_id=view.id, digest=DIGEST, verdict="approve")
    assert not list_todos(desk.reviewer, kinds=["procedures.approve"]).items


def test_a_list_is_sealed_with_count_sum_and_hash(desk: Desk) -> None:
    one, other = desk.sealed(run_ref="a"), desk.sealed(run_ref="b")
    assert (one.state, one.count, one.sum_fen) == ("sealed", 3, 300_06)
    assert one.digest == other.digest  # of the lines alone
    assert queries.totals_of(one.id).digest == one.digest
    assert desk.sealed(some_lines(3, fen=1), run_ref="c").digest != one.digest
    with pytest.raises(DomainError, match="一行也没有"):
        desk.seal(desk.draft([]).id)
    with pytest.raises(DomainError, match="同一个对象"):
        desk.draft([*some_lines(2), *some_lines(1)])
    with pytest.raises(DomainError, match="小于零"):
        desk.draft([ListLine("x", "x", -1)])


def test_masking_fails_closed(desk: Desk) -> None:
    """What no rule names is left out, what a mask doesn't fit is hidden whole; nothing more lies in the table."""
    lines = [
        ListLine(
            "s", "某某公司", 1, {"contact": "欧阳小山", "credit_code": "370828199001011234567", "phone": "1"}
        )
    ]
    sealed = desk.sealed(lines)
    row = PublicityLine.objects.get(list=sealed.id)
    assert row.shown == '["****","欧阳**"]'
    for secret in ("小山", "1990", "phone"):
        assert secret not in f"{row.name}{row.shown}"


def test_a_list_is_public_for_five_working_days(desk: Desk) -> None:
    sealed = desk.sealed()
    with pytest.raises(DomainError, match="同一个人"):
        services.publish_publicity(_with_right(desk), list_id=sealed.id)
    with pytest.raises(NotFound):
        queries.published_list(sealed.id)
    public = services.publish_publicity(desk.reviewer, list_id=sealed.id)
    assert public.until_at is not None
    assert public.until_at.date().isoformat() == "2026-09-15"
    assert queries.list_lines(sealed.id).items[0].name == "第1制造有限公司"
    page = queries.list_lines(sealed.id, after=1, size=1)
    assert ([line.position for line in page.items], page.next) == ([2], 2)
    with pytest.raises(DomainError, match="才结束"):
        services.close_publicity(desk.reviewer, list_id=sealed.id)
    with moment.standing_at(public.until_at + timedelta(minutes=1)):
        jobs.run_due()
        assert len(happened("procedures.list_period_over")) == 1
        with pytest.raises(NotFound, match="已经结束"):
            queries.list_lines(sealed.id)
        assert queries.published_list(sealed.id).count == 3
        assert services.close_publicity(desk.reviewer, list_id=sealed.id).state == "closed"


def _with_right(desk: Desk) -> Actor:
    """The maker, holding the reviewer's role besides."""
    return replace(desk.maker, holdings=desk.reviewer.holdings, _scopes={})


def test_an_objection_with_evidence_is_decided_once_by_another_person(desk: Desk, county: County) -> None:
    public = services.publish_publicity(desk.reviewer, list_id=desk.sealed().id)
    raised = services.raise_objection(desk.maker, list_id=public.id, subject_key="subject-1", words=WORDS)
    assert raised.number.startswith(f"{county.root.area}-26-Y")
    assert raised.due_at.date().isoformat() == "2026-09-21"  # ten working days, Sunday the 20th among them
    with pytest.raises(DomainError, match="还在办理"):
        services.raise_objection(desk.maker, list_id=public.id, subject_key="subject-1", words=WORDS)
    with pytest.raises(DomainError, match="证明材料"):
        missing = Words("organisation", "新公司", "missing", "不在名单上")
        services.raise_objection(desk.maker, list_id=public.id, subject_key="new", words=missing)
    file = receive_file(desk.maker, name="缴费.pdf", content=PDF)
    proof = Words("organisation", "新公司", "missing", "不在名单上", files=(file.id,))
    with_file = services.raise_objection(desk.maker, list_id=public.id, subject_key="new", words=proof)
    assert with_file.file_count == 1
    words = queries.access_objection(desk.reviewer, raised.id, "答复异议")
    assert (words.text, words.contact_phone) == ("少算了两个月。", "13800005678")
    done = services.decide_objection(
        desk.reviewer, objection_id=raised.id, outcome="upheld", reason="补缴已到账"
    )
    assert done.outcome == "upheld"
    [decided] = happened("procedures.objection_decided")
    assert (decided["subject_key"], decided["run_ref"], decided["outcome"]) == (
        "subject-1",
        "run-1",
        "upheld",
    )
    with pytest.raises(DomainError, match="已经答复"):
        services.decide_objection(desk.leader, objection_id=raised.id, outcome="rejected", reason="x")
    assert public.until_at is not None
    with moment.standing_at(public.until_at + timedelta(minutes=1)):
        jobs.run_due()
        with pytest.raises(DomainError, match="还有1件异议"):
            services.close_publicity(desk.reviewer, list_id=public.id)
        with pytest.raises(DomainError, match="已经结束"):
            services.raise_objection(desk.maker, list_id=public.id, subject_key="late", words=WORDS)


def test_the_maker_of_a_list_does_not_decide_objections_to_it(desk: Desk) -> None:
    public = services.publish_publicity(desk.reviewer, list_id=desk.sealed().id)
    raised = services.raise_objection(desk.maker, list_id=public.id, subject_key="subject-1", words=WORDS)
    with pytest.raises(DomainError, match="另一位同志"):
        services.decide_objection(
            _with_right(desk), objection_id=raised.id, outcome="rejected", reason="没有错"
        )


def test_words_contact_and_evidence_are_erased_when_their_time_is_over(desk: Desk) -> None:
    public = services.publish_publicity(desk.reviewer, list_id=desk.sealed().id)
    proof = receive_file(desk.maker, name="证明.pdf", content=PDF)
    words = replace(WORDS, files=(proof.id,))
    raised = services.raise_objection(desk.maker, list_id=public.id, subject_key="subject-1", words=words)
    services.decide_objection(desk.leader, objection_id=raised.id, outcome="rejected", reason="核对无误")
    assert erased() == 0
    evidence = StoredFile.objects.filter(subject=f"objection:{raised.id}", erased_at=None)
    assert evidence.count() == 1, "kept as long as the objection"
    with moment.standing_at(moment.now() + timedelta(days=37 * 31)):
        assert erased() == 1
        assert queries.access_objection(desk.leader, raised.id, "查看").text == ""
        assert queries.read_objection(desk.leader, raised.id).outcome == "rejected"
    assert not evidence.exists()


def erased() -> int:
    """As retention calls it: inside its action."""
    count: int = in_act("tests.erase", system_actor("retention"), lambda _act: erase_objections(10), {})
    return count
