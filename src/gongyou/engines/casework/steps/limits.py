"""Legal routes of a matter with the day each ends; who is warned, and what stands on the list until then."""

from __future__ import annotations

from datetime import date, datetime, time

from gongyou.basics.refusal import says
from gongyou.basics.workdays import SHANGHAI
from gongyou.engines.casework.definitions import LegalRoute
from gongyou.engines.casework.limits import is_near, last_day
from gongyou.engines.casework.models import LegalLimit
from gongyou.engines.casework.steps.matter import Matter
from gongyou.engines.casework.steps.telling import tell_worker
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act

ON_LIST = "casework.legal_limit"


def routes_of(matter: Matter) -> tuple[LegalRoute, ...]:
    """The legal routes that belong to the topic of a matter."""
    return tuple(r for r in matter.type.legal_routes if matter.row.topic in r.topics)


def begin_limits(act: Act, matter: Matter, known_on: date | None) -> None:
    """Note the last day of every route; a date that is near already is warned of at once."""
    for route in routes_of(matter):
        filed_on = matter.row.received_at.astimezone(SHANGHAI).date()
        note_limit(act, matter, route, known_on or filed_on, is_known=known_on is not None)


def note_limit(
    act: Act,
    matter: Matter,
    route: LegalRoute,
    started_on: date,
    *,
    is_known: bool,
    is_still_employed: bool = False,
) -> LegalLimit:
    """A new beginning takes the place of the older one; nothing is edited."""
    LegalLimit.objects.filter(case=matter.row, route_id=route.id, superseded_at__isnull=True).update(
        superseded_at=act.now
    )
    stands_still = route.stands_still_while_employed and is_still_employed
    limit = LegalLimit.objects.create(
        case=matter.row,
        route_id=route.id,
        started_on=started_on,
        basis=LegalLimit.Basis.KNOWN if is_known else LegalLimit.Basis.FILED,
        expires_on=None if stands_still else last_day(started_on, route.within, route.unit),
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    drop_todo_when_quiet(act, matter)
    warn_when_near(act, matter, limit, route)
    return limit


def warn_when_near(act: Act, matter: Matter, limit: LegalLimit, route: LegalRoute) -> bool:
    """Put the date on the office's list and tell the person, once, when it is near (or past)."""
    if limit.expires_on is None or limit.warned_at is not None or limit.used_on is not None:
        return False
    if not is_near(limit.expires_on, route.warn_days, act.now.astimezone(SHANGHAI).date()):
        return False
    LegalLimit.objects.filter(pk=limit.pk).update(warned_at=act.now)
    put_limit_todo(act, matter, limit)
    tell_worker(
        act,
        matter,
        "legal_limit",
        due=f"{limit.expires_on:%Y年%m月%d日}",
        reason=f"{route.title}（{route.owner}）",
    )
    return True


def put_limit_todo(act: Act, matter: Matter, limit: LegalLimit) -> None:
    """The nearest right that runs out stands on the handler's list until somebody went or it was settled."""
    office, day = matter.office, limit.expires_on
    if day is None:
        return
    worklist.put_todo(
        act,
        kind=ON_LIST,
        subject_id=matter.row.pk,
        office_id=office.id,
        office_path=office.path,
        number=matter.row.number,
        title=f"{matter.type.title} · {says('法律时效快到，提醒本人走法律途径')}",
        due_at=_close_of(day),
        holder_id=matter.row.holder_id,
    )


def _close_of(day: date) -> datetime:
    return datetime.combine(day, time(17), tzinfo=SHANGHAI)


def drop_todo_when_quiet(act: Act, matter: Matter) -> None:
    """Nothing warned of is left open: the entry goes."""
    warned = LegalLimit.objects.filter(
        case=matter.row, superseded_at__isnull=True, used_on__isnull=True, warned_at__isnull=False
    )
    nearest = warned.filter(expires_on__isnull=False).order_by("expires_on").first()
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=[ON_LIST])
    if nearest is not None:
        put_limit_todo(act, matter, nearest)
