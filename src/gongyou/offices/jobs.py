"""Scheduled work of offices: rotas published ahead, gaps alarmed, stock and rounds looked after."""

from __future__ import annotations

from gongyou.kernel.access import system_actor
from gongyou.offices.models import Facility, Office, RotaBook, Rotation, StockLot
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
