"""Publishing a rota from its rotation, and the gaps that stay: both can be done again and find nothing new to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices.models import (
    DutyGap,
    DutyLeave,
    DutyShift,
    Office,
    OutVisit,
    RotaBook,
    Rotation,
)
from gongyou.offices.opening import Opening, Stretch, days_between, lacking, line_of, uncovered
from gongyou.offices.queries.calendars import calendar_of
from gongyou.offices.queries.duty import duty_holder
from gongyou.offices.queries.hours import opening_of
from gongyou.offices.steps.shifts import end_shift, holder_key, keep_record, take_turns
from gongyou.offices.turns import Crew, Member, Roster, Rule

GAP = "offices.gap"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Published:
    """How far the rota stands now, how many shifts were added and how many gaps stay."""

    until_on: date | None
    shifts: int
    gaps: int


def locked_book(office: Office) -> RotaBook:
    """The turn of whoever writes this office's rota."""
    RotaBook.objects.get_or_create(office=office)
    return RotaBook.objects.select_for_update().get(office=office)


def extend_rota(act: Act, office: Office, until_on: date) -> Published:
    """Publish up to a day (never less far than before): new days are filled, whatever stays open is recorded.

    Days published before are left as people changed them since.
    """
    book = locked_book(office)
    today = _local_day(act.now)
    before = book.published_until if book.published_until and book.published_until >= today else None
    last = max(until_on, before) if before else until_on
    added = _fill(act, office, before + ONE_DAY if before else today, last)
    book.published_until = last
    book.save(update_fields=["published_until"])
    return Published(last, added, settle_gaps(act, office, today, last))


def fill_again(act: Act, office: Office, first: date | None = None, last: date | None = None) -> Published:
    """Fill what waits on days already published (some of them, or all to come), and settle the gaps."""
    book, today = locked_book(office), _local_day(act.now)
    end = book.published_until
    if end is None or end < today:
        return Published(end, 0, 0)
    added = _fill(act, office, max(first or today, today), min(last or end, end))
    return Published(end, added, settle_gaps(act, office, today, end))


def resettle(act: Act, office: Office) -> None:
    """Somebody changed a shift by hand: the gaps of the published days are those that are there now."""
    book, today = locked_book(office), _local_day(act.now)
    if book.published_until is not None and book.published_until >= today:
        settle_gaps(act, office, today, book.published_until)


def _fill(act: Act, office: Office, first: date, last: date) -> int:
    rules = _rules(office)
    if not rules or first > last:
        return 0
    opening, calendar = opening_of(office.pk), calendar_of(office.area)[1]
    roster = Roster(
        rules, lambda day: opening.on(day, calendar) is not None, lambda day: line_of(day, calendar)
    )
    covered = _covered(office, first, last)
    free = _Free(office, rules, first, last)
    rows: list[DutyShift] = []
    for day in days_between(first, last):
        stretch, crew = _rest_of(act, opening.on(day, calendar)), roster.crew(day)
        if stretch is not None and crew is not None:
            for part in lacking(covered, *stretch, crew.seats):
                rows += _seat(office, crew, free, *part)
    DutyShift.objects.bulk_create(rows)
    for row in rows:
        keep_record(act, row, "rotation")
    return len(rows)


def _seat(
    office: Office, crew: Crew, free: _Free, begins: datetime, ends: datetime, missing: int
) -> Iterator[DutyShift]:
    for member in crew.fill(missing, lambda m: free.can_stand(m, begins, ends)):
        free.note(member, begins, ends)
        yield _shift(office, crew.rule.id, member, begins, ends)


def _shift(
    office: Office, rotation_id: UUID, member: Member, from_at: datetime, until_at: datetime
) -> DutyShift:
    return DutyShift(
        id=new_id(),
        office=office,
        holder_account_id=member.account_id,
        holder_name=member.name,
        phone=member.phone,
        from_at=from_at,
        until_at=until_at,
        source=DutyShift.Source.ROTATION,
        rotation_id=rotation_id,
    )


def _rules(office: Office) -> tuple[Rule, ...]:
    rows = Rotation.objects.filter(office=office, is_active=True).prefetch_related("members")
    return tuple(_rule(row) for row in rows.order_by("id"))


def _rule(rotation: Rotation) -> Rule:
    members = sorted(rotation.members.all(), key=lambda m: m.place)
    turns = tuple(
        tuple(Member(m.holder_name, m.holder_account_id, m.phone) for m in together)
        for _turn, together in groupby(members, key=lambda m: m.turn)
    )
    return Rule(
        rotation.pk,
        rotation.pattern,
        rotation.from_on,
        rotation.until_on,
        frozenset(int(line) for line in rotation.weekdays),
        turns,
    )


