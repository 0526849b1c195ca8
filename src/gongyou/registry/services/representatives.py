"""Who may act for an organisation: named with a paper, checked by a second person, ended by either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import read_credit_code
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.registry.models import Representative
from gongyou.registry.partner_steps import today_of
from gongyou.registry.steps import close_ties, note_organisation, note_person, tie_person

NAME, CHECK = "representatives.name", "representatives.check"
PURPOSE = "representatives"


@dataclass(frozen=True)
class RepresentativeStanding:
    representative_id: UUID
    state: str
    version: int


@action("registry.name_representative", right=NAME, answers=RepresentativeStanding)
def name_representative(
    act: Act,
    *,
    credit_code: str,
    organisation: str,
    kind: str,
    office_path: str,
    name: str,
    phone: str,
    evidence: str,
    valid_until: date | None = None,
) -> RepresentativeStanding:
    """Note whom an organisation (known by its credit code, else noted now) named, and the paper that says so.

    Raises NotAllowed, Refusal.
    """
    act.require(NAME, office_path)
    if not phone.strip():
        raise DomainError("phone_missing", says("请填写经办人的手机号，登录要用。"), field="phone")
    if valid_until is not None and valid_until < today_of(act):
        raise DomainError("valid_until", says("授权已经到期。"), says("请核对日期。"), field="valid_until")
    area = office_path.partition("/")[0]
    organisation_id = note_organisation(
        act,
        name=organisation,
        kind=kind,
        division=area,
        controller=f"union:{area}",
        source="desk",
        credit_code=read_credit_code(credit_code),
    )
    person_id = note_person(
        act, name=name, phone=phone, controller=f"union:{area}", area=area, source="desk", purpose=PURPOSE
    )
    _refuse_twice(organisation_id, person_id)
    row = Representative(
        id=new_id(),
        organisation_id=organisation_id,
        person_id=person_id,
        office_path=office_path,
        evidence=read_text(evidence, field="evidence", longest=200, is_needed=True),
        named_by=act.actor.id,
        named_at=act.now,
        valid_until=valid_until,
    )
    row.save(force_insert=True)
    subject = f"representative:{row.pk}"
    tie_person(act, person_id=person_id, subject=subject, role="representative", office_path=office_path)
    act.about(subject, office_path)
    return _standing(row)


def _refuse_twice(organisation_id: UUID, person_id: UUID) -> None:
    if Representative.objects.filter(
        organisation_id=organisation_id, person_id=person_id, state__in=["named", "active"]
    ).exists():
        raise DomainError(
            "representative_known",
            says("这个人已经登记为这家单位的经办人。"),
            says("请在名单里查看。"),
            field="phone",
            status=409,
        )


@action("registry.check_representative", right=CHECK, answers=RepresentativeStanding)
def check_representative(
    act: Act, *, representative_id: UUID, version: int, is_accepted: bool, reason: str = ""
) -> RepresentativeStanding:
    """A second person compares the paper. Raises NotAllowed, NotFound, DomainError, Stale."""
    row = _locked(act, representative_id, version)
    if row.state != Representative.State.NAMED:
        raise DomainError("not_now", says("这位经办人已经审核过。"), status=409)
    if row.named_by == act.actor.id:
        raise DomainError(
            "own_check", says("登记人不能审核自己登记的经办人。"), says("请由另一位同事审核。"), status=403
        )
    row.state = Representative.State.ACTIVE if is_accepted else Representative.State.REFUSED
    row.checked_by, row.checked_at = act.actor.id, act.now
    row.reason = read_text(reason, field="reason", longest=200, is_needed=not is_accepted)
    if not is_accepted:
        close_ties(act, subject=f"representative:{row.pk}", keep_until=today_of(act))
    return _saved(row)


@action("registry.end_representative", right=CHECK, answers=RepresentativeStanding)
def end_representative(
    act: Act, *, representative_id: UUID, version: int, reason: str
) -> RepresentativeStanding:
    """From this moment the person acts for the organisation no more. Raises NotAllowed, NotFound, Stale."""
    row = _locked(act, representative_id, version)
    if row.state != Representative.State.ACTIVE:
        raise DomainError("not_now", says("只有正在办事的经办人才能停用。"), status=409)
    row.state, row.ended_at = Representative.State.ENDED, act.now
    row.reason = read_text(reason, field="reason", longest=200, is_needed=True)
    close_ties(act, subject=f"representative:{row.pk}", keep_until=today_of(act))
    return _saved(row)


def _locked(act: Act, representative_id: UUID, version: int) -> Representative:
    row = Representative.objects.select_for_update().filter(pk=representative_id).first()
    if row is None:
        raise NotFound(says("没有找到这位经办人。"))
    act.require(CHECK, row.office_path)
    if row.version != version:
        raise Stale
    act.about(f"representative:{row.pk}", row.office_path)
    return row


def _saved(row: Representative) -> RepresentativeStanding:
    row.version += 1
    row.save()
    return _standing(row)


def _standing(row: Representative) -> RepresentativeStanding:
    return RepresentativeStanding(row.pk, row.state, row.version)
