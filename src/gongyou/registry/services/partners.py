"""Partners: they sign up online, at a roadshow or by signing; a second person checks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import mask_name
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.kernel import files
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.registry.events import PartnerEnded
from gongyou.registry.inputs import read_area
from gongyou.registry.models import Partner, PartnerVetting
from gongyou.registry.partner_steps import today_of, volunteer_of
from gongyou.registry.steps import close_ties, note_person, record_consent, tie_person

WRITE, CHECK = "partners.write", "partners.check"
PURPOSE = "partners"
LONGEST_VETTING_YEARS = 3


@dataclass(frozen=True)
class PartnerStanding:
    partner_id: UUID
    state: str
    version: int


@dataclass(frozen=True)
class SignUp:
    """What a partner says about themselves. `organisation` is empty for a resident."""

    kind: str
    area: str
    office_path: str
    contact: str
    organisation: str = ""
    phone: str = ""
    offers: str = ""
    event: str = ""


@action("registry.join_as_partner", right="partners.join", answers=PartnerStanding)
def join_as_partner(act: Act, *, sign_up: SignUp) -> PartnerStanding:
    """Online: by somebody signed in with an SMS code, so the number is proven. Raises Refusal, DomainError."""
    _check_kind(sign_up)
    person_id = volunteer_of(act, area=sign_up.area, name=sign_up.contact, purpose=PURPOSE)
    if Partner.objects.filter(person_id=person_id, state__in=["applied", "active"]).exists():
        raise DomainError(
            "partner_known",
            says("您已经报名，或已经是合伙人。"),
            says("想增加提供的内容，请联系就近站点。"),
            status=409,
        )
    return _open(act, sign_up, person_id, "online")


@action("registry.register_partner", right=WRITE, answers=PartnerStanding)
def register_partner(
    act: Act,
    *,
    sign_up: SignUp,
    way: str,
    agreement_id: UUID | None = None,
    agreed_from: date | None = None,
    agreed_until: date | None = None,
) -> PartnerStanding:
    """By staff, at a roadshow or a signing (then with the agreement's dates). Raises NotAllowed, Refusal."""
    act.require(WRITE, sign_up.office_path)
    _check_kind(sign_up)
    if way not in ("roadshow", "signing"):
        raise DomainError("way", says("请选择是路演还是签约。"), field="way")
    _check_agreement(way, agreed_from, agreed_until)
    person_id = note_person(
        act,
        name=read_text(sign_up.contact, field="contact", longest=40, is_needed=True),
        phone=sign_up.phone,
        controller=f"union:{sign_up.area}",
        area=sign_up.area,
        source="desk",
        purpose=PURPOSE,
    )
    return _open(act, sign_up, person_id, way, (agreement_id, agreed_from, agreed_until))


def _check_kind(sign_up: SignUp) -> None:
    if sign_up.kind not in Partner.Kind.values:
        raise DomainError("kind", says("请选择合伙人类型。"), field="kind")
    read_text(sign_up.contact, field="contact", longest=40, is_needed=True)
    if sign_up.kind != Partner.Kind.RESIDENT:
        read_text(sign_up.organisation, field="organisation", longest=80, is_needed=True)
    read_area(sign_up.area)


def _check_agreement(way: str, since: date | None, until: date | None) -> None:
    if way == "signing" and (since is None or until is None):
        raise DomainError("agreed_from", says("签约要写明协议从哪天到哪天。"), field="agreed_from")
    if since and until and until < since:
        raise DomainError("agreed_until", says("协议到期早于开始。"), field="agreed_until")


def _open(
    act: Act,
    sign_up: SignUp,
    person_id: UUID,
    way: str,
    agreement: tuple[UUID | None, date | None, date | None] = (None, None, None),
) -> PartnerStanding:
    is_resident = sign_up.kind == Partner.Kind.RESIDENT
    row = Partner(
        id=new_id(),
        kind=sign_up.kind,
        name=mask_name(sign_up.contact.strip()) if is_resident else sign_up.organisation.strip(),
        person_id=person_id,
        area=sign_up.area,
        office_path=sign_up.office_path,
        way=way,
        event=read_text(sign_up.event, field="event", longest=80),
        offers=read_text(sign_up.offers, field="offers", longest=400),
        applied_by=act.actor.id,
        applied_at=act.now,
        agreement_id=agreement[0],
        agreed_from=agreement[1],
        agreed_until=agreement[2],
    )
    row.save(force_insert=True)
    subject = f"partner:{row.pk}"
    if agreement[0]:
        files.bind_files(act, ids=[agreement[0]], subject=subject, office_path=row.office_path)
    record_consent(act, person_id=person_id, purpose=PURPOSE, basis="consent", evidence=way)
    tie_person(act, person_id=person_id, subject=subject, role="partner", office_path=row.office_path)
    act.about(subject, row.office_path)
    return _standing(row)


@action("registry.check_partner", right=CHECK, answers=PartnerStanding)
def check_partner(
    act: Act, *, partner_id: UUID, version: int, is_accepted: bool, reason: str = ""
) -> PartnerStanding:
    """A second person takes the partner on or refuses with a reason. Raises NotAllowed, DomainError, Stale."""
    row = _locked(act, partner_id, version, CHECK)
    if row.state != Partner.State.APPLIED:
        raise DomainError("not_now", says("这个合伙人已经审核过。"), status=409)
    if row.applied_by == act.actor.id:
        raise DomainError(
            "own_check", says("登记人不能审核自己登记的合伙人。"), says("请由另一位同事审核。"), status=403
        )
    row.state = Partner.State.ACTIVE if is_accepted else Partner.State.REFUSED
    row.checked_by, row.checked_at = act.actor.id, act.now
    row.reason = read_text(reason, field="reason", longest=200, is_needed=not is_accepted)
    if not is_accepted:
        close_ties(act, subject=f"partner:{row.pk}", keep_until=today_of(act))
    return _saved(row)


@action("registry.end_partner", right=CHECK, answers=PartnerStanding)
def end_partner(act: Act, *, partner_id: UUID, version: int, reason: str) -> PartnerStanding:
    """The co-operation ends; what is set aside stays promised, nothing new is taken. Raises NotAllowed, Stale."""
    row = _locked(act, partner_id, version, CHECK)
    if row.state != Partner.State.ACTIVE:
        raise DomainError("not_now", says("只有正在合作的才能结束。"), status=409)
    row.state, row.ended_at = Partner.State.ENDED, act.now
    row.reason = read_text(reason, field="reason", longest=200, is_needed=True)
    row.resources.filter(ended_at__isnull=True).update(ended_at=act.now)
    row.vettings.filter(revoked_at__isnull=True).update(revoked_at=act.now)
    close_ties(act, subject=f"partner:{row.pk}", keep_until=today_of(act))
    act.publish(PartnerEnded(row.pk))
    return _saved(row)


@action("registry.vet_partner", right=CHECK, answers=PartnerStanding)
def vet_partner(act: Act, *, partner_id: UUID, seen: str, valid_until: date) -> PartnerStanding:
    """Record what was checked before this partner meets children, and until when it holds.

    Never by whoever registered the partner. Raises NotAllowed, DomainError, Refusal.
    """
    row = _locked(act, partner_id, None, CHECK)
    if row.applied_by == act.actor.id:
        raise DomainError("own_check", says("登记人不能核查自己登记的合伙人。"), status=403)
    today = today_of(act)
    if not today < valid_until <= date(today.year + LONGEST_VETTING_YEARS, 12, 31):
        raise DomainError(
            "valid_until",
            says("核查有效期应在明天以后、{years}年以内。"),
            field="valid_until",
            years=LONGEST_VETTING_YEARS,
        )
    PartnerVetting.objects.create(
        partner=row,
        checked_by=act.actor.id,
        checked_at=act.now,
        seen=read_text(seen, field="seen", longest=200, is_needed=True),
        valid_until=valid_until,
    )
    return _saved(row)


def _locked(act: Act, partner_id: UUID, version: int | None, right: str) -> Partner:
    row = Partner.objects.select_for_update().filter(pk=partner_id).first()
    if row is None:
        raise NotFound(says("没有找到这个合伙人。"))
    act.require(right, row.office_path)
    if version is not None and row.version != version:
        raise Stale
    act.about(f"partner:{row.pk}", row.office_path)
    return row


def _saved(row: Partner) -> PartnerStanding:
    row.version += 1
    row.save()
    return _standing(row)


def _standing(row: Partner) -> PartnerStanding:
    return PartnerStanding(row.pk, row.state, row.version)
