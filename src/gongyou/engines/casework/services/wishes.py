"""Wishes: checked, put up on the wall, taken down; help from the office above where nobody takes one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.events import WishPutUp
from gongyou.engines.casework.models import Wish
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.barring import protect_child
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.standing import require_upper, standing
from gongyou.engines.casework.steps.wall import consent_purpose, release_claims
from gongyou.kernel import search
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.registry import steps as registry

MOST_NEEDED = 500
LONGEST_WALL_TEXT = 120
CHILDREN = "casework.children"
_MANY_DIGITS = re.compile(r"\d[\d\s-]{5,}\d")


@dataclass(frozen=True)
class Checking:
    """What was found out. `wall_text` is what strangers read: no name, number or address; of a child's wish nothing.

    `guardian_consent` says how the guardian agreed (form, recording, in person): needed for a child's wish.
    """

    category: str
    need: int
    unit: str
    wall_text: str = ""
    wanted_by: date | None = None
    is_about_child: bool = False
    guardian_consent: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""
    """Only where the guardian is somebody else than the person whose matter it is."""


@action("casework.check_wish", right="casework.handle", answers=Standing)
def check_wish(act: Act, *, case_id: UUID, version: int, checking: Checking) -> Standing:
    """Record what the wish needs. About a child it is protected from here on at the latest.

    Raises NotAllowed, Stale, Refusal, DomainError.
    """
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    is_about_child = checking.is_about_child or _concerns_child(matter, checking.category)
    if is_about_child:
        _protect(act, matter)
    _check(act, matter, checking, is_about_child)
    consent_id = _consent(act, matter, checking) if is_about_child else None
    values = {
        "area": matter.row.area,
        "office_path": matter.row.office_path,
        "category": checking.category,
        "wall_text": "" if is_about_child else checking.wall_text.strip(),
        "unit": checking.unit.strip(),
        "need": checking.need,
        "taken": 0,
        "fulfilled": 0,
        "wanted_by": checking.wanted_by,
        "is_about_child": is_about_child,
        "consent_id": consent_id,
        "checked_by": act.actor.id,
        "checked_at": act.now,
        "put_up_by": None,
        "put_up_at": None,
    }
    Wish.objects.update_or_create(case=matter.row, defaults=values)
    happen(act, matter, Happens.CHECKED, {"need": checking.need, "category": checking.category})
    return standing(matter)


def _concerns_child(matter: Matter, category: str) -> bool:
    topic = next((t for t in matter.type.topics if t.id == category), None)
    return matter.row.is_about_child or bool(topic and topic.about_children)


def _protect(act: Act, matter: Matter) -> None:
    """Found out now: fewer people may read it, and its words are no longer found by searching."""
    act.require(CHILDREN, matter.row.office_path)
    if matter.row.is_about_child:
        return
    matter.row.is_about_child = True
    matter.row.save(update_fields=["is_about_child"])
    protect_child(act, matter.row.pk)
    search.index_text(
        act,
        kind="case",
        subject_id=matter.row.pk,
        office_path=matter.row.office_path,
        text=matter.row.number,
    )


def _check(act: Act, matter: Matter, checking: Checking, is_about_child: bool) -> None:
    if checking.category not in {topic.id for topic in matter.type.topics}:
        raise DomainError("category", says("请选择心愿的类别。"), field="category")
    if not 1 <= checking.need <= MOST_NEEDED:
        raise DomainError("need", says("需要的数量应在1至{most}之间。"), field="need", most=MOST_NEEDED)
    if not 1 <= len(checking.unit.strip()) <= 10:
        raise DomainError("unit", says("请写单位，例如“个”“次”，最多10个字。"), field="unit")
    if checking.wanted_by and checking.wanted_by < act.now.date():
        raise DomainError("wanted_by", says("希望的日期已经过去。"), field="wanted_by")
    if is_about_child:
        if checking.wall_text.strip():
            raise DomainError(
                "child_words",
                says("孩子的心愿上墙只写类别和数量，不能写文字。"),
                says("请清空这一项。"),
                field="wall_text",
            )
        return
    _check_wall_text(act, matter, checking.wall_text)


def _check_wall_text(act: Act, matter: Matter, text: str) -> None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not 4 <= len(plain) <= LONGEST_WALL_TEXT:
        raise DomainError(
            "wall_text",
            says("请用4至{longest}个字写出墙上给大家看的话。"),
            field="wall_text",
            longest=LONGEST_WALL_TEXT,
        )
    people = registry.open_for_work(
        act,
        matter.row.parties.values_list("person_id", flat=True),
        purpose=says("核对墙上文字不含个人信息"),
    )
    told = {p.name for p in people.values() if len(p.name) > 1} | {p.phone for p in people.values()}
    told |= {matter.row.place} if len(matter.row.place) > 1 else set()
    if _MANY_DIGITS.search(plain) or any(word and word in plain for word in told):
        raise DomainError(
            "wall_personal",
            says("墙上的话里有姓名、地点或电话、证件一类的号码。"),
            says("请改成看不出是谁的说法。"),
            field="wall_text",
        )


def _consent(act: Act, matter: Matter, checking: Checking) -> UUID:
    """The guardian's separate consent, in the registry (PIPL arts. 28, 31). Raises DomainError without one."""
    if not checking.guardian_consent.strip():
        raise DomainError(
            "guardian_consent",
            says("没有登记监护人的同意，孩子的心愿不能继续。"),
            says("请写明监护人怎样同意的，例如当面签字、电话录音。"),
            field="guardian_consent",
        )
    party = matter.row.parties.filter(role="subject").first()
    guardian_id = party.person_id if party else None
    if checking.guardian_phone.strip() or checking.guardian_name.strip() or guardian_id is None:
        guardian_id = registry.note_person(
            act,
            name=checking.guardian_name,
            phone=checking.guardian_phone,
            controller=f"union:{matter.row.area}",
            area=matter.row.area,
            source="desk",
            purpose=f"casework:{matter.row.programme}",
        )
        registry.tie_person(
            act,
            person_id=guardian_id,
            subject=matter.subject,
            role="guardian",
            office_path=matter.row.office_path,
        )
    return registry.record_consent(
        act,
        person_id=guardian_id,
        purpose=consent_purpose(matter.row.pk),
        basis="separate_consent",
        evidence=checking.guardian_consent,
    )


