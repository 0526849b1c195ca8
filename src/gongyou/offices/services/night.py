"""What the platform itself does for an office: publish the rota ahead, see what runs out, expires or is due."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.worklist import put_todo
from gongyou.offices.models import Facility, Inspection, Office, Rotation, StockLot
from gongyou.offices.queries.rota import owed_hand_overs
from gongyou.offices.queries.rules import station_rules
from gongyou.offices.steps import active_office
from gongyou.offices.steps.rota import extend_rota, resettle
from gongyou.offices.steps.stock import settle_expired, settle_refill, working_days_on

NIGHT = "offices.night"
INSPECT, HAND_OVER = "offices.inspect", "offices.hand_over"


@action("offices.keep_rota", right=NIGHT, answers=int)
def keep_rota(act: Act, *, office_id: UUID) -> int:
    """The rota reaches as many days ahead as the pack says; who left no hand-over note is asked for it.

    Returns the gaps that stay. Raises NotFound, DomainError for a closed office.
    """
    office = active_office(office_id)
    rules = station_rules(office.area)
    gaps = 0
    if rules is not None and Rotation.objects.filter(office=office, is_active=True).exists():
        gaps = extend_rota(act, office, moment.today() + timedelta(days=rules.publish_days)).gaps
    else:
        resettle(act, office)
    for shift in owed_hand_overs(office.pk, act.now):
        put_todo(
            act, kind=HAND_OVER, subject_id=shift.id, office_id=office.pk, office_path=office.path,
            number=office.code, title=office.name, due_at=shift.until_at, holder_id=shift.holder_account_id,
        )  # fmt: skip
    act.about(f"rota:{office.pk}", office.path)
    return gaps


@action("offices.keep_station", right=NIGHT, answers=int)
def keep_station(act: Act, *, office_id: UUID) -> int:
    """Refills by what is good, expired lots to take away, the next inspection round. Returns expired lots.

    Raises NotFound, DomainError for a closed office.
    """
    office = active_office(office_id)
    act.about(f"office:{office.pk}", office.path)
    rules = station_rules(office.area)
    if rules is None:
        return 0
    kept = set(StockLot.objects.filter(office=office).values_list("item", flat=True))
    for item in rules.items:
        if item.id in kept:
            settle_refill(act, office, item, rules)
    _ask_inspection(act, office, rules.inspect_every_days)
    return settle_expired(act, office, rules)


def _ask_inspection(act: Act, office: Office, every_days: int) -> None:
    if not Facility.objects.filter(office=office, withdrawn_at=None).exists():
        return
    last = Inspection.objects.filter(office=office).order_by("-at").first()
    if last is not None and last.at + timedelta(days=every_days) > act.now:
        return
    due_at = last.at + timedelta(days=every_days) if last else working_days_on(act, office, 1)
    put_todo(
        act, kind=INSPECT, subject_id=office.pk, office_id=office.pk, office_path=office.path,
        number=office.code, title=office.name, due_at=due_at,
    )  # fmt: skip