class _Free:
    """Who of the rules is neither on leave, nor out, nor standing elsewhere."""

    def __init__(self, office: Office, rules: Sequence[Rule], first: date, last: date) -> None:
        since, until = _begin(first), _begin(last + ONE_DAY)
        people = {m.key: m for rule in rules for turn in rule.turns for m in turn}.values()
        take_turns(holder_key(m.account_id, m.name, office.pk) for m in people)
        self._taken: dict[str, list[Stretch]] = {}
        self._away: dict[str, list[tuple[date, date]]] = {}
        accounts = [m.account_id for m in people if m.account_id]
        for model, own in ((DutyShift, {}), (OutVisit, {"state": OutVisit.State.PLANNED})):
            for by in ({"holder_account_id__in": accounts}, {"holder_account_id": None, "office": office}):
                rows = model._default_manager.filter(from_at__lt=until, until_at__gt=since, **own, **by)
                for account, name, begins, ends in rows.values_list(
                    "holder_account_id", "holder_name", "from_at", "until_at"
                ):
                    self._taken.setdefault(Member(name, account).key, []).append((begins, ends))
        for by in ({"holder_account_id__in": accounts}, {"holder_account_id": None, "office": office}):
            leaves = DutyLeave.objects.filter(cancelled_at=None, from_on__lte=last, until_on__gte=first, **by)
            for row in leaves:
                key = Member(row.holder_name, row.holder_account_id).key
                self._away.setdefault(key, []).append((row.from_on, row.until_on))

    def can_stand(self, member: Member, begins: datetime, ends: datetime) -> bool:
        day = _local_day(begins)
        if any(first <= day <= last for first, last in self._away.get(member.key, ())):
            return False
        return not any(b < ends and e > begins for b, e in self._taken.get(member.key, ()))

    def note(self, member: Member, begins: datetime, ends: datetime) -> None:
        self._taken.setdefault(member.key, []).append((begins, ends))


def _waiting(
    act: Act, office: Office, opening: Opening, first: date, last: date
) -> dict[date, tuple[Stretch, ...]]:
    """By day, the parts of opening hours nobody of the office covers; what is over waits for nobody."""
    calendar = calendar_of(office.area)[1]
    covered = _covered(office, first, last)
    found = {}
    for day in days_between(first, last):
        stretch = _rest_of(act, opening.on(day, calendar))
        open_parts = uncovered(covered, *stretch) if stretch else ()
        if open_parts:
            found[day] = open_parts
    return found


def _covered(office: Office, first: date, last: date) -> tuple[Stretch, ...]:
    rows = DutyShift.objects.filter(
        office=office, from_at__lt=_begin(last + ONE_DAY), until_at__gt=_begin(first)
    )
    return tuple(rows.values_list("from_at", "until_at"))


def _rest_of(act: Act, stretch: Stretch | None) -> Stretch | None:
    """What of a day's opening hours is still to come."""
    if stretch is None or stretch[1] <= act.now:
        return None
    return max(stretch[0], act.now), stretch[1]


def settle_gaps(act: Act, office: Office, first: date, last: date) -> int:
    """Make the recorded gaps of these days those that are there: filled ones end, new ones go to the level above."""
    opening = opening_of(office.pk)
    wanted = {gap for parts in _waiting(act, office, opening, first, last).values() for gap in parts}
    rows = DutyGap.objects.filter(office=office, closed_at=None, until_at__gt=act.now)
    known = set()
    for row in rows.filter(from_at__lt=_begin(last + ONE_DAY)):
        # A gap that has begun keeps its beginning: what waits is only its rest.
        rest = (max(row.from_at, act.now), row.until_at)
        if rest in wanted:
            known.add(rest)
        else:
            _end_gap(act, row)
    for begins, ends in sorted(wanted - known):
        _open_gap(act, office, begins, ends)
    return len(wanted)


def _end_gap(act: Act, row: DutyGap) -> None:
    """Somebody stands in it from now on; the part that was a gap stays in the record."""
    row.closed_at = act.now
    if row.from_at < act.now < row.until_at:
        row.until_at = act.now
    row.save(update_fields=["closed_at", "until_at"])
    drop_todos(act, subject_id=row.pk)


def _open_gap(act: Act, office: Office, begins: datetime, ends: datetime) -> None:
    filler = duty_holder(office.parent_id or office.pk, begins)
    row = DutyGap.objects.create(
        id=new_id(),
        office=office,
        from_at=begins,
        until_at=ends,
        found_at=act.now,
        filled_by_office_id=filler.office.id,
        filled_by_account_id=filler.holder_account_id,
        filled_by_name=filler.holder_name[:40],
    )
    put_todo(
        act,
        kind=GAP,
        subject_id=row.pk,
        office_id=filler.office.id,
        office_path=filler.office.path,
        number=office.code,
        title=office.name,
        due_at=begins,
        holder_id=filler.holder_account_id,
    )


def end_rota(act: Act, office: Office) -> None:
    """An office is closed: its rotation ends, coming shifts are dropped, open gaps are nobody's any more."""
    Rotation.objects.filter(office=office, is_active=True).update(is_active=False)
    for row in DutyShift.objects.filter(office=office, until_at__gt=act.now):
        end_shift(act, row, "office_closed")
    for gap in DutyGap.objects.filter(office=office, closed_at=None, until_at__gt=act.now):
        _end_gap(act, gap)


def drop_future_turns(act: Act, office: Office, *, holder: UUID | None = None, name: str = "") -> int:
    """Coming turns of the rotation (of one holder, where one is named) go, so that they can be planned again."""
    rows = DutyShift.objects.filter(office=office, source=DutyShift.Source.ROTATION, from_at__gt=act.now)
    if holder is not None:
        rows = rows.filter(holder_account_id=holder)
    elif name:
        rows = rows.filter(holder_account_id=None, holder_name=name)
    found = list(rows)
    for row in found:
        end_shift(act, row, "replanned")
    return len(found)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _local_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
