"""Certificates the office keeps: one that somebody showed is noted, a review or the authority's number recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound, Stale
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry import credential_steps as steps
from gongyou.registry.credential_steps import ENDING, Certificate
from gongyou.registry.models import HeldCredential
from gongyou.registry.queries.people import within_reach

WRITE = "credentials.write"
SHOWN = "certificates"
State = HeldCredential.State


@dataclass(frozen=True)
class CredentialStanding:
    credential_id: UUID
    state: str
    version: int


@action("registry.note_credential", right=WRITE, answers=CredentialStanding)
def note_credential(
    act: Act, *, person_id: UUID, office_path: str, certificate: Certificate, evidence: str
) -> CredentialStanding:
    """Note a certificate a known person showed. `evidence`: what was compared with what.

    Raises NotAllowed (office or person out of reach), Refusal.
    """
    act.require(WRITE, office_path)
    if person_id not in within_reach(act.actor, {person_id}, "registry.read"):
        raise NotAllowed(WRITE)
    reason = read_text(evidence, field="evidence", longest=200, is_needed=True)
    pk = steps.hold_credential(
        act,
        person_id=person_id,
        office_path=office_path,
        certificate=certificate,
        purpose=SHOWN,
        origin=HeldCredential.Origin.SHOWN,
    )
    steps.note_change(act, pk, "compared", reason)
    act.about(f"credential:{pk}", office_path)
    return _standing(HeldCredential.objects.get(pk=pk))


@action("registry.record_credential_number", right=WRITE, answers=CredentialStanding)
def record_credential_number(
    act: Act, *, credential_id: UUID, version: int, number: str, issued_on: date
) -> CredentialStanding:
    """The authority's number came: a pending certificate is held. Raises NotAllowed, NotFound, Stale, Refusal."""
    _locked(act, credential_id, version)
    steps.record_number(act, credential_id=credential_id, number=number, issued_on=issued_on)
    return _standing(HeldCredential.objects.get(pk=credential_id))


@action("registry.record_credential_review", right=WRITE, answers=CredentialStanding)
def record_credential_review(
    act: Act, *, credential_id: UUID, version: int, reviewed_on: date
) -> CredentialStanding:
    """The authority reviewed it on this day; the printed day of review no longer counts, the warning is over.

    Raises NotAllowed, NotFound, Stale, Refusal, DomainError.
    """
    row = _locked(act, credential_id, version)
    if row.state != State.HELD or row.issued_on is None:
        raise DomainError("not_held", says("只有有效持有的证书才能登记复审。"), status=409)
    if not max(row.issued_on, row.reviewed_on or row.issued_on) <= reviewed_on <= _today(act):
        raise Refusal(
            "review_day",
            says("复审日期{day}不对：应在发证（或上次复审）之后，不晚于今天。"),
            says("请核对日期。"),
            field="reviewed_on",
            day=reviewed_on.isoformat(),
        )
    row.reviewed_on, row.review_on = reviewed_on, None
    row.version += 1
    row.save(update_fields=["reviewed_on", "review_on", "version"])
    steps.note_change(act, row.pk, "reviewed")
    worklist.drop_todos(act, subject_id=row.pk, kinds=[ENDING])
    return _standing(row)


def _today(act: Act) -> date:
    return act.now.astimezone(SHANGHAI).date()


def _locked(act: Act, credential_id: UUID, version: int) -> HeldCredential:
    row = HeldCredential.objects.select_for_update().filter(pk=credential_id).first()
    if row is None:
        raise NotFound(says("没有找到这张证书。"))
    act.require(WRITE, row.office_path)
    if row.version != version:
        raise Stale
    act.about(f"credential:{row.pk}", row.office_path)
    return row


def _standing(row: HeldCredential) -> CredentialStanding:
    return CredentialStanding(row.pk, row.state, row.version)
