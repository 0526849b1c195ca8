"""The fund's office of a city with its officers, a hospital, another county, and the article's case step by step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongyou.engines.oversight import services
from gongyou.engines.oversight.definitions.sanctions import Sanction
from gongyou.engines.oversight.models import Matter
from gongyou.engines.oversight.queries.rules import rules_at, sanctions_hash
from gongyou.engines.oversight.services import ByHand, Said
from gongyou.engines.oversight.services.sanctioning import Proposal
from gongyou.institutions.ledger.services import open_book
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import decide_approval
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.accounts import actor_of_account, seed_demo_account
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.offices.queries import OfficeView
from tests.yunshan.county import PASSWORD
from tests.yunshan.remembered import remembered

AREA, PROGRAMME = "150100", "injury-route-and-fund-guard"
PHONE, NUMBER = "13912340001", "110101199003071532"
FOUND = 860_000
"""8,600.00 yuan: the article names no amount."""
STAFF = (
    ("officer", "fund_officer", "150100"),
    ("second", "fund_officer", "150100"),
    ("head", "fund_head", "150100"),
    ("cashier", "fund_cashier", "150100"),
    ("chief", "chief_accountant", "150100"),
    ("counter", "fund_counter", "150100"),
    ("clerk", "hospital_clerk", "15010002"),
    ("other_clerk", "hospital_clerk", "15010003"),
    ("elsewhere", "fund_officer", "370828"),
)
NAMES = {
    "officer": "韩静", "second": "云飞", "head": "白梅", "cashier": "丁宁", "chief": "石磊", "counter": "苏青",
    "clerk": "高原", "other_clerk": "乌兰", "elsewhere": "外县",
}  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """Who does what. `on` stands the clock at a day's morning."""

    staff: dict[str, Actor]
    office: OfficeView
    hospital: OfficeView

    def on(self, day: str, hour: int = 10) -> AbstractContextManager[None]:
        return moment.standing_at(
            datetime.fromisoformat(f"{day}T{hour:02d}:00").replace(tzinfo=moment.SHANGHAI)
        )

    def row(self, matter_id: UUID) -> Matter:
        return Matter.objects.get(pk=matter_id)

    def step(self, service: Callable[..., Any], matter_id: UUID, who: str = "officer", **given: Any) -> Any:
        """A service of a matter at its present version."""
        return service(self.staff[who], matter_id=matter_id, version=self.row(matter_id).version, **given)

    def clue(self, **given: Any) -> UUID:
        clue = {
            "name": "王大山", "person_number": NUMBER, "phone": PHONE, "injured_on": date(2024, 9, 30),
            "hospital": "示例市第一医院", "employer_name": "示例生物科技公司", "employer_id": "",
            "amount_fen": FOUND, "basis": "门诊和住院说的受伤经过不一样",
        } | given  # fmt: skip
        found: UUID = services.add_clue(
            self.staff["officer"], office_id=self.office.id, clue=ByHand(**clue)
        ).id
        return found

    def inquiry(self, **given: Any) -> UUID:
        found = self.clue(**given)
        self.step(services.begin_inquiry, found)
        self.step(services.begin_inquiry, found, "second")
        return found

    def heard(self, day: str = "2025-03-03", kind: str = "explained") -> UUID:
        """An inquiry in which the person was asked."""
        with self.on(day):
            found = self.inquiry()
            self.step(services.hear, found, said=said(day, kind))
        return found

    def filed(self, filed_on: str = "2025-03-05") -> UUID:
        found = self.heard("2025-03-03")
        with self.on(filed_on):
            self.step(services.file_matter, found, document="呼医保立〔2025〕3号", reason="涉嫌骗取医保基金")
        return found

    def told(self, filed_on: str = "2025-03-05", told_on: str = "2025-05-20") -> UUID:
        found = self.filed(filed_on)
        with self.on(told_on):
            self.step(
                services.tell_intended,
                found,
                document="呼医保告〔2025〕3号",
                told_on=date.fromisoformat(told_on),
            )
        return found

    def proposed(self, on: str = "2025-06-05", **given: Any) -> UUID:
        found = self.told()
        with self.on(on):
            self.step(services.propose_decision, found, proposal=proposal(**given))
        return found

    def decided(self, on: str = "2025-06-05") -> UUID:
        found = self.proposed(on, late_reason="等待医院调取病历")
        with self.on(on, 16):
            self.agree(found)
        return found

    def agree(self, matter_id: UUID, who: str = "head", verdict: str = "approve") -> None:
        approval_id = self.row(matter_id).decisions.latest("proposed_at").approval_id
        self.verdict(approval_id, who, verdict)

    def verdict(self, approval_id: UUID, who: str = "head", verdict: str = "approve") -> None:
        digest = procedures.approval([approval_id])[approval_id].digest
        decide_approval(
            self.staff[who], approval_id=approval_id, digest=digest, verdict=verdict, reason="已核对"
        )
        jobs.run_due()


def said(day: str, kind: str = "explained") -> Said:
    return Said(
        kind=kind,
        on=date.fromisoformat(day),
        text="晚上干活时磨光刷的钢丝断了，崩进眼睛。工段长说工伤手续繁琐，让我说是牙签扎的。",
        place="市医疗保障局询问室",
        document="送达回证3号" if kind in ("refused", "absent") else "",
    )


def proposal(**given: Any) -> Proposal:
    return Proposal(**{
        "number": "呼医保罚〔2025〕3号", "facts": "工作时受伤，隐瞒经过，用医保结算两次。", "found_fen": FOUND,
        "is_first": True, "gives_back": True, "sanction": Sanction(FOUND, 25, 6),
    } | given)  # fmt: skip


def open_books(guard: Guard) -> None:
    matter_rules = rules_at(sanctions_hash(AREA, PROGRAMME))
    for plan in matter_rules.books:
        open_book(
            guard.staff["chief"], plan=plan, office_id=guard.office.id, controller=matter_rules.controller
        )


def build() -> Guard:
    """Needs the packs."""
    with moment.standing_at(datetime(2024, 1, 8, 9, tzinfo=moment.SHANGHAI)):
        return remembered("guard", _build)


def _build() -> Guard:
    for code, kind, parent, name in (
        ("150100", "county", "", "呼和浩特市医疗保障局"),
        ("15010002", "station", "150100", "示例市第一医院"),
        ("15010003", "station", "150100", "示例市第二医院"),
        ("370828", "county", "", "金乡县医疗保障局"),
    ):
        above = offices.office_by_code(parent) if parent else None
        office_services.add_office(
            system_actor("tests"),
            code=code,
            name=name,
            kind=kind,
            area=code[:6],
            parent_id=above.id if above else None,
        )
    staff = {name: _appoint(name, role, office) for name, role, office in STAFF}
    guard = Guard(staff, offices.office_by_code("150100"), offices.office_by_code("15010002"))
    open_books(guard)
    return guard


def _appoint(name: str, role: str, code: str) -> Actor:
    office = offices.office_by_code(code)
    account_id = seed_demo_account(
        system_actor("tests"),
        login=f"guard.{name}",
        name=NAMES[name],
        password=PASSWORD,
        role=role,
        office_id=office.id,
        office_path=office.path,
        is_demo=True,
    )
    return actor_of_account(account_id)
