"""Scheduled work of offices: rotas published ahead, gaps alarmed, stock and rounds looked after."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices.models import Facility, Office, RotaBook, Rotation, StockLot
from gongyou.offices.queries.rules import station_rules
from gongyou.offices.services.night import keep_rota, keep_station


def run_night() -> dict[str, int]:
    """Every office once, each in its own action. Idempotent; returns counts."""
    actor = system_actor("night")
    in_use = Office.objects.filter(is_active=True).order_by("path")
    on_rota = Rotation.objects.filter(is_active=True).values("office"), RotaBook.objects.values("office")
    gaps = 0
    for pk in (in_use.filter(pk__in=on_rota[0]) | in_use.filter(pk__in=on_rota[1])).values_list(
        "pk", flat=True
    ):
        gaps += keep_rota(actor, office_id=pk)
    kept = Facility.objects.filter(withdrawn_at=None).values("office"), StockLot.objects.values("office")
    expired = 0
    for pk in (in_use.filter(pk__in=kept[0]) | in_use.filter(pk__in=kept[1])).values_list("pk", flat=True):
        expired += keep_station(actor, office_id=pk)
    return {"duty_gaps": gaps, "lots_expired": expired}


@job("offices.note_installed")
def note_installed(act: Act, payload: Payload) -> None:
    """What people asked for stands here now: on the station's list, where the pack knows its kind by name.

    Anything else (a spot heater, a parcel scale) the station puts on its list itself.
    """
    office = Office.objects.get(pk=UUID(payload["office_id"]))
    rules = station_rules(office.area)
    named = [kind for kind in rules.facilities if kind.title in payload["title"]] if rules else []
    if not named:
        return
    since = datetime.fromisoformat(payload["installed_at"]).astimezone(SHANGHAI).date()
    Facility.objects.create(
        id=new_id(),
        office=office,
        kind=max(named, key=lambda kind: len(kind.title)).id,
        label=payload["spot"][:60],
        since_on=since,
    )
    act.about(f"office:{office.pk}", office.path)