@action("casework.put_up_wish", right="casework.read", answers=Standing)
def put_up_wish(act: Act, *, case_id: UUID, version: int) -> Standing:
    """Onto the wall, without a word about who. A child's wish is approved by another person than who checked it."""
    matter = load(act, case_id, version)
    wish = _wish(matter)
    act.require("casework.approve" if wish.is_about_child else "casework.handle", matter.row.office_path)
    if wish.is_about_child:
        act.require(CHILDREN, matter.row.office_path)
        if wish.checked_by == act.actor.id:
            raise DomainError(
                "own_check",
                says("孩子的心愿要由另一个人复核后上墙。"),
                says("请由另一位有权限的同事上墙。"),
                status=403,
            )
    happen(act, matter, Happens.PUT_UP, {"need": wish.need})
    Wish.objects.filter(pk=wish.pk).update(is_on_wall=True, put_up_by=act.actor.id, put_up_at=act.now)
    act.publish(WishPutUp(matter.row.pk, wish.category, wish.need))
    return standing(matter)


@action("casework.take_down_wish", right="casework.handle", answers=Standing)
def take_down_wish(act: Act, *, case_id: UUID, version: int, reason: str) -> Standing:
    """Back to the office, claims released: it is answered another way, or checked anew."""
    matter = load(act, case_id, version)
    act.require("casework.handle", matter.row.office_path)
    _refuse_begun(_wish(matter))
    text = write_text(act, matter, "reason", reason)
    happen(act, matter, Happens.TAKEN_DOWN, {"text": str(text.pk)})
    release_claims(act, matter.row)
    return standing(matter)


def _refuse_begun(wish: Wish) -> None:
    if wish.fulfilled:
        raise DomainError(
            "begun",
            says("这个心愿已经圆了一部分，不能撤下。"),
            says("请等剩下的认领完成。"),
            status=409,
        )


@action("casework.help_wish", right="casework.review", answers=Standing)
def help_wish(act: Act, *, case_id: UUID, version: int, text: str) -> Standing:
    """The office above says what it found or arranged; the wish waits on the wall anew."""
    matter = load(act, case_id, version)
    require_upper(act, matter, "casework.review")
    written = write_text(act, matter, "reason", text)
    happen(act, matter, Happens.UPPER_HELPED, {"text": str(written.pk)})
    return standing(matter)


def _wish(matter: Matter) -> Wish:
    wish = Wish.objects.select_for_update().filter(case=matter.row).first()
    if wish is None:
        raise NotFound(says("这件事还没有作为心愿核实过。"))
    return wish
