"""Partners and volunteers of the test county, and a wish brought to any step of the wall."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from gongyou.engines.casework.models import Wish
from gongyou.engines.casework.queries import version_of
from gongyou.engines.casework.services import handling, wishes
from gongyou.engines.casework.services.wishes import Checking
from gongyou.kernel.access import Actor, system_actor, worker_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.accounts import Account
from gongyou.registry.services import partners, resources
from tests.yunshan.county import County


@action("tests.open_worker", right=None)
def _open_worker(act: Act, *, phone: str) -> UUID:
    row = Account(id=new_id(), login=f"w:{phone}", kind="worker", phone_masked="", created_at=act.now)
    row.phone = phone
    row.set_unusable_password()
    row.save(force_insert=True)
    return row.pk


def volunteer(phone: str = "13900000001") -> Actor:
    """Somebody signed in with an SMS code whom the registry does not know yet."""
    return worker_actor(_open_worker(system_actor("tests"), phone=phone), None)


def known(actor: Actor) -> Actor:
    """The same worker at the next request: linked to their row."""
    return worker_actor(actor.id, Account.objects.get(pk=actor.id).person_id)


def checked_wish(
    county: County, text: str = "想要十个保温杯。", topic: str = "goods", **checking: Any
) -> UUID:
    """Said at the first station, accepted by the master (who may read of children) and checked."""
    case_id = county.file(text, type_id="wish", topic=topic).case_id
    master = county.staff["master"]
    handling.accept_case(master, case_id=case_id, version=version_of(case_id))
    given = {"category": topic, "need": 1, "unit": "个", "wall_text": "环卫工想要几个保温杯"} | checking
    wishes.check_wish(master, case_id=case_id, version=version_of(case_id), checking=Checking(**given))
    return case_id


def put_up(county: County, case_id: UUID, who: str = "master") -> UUID:
    wishes.put_up_wish(county.staff[who], case_id=case_id, version=version_of(case_id))
    return case_id


def child_wish(county: County) -> UUID:
    """About a child, with the guardian's consent, put up by another person than the one who checked."""
    case_id = checked_wish(
        county,
        "我家小雨读二年级，在松溪小学，想要一个书包。",
        "child_goods",
        wall_text="",
        guardian_consent="妈妈当面签字",
    )
    return put_up(county, case_id, "leader")


def active_partner(
    county: County, name: str = "松溪书店", kind: str = "shop", phone: str = "13700000001"
) -> UUID:
    """Registered by the master at the roadshow, checked by the county's leader."""
    done = partners.register_partner(
        county.staff["master"],
        sign_up=partners.SignUp(
            kind=kind,
            area=county.area,
            office_path=county.station.path,
            contact="钱掌柜",
            organisation=name,
            phone=phone,
        ),
        way="roadshow",
    )
    partners.check_partner(
        county.staff["leader"], partner_id=done.partner_id, version=done.version, is_accepted=True
    )
    return done.partner_id


def vetted(county: County, partner_id: UUID, until: date = date(2027, 12, 31)) -> UUID:
    partners.vet_partner(
        county.staff["leader"], partner_id=partner_id, seen="身份证、无犯罪记录证明", valid_until=until
    )
    return partner_id


def resource(county: County, partner_id: UUID, kind: str = "daily_things", **offer: Any) -> UUID:
    given = {"kind": kind, "title": "保温杯", "quantity": 5, "from_on": date(2026, 1, 1)} | offer
    done = resources.add_resource(
        county.staff["master"], partner_id=partner_id, offer=resources.Offer(**given)
    )
    return done.resource_id


def wish_of(case_id: UUID) -> Wish:
    return Wish.objects.get(case_id=case_id)
