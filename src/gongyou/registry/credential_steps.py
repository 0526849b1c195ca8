"""Writes about certificates people hold that other rooms make inside their own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.sealed_fields import blind_index
from gongyou.registry.models import REGISTER, CredentialChange, CredentialWarning, HeldCredential
from gongyou.registry.queries.credentials import recognition_in
from gongyou.registry.steps import tie_person

HOLDS = "holds"
ENDING = "credentials.ending"
"""Kind of the thing to do for the office: talk to somebody whose certificate ends."""
LONGEST_NUMBER = 40
PEOPLE_AT_ONCE = 500
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
        supersede(act, {row.person_id})
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
    supersede(act, {row.person_id})
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


def supersede(act: Act, people: set[UUID]) -> None:
    """Of each kind and level of these people the newest stands; nobody need be warned of those before it."""
    ids, late = sorted(people), []
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        held = HeldCredential.objects.filter(
            state=State.HELD, person_id__in=ids[start : start + PEOPLE_AT_ONCE]
        )
        newer = HeldCredential.objects.filter(
            person=OuterRef("person"),
            kind=OuterRef("kind"),
            level=OuterRef("level"),
            state=State.HELD,
            issued_on__gt=OuterRef("issued_on"),
        )
        late += list(held.filter(Exists(newer)).values_list("pk", flat=True))
    for start in range(0, len(late), PEOPLE_AT_ONCE):
        part = late[start : start + PEOPLE_AT_ONCE]
        HeldCredential.objects.filter(pk__in=part).update(state=State.SUPERSEDED, version=F("version") + 1)
    for pk in late:
        note_change(act, pk, State.SUPERSEDED)
    worklist.drop_todos_of(act, subject_ids=late, kind=ENDING)


def note_warning(act: Act, *, credential_id: UUID, ends_on: date, ends_by: str) -> bool:
    """Whether this end was not told before: it is from now on."""
    return CredentialWarning.objects.get_or_create(
        credential_id=credential_id,
        ends_on=ends_on,
        defaults={"ends_by": ends_by, "warned_at": act.now},
    )[1]
