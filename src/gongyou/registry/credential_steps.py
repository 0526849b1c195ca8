"""Writes about certificates people hold that other rooms make inside their own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.sealed_fields import blind_index
from gongyou.registry.models import REGISTER, CredentialChange, HeldCredential
from gongyou.registry.queries.credentials import recognition_in
from gongyou.registry.steps import tie_person

HOLDS = "holds"
ENDING = "credential_ending"
"""Kind of the thing to do for the office: talk to somebody whose certificate ends."""
LONGEST_NUMBER = 40
State, Origin = HeldCredential.State, HeldCredential.Origin


@dataclass(frozen=True)
class Certificate:
    """What is to be noted of a certificate. `kind` and `level` by id or name; no number: pending until the
    authority's is there."""

    kind: str
    level: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    reviewed_on: date | None = None
    review_on: date | None = None
    issued_area: str = ""
    is_pending: bool = False


def hold_credential(
    act: Act,
    *,
    person_id: UUID,
    office_path: str,
    certificate: Certificate,
    purpose: str,
    origin: str = Origin.ISSUED,
    subject: str = "",
) -> UUID:
    """Note a certificate of a person, kept by an office; the same number (or day) again is the same row.

    Raises Refusal: unknown kind or level, a day that is missing or lies ahead, no number where one is due.
    """
    area = office_path.partition("/")[0]
    kind, level = read_kind(area, certificate)
    number = read_number(certificate.number, is_needed=not certificate.is_pending)
    check_days(certificate, act.now.astimezone(SHANGHAI).date())
    known = _known(person_id, kind, level, number, certificate)
    if known is not None:
        return known
    row = new_row(
        HeldCredential,
        id=new_id(),
        person_id=person_id,
        area=area,
        office_path=office_path,
        controller=f"union:{area}",
        purpose=read_text(purpose, field="purpose", longest=80, is_needed=True),
        kind=kind,
        level=level,
        number_masked=mask_number(number),
        issuer=read_text(certificate.issuer, field="issuer", longest=80),
        issued_on=certificate.issued_on,
        issued_area=certificate.issued_area,
        valid_until=certificate.valid_until,
        reviewed_on=certificate.reviewed_on,
        review_on=certificate.review_on,
        state=State.PENDING if certificate.is_pending else State.HELD,
        origin=origin,
        subject=subject,
        noted_at=act.now,
        number=number,
    )
    insert(row)
    note_change(act, row.pk, row.state)
    tie_person(act, person_id=person_id, subject=entry_of(office_path), role=HOLDS, office_path=office_path)
    if not certificate.is_pending:
        _close_earlier(act, row)
    return row.pk


def entry_of(office_path: str) -> str:
    """Subject of the tie of everybody whose certificates an office keeps: a register's entry, no open matter."""
    return f"{REGISTER}{office_path}"[:120]


def read_kind(area: str, certificate: Certificate) -> tuple[str, str]:
    """Ids of kind and level in the area's map. Raises Refusal."""
    recognition = recognition_in(area)
    kind = recognition.kind_named(certificate.kind)
    return kind.id, recognition.level_named(kind, certificate.level)


def read_number(text: str, *, is_needed: bool) -> str:
    """Raises Refusal."""
    return read_text(text, field="number", longest=LONGEST_NUMBER, is_needed=is_needed).upper()


def mask_number(number: str) -> str:
    """The last four characters: enough to tell one's own two certificates apart."""
    return "*" * max(0, len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


def check_days(certificate: Certificate, today: date) -> None:
    """Raises Refusal for days that cannot be."""
    issued, until = certificate.issued_on, certificate.valid_until
    if issued is None and not certificate.is_pending:
        raise Refusal("empty", says("没有发证日期。"), says("请照证书填写。"), field="issued_on")
    if issued is not None and issued > today:
        raise Refusal(
            "issued_ahead",
            says("发证日期{day}还没有到。"),
            says("请核对日期。"),
            field="issued_on",
            day=issued.isoformat(),
        )
    if issued and until and until < issued:
        raise Refusal(
            "ends_before_issue",
            says("有效期至{until}，早于发证日期{day}。"),
            says("请核对这两个日期。"),
            field="valid_until",
            until=until.isoformat(),
            day=issued.isoformat(),
        )


def record_number(act: Act, *, credential_id: UUID, number: str, issued_on: date, issuer: str = "") -> UUID:
    """The authority's number of a pending certificate is there: from `issued_on` it is held. Raises Refusal, NotFound,
    DomainError where it is not pending."""
    row = HeldCredential.objects.select_for_update().filter(pk=credential_id).first()
    if row is None:
        raise NotFound(says("没有找到这张证书。"))
    if row.state != State.PENDING:
        raise DomainError("not_pending", says("这张证书不在等证号。"), says("请刷新页面。"), status=409)
    check_days(Certificate(row.kind, issued_on=issued_on), act.now.astimezone(SHANGHAI).date())
    row.number = read_number(number, is_needed=True)
    row.number_masked = mask_number(number.strip())
    row.issued_on, row.state = issued_on, State.HELD
    row.issuer = read_text(issuer, field="issuer", longest=80) or row.issuer
    row.version += 1
    row.save()
    note_change(act, row.pk, "numbered")
    _close_earlier(act, row)
    act.about(f"credential:{row.pk}", row.office_path)
    return row.pk


def note_change(act: Act, credential_id: UUID, what: str, reason: str = "") -> None:
    insert(
        new_row(
            CredentialChange,
            id=new_id(),
            credential_id=credential_id,
            what=what,
            at=act.now,
            by=act.actor.id,
            reason=reason,
        )
    )


def _known(person_id: UUID, kind: str, level: str, number: str, certificate: Certificate) -> UUID | None:
    same = HeldCredential.objects.filter(person_id=person_id, kind=kind)
    if number:
        same = same.filter(number_index=blind_index(HeldCredential, "number", number))
        # The number of a permit stays for life: with a later day of issue it is the renewed one.
        same = same.filter(issued_on=certificate.issued_on)
    else:
        same = same.filter(level=level, state=State.PENDING)
    return same.values_list("pk", flat=True).first()


def _close_earlier(act: Act, row: HeldCredential) -> None:
    """A newer one of the same kind and level stands in the place of those before it; nobody need be warned of them."""
    earlier = HeldCredential.objects.filter(
        person_id=row.person_id,
        kind=row.kind,
        level=row.level,
        state=State.HELD,
        issued_on__lt=row.issued_on,
    ).exclude(pk=row.pk)
    for pk in list(earlier.values_list("pk", flat=True)):
        HeldCredential.objects.filter(pk=pk).update(state=State.SUPERSEDED)
        note_change(act, pk, State.SUPERSEDED)
        worklist.drop_todos(act, subject_id=pk, kinds=[ENDING])
