"""Whom a rung reaches: an office, and there who is on duty, in a post or at work; where nobody is, the next office up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.kernel import accounts
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import StaffView
from gongyou.offices import queries as offices
from gongyou.offices.queries import Duty, OfficeView, PostView

IN_CHARGE = ("master", "deputy", "duty_cadre", "desk")  # whose post answers first
ROLES = ("station_master", "leader", "dispatcher", "desk")  # where no post was filled in: who works there


@dataclass(frozen=True)
class Told:
    """Who is told at which office. `told_as` office: nobody at any level; it stands on the top office's list."""

    office: OfficeView
    told_as: str
    account_id: UUID | None = None
    name: str = ""
    phone: str = ""


def _rank(roles: tuple[str, ...]) -> int | None:
    return min((ROLES.index(role) for role in roles if role in ROLES), default=None)


def _answering(
    place: OfficeView, duty: Duty | None, posts: Sequence[PostView], staff: Sequence[StaffView]
) -> Told | None:
    """Who answers at an office itself: its duty holder, else its post, else its staff; None: nobody."""
    if duty is not None and not duty.is_gap:
        return Told(place, "duty", duty.holder_account_id, duty.holder_name, duty.phone)
    if posts:
        first = min(posts, key=lambda p: (IN_CHARGE.index(p.kind), p.title))
        return Told(place, "post", first.holder_account_id, first.holder_name, place.phone)
    if staff:
        found = min(staff, key=lambda s: (_rank(s.roles), s.name))
        return Told(place, "post", found.account_id, found.name, place.phone)
    return None


class Reach:
    """Offices and people as they stand at one moment, each looked up once."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        self._trees: dict[str, dict[str, OfficeView]] = {}
        self._offices: dict[UUID, OfficeView] = {}
        self._callers: dict[UUID, OfficeView] = {}
        self._told: dict[UUID, Told] = {}
        self._meant: dict[tuple[UUID, str], OfficeView] = {}
        self._answers: dict[UUID, Told | None] = {}  # of an office itself; None: nobody there
        self._staff: dict[str, tuple[StaffView, ...]] = {}

    def know(self, office_ids: Iterable[UUID]) -> None:
        """Look many offices up at once."""
        self._offices |= offices.offices(office_ids)

    def office(self, office_id: UUID) -> OfficeView:
        if office_id not in self._offices:
            self._offices[office_id] = offices.office(office_id)
        return self._offices[office_id]

    def caller(self, office_id: UUID) -> OfficeView:
        if office_id not in self._callers:
            self._callers[office_id] = offices.call_back_office(office_id)
        return self._callers[office_id]

    def line(self, office: OfficeView) -> list[OfficeView]:
        """The office and everything above it, nearest first."""
        tree = self._tree(office.area)
        parts = office.path.rstrip("/").split("/")
        paths = ("/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1))
        return [tree[path] for path in paths if path in tree] or [office]

    def above(self, office: OfficeView) -> OfficeView:
        """The next office up; the one at the top answers for itself."""
        line = self.line(office)
        return line[1] if len(line) > 1 else line[0]

    def meant(self, office: OfficeView, to: str) -> OfficeView:
        """The office a rung names, seen from one: `above`, `top`, or the nearest of a kind, else the next one up."""
        key = (office.id, to)
        if key not in self._meant:
            self._meant[key] = self._look_up(office, to)
        return self._meant[key]

    def _look_up(self, office: OfficeView, to: str) -> OfficeView:
        line = self.line(office)
        if to == "top":
            return line[-1]
        if to != "above":
            for place in line:
                beside = [o for o in self._tree(office.area).values() if o.parent_id == place.id]
                for one in (place, *sorted(beside, key=lambda o: o.path)):
                    if one.kind == to and one.id != office.id:
                        return one
        return self.above(office)

    def colleague(self, office: OfficeView, account_id: UUID) -> str | None:
        """The name of somebody who works at an office; None for who left."""
        self.told(office)  # looks at the staff, too
        return next(
            (one.name for one in self._staff.get(office.path, ()) if one.account_id == account_id), None
        )

    def told(self, office: OfficeView) -> Told:
        """Who answers for an office now: its duty holder, else its post, else its staff, else the same one level up."""
        if office.id not in self._told:
            self._told[office.id] = self._ask(office)
        return self._told[office.id]

    def _ask(self, office: OfficeView) -> Told:
        line = self.line(office)
        if any(place.id not in self._answers for place in line):
            self._look(dict.fromkeys((*line, *self._tree(office.area).values())))
        found = (told for place in line if (told := self._answers[place.id]) is not None)
        return next(found, None) or Told(line[-1], "office", phone=line[-1].phone)

    def _look(self, places: Collection[OfficeView]) -> None:
        """Who is there at each of these offices: one look at rotas, posts and staff for an area, not for an office."""
        duties = offices.on_duty_of(places, self.now)
        self._staff |= accounts.staff_of(self.actor, office_paths=[place.path for place in places])
        posts: dict[UUID, list[PostView]] = {}
        for post in offices.posts_of(self.actor, frozenset(place.id for place in places)):
            if post.holder_name and post.kind in IN_CHARGE:
                posts.setdefault(post.office_id, []).append(post)
        for place in places:
            present = [one for one in self._staff.get(place.path, ()) if _rank(one.roles) is not None]
            self._answers[place.id] = _answering(place, duties[place.id], posts.get(place.id, []), present)

    def _tree(self, area: str) -> dict[str, OfficeView]:
        if area not in self._trees:
            self._trees[area] = {o.path: o for o in offices.tree(area)}
        return self._trees[area]
