"""A benefits office of the test county: who prepares, reviews, approves and sends; rules, a book, runs made of amounts.

A run here is a real row with its real sealed files; only the computing of it is left out, so that a walk of many runs
takes seconds.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from django.db import transaction

from gongyou.basics.values import Confidence
from gongyou.engines.benefits import services
from gongyou.engines.benefits.definitions import BankColumn, BankLayout, BenefitRules, ChaseRule, UsePurpose
from gongyou.engines.benefits.models import Batch, BatchLine, Entitlement, Order, Recovery, Round
from gongyou.engines.benefits.queries import BatchView, RoundView, round_of
from gongyou.engines.benefits.services.accounts import AccountWords
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.models import PolicyRun, Snapshot
from gongyou.institutions.decisions.pinned import nearest_policy
from gongyou.institutions.decisions.tests.office import COLUMNS, PROGRAMME, employer, publish_policy
from gongyou.institutions.ledger.definitions import AccountDeclaration, BookPlan, FlowDeclaration
from gongyou.institutions.ledger.services import open_book
from gongyou.institutions.ledger.tests.bookkeeping import Bookkeeping, staff
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.definitions import (
    ApprovalPlan,
    ApprovalStepDeclaration,
    ObjectionGround,
    ObjectionRule,
    Procedures,
    PublicityRule,
)
from gongyou.institutions.procedures.services import decide_approval
from gongyou.kernel import catalogue, jobs, moment
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.canonical import plain
from gongyou.kernel.ids import new_id
from gongyou.policy.cases import credit_code
from tests.yunshan.county import County

NOW = datetime(2026, 9, 10, 10, tzinfo=moment.SHANGHAI)
LAW_ON = date(2026, 9, 1)
PERIOD = "2026"
SUBJECTS = tuple(credit_code(number) for number in range(701, 705))
FUND = 10_000_000_00

_ACCOUNTS = (
    ("granted", "拨入指标", "credit"), ("available", "可用指标", "debit"), ("committed", "已承诺", "debit"),
    ("payable", "应付", "debit"), ("sent", "在途", "debit"), ("paid", "已付", "debit"), ("recoverable", "应追回", "debit"),
)  # fmt: skip
_FLOWS = (
    ("appropriate", "available", "granted"), ("commit", "committed", "available"), ("owe", "payable", "committed"),
    ("send", "sent", "payable"), ("settle", "paid", "sent"), ("bounce", "payable", "sent"),
    ("cancel", "available", "payable"), ("lapse", "available", "payable"), ("claim", "recoverable", "paid"),
    ("unclaim", "paid", "recoverable"), ("recover", "available", "recoverable"),
)  # fmt: skip
BOOK = BookPlan(
    id="refund", title="稳岗返还资金账", kind="fund", fund="unemployment",
    accounts=tuple(AccountDeclaration(id=a, title=t, side=s) for a, t, s in _ACCOUNTS),  # type: ignore[arg-type]
    flows=tuple(
        FlowDeclaration(id=f, title=f, debit=d, credit=c, needs_approval=f in {"commit", "send"},
                        money="returned" if f == "recover" else "")
        for f, d, c in _FLOWS
    ),
)  # fmt: skip
CSV = BankLayout(
    id="csv", title="代发文件", form="csv", encoding="gb18030", control="first",
    columns=tuple(BankColumn(id=i, title=t) for i, t in (
        ("position", "序号"), ("number", "业务编号"), ("account_name", "收款户名"), ("account_no", "收款账号"),
        ("amount_yuan", "金额"), ("purpose", "用途"))),
    answers=tuple(BankColumn(id=i, title=t) for i, t in (
        ("number", "业务编号"), ("amount_yuan", "金额"), ("result", "处理结果"), ("reason", "失败原因"))),
    paid_words=("成功",), failed_words=("失败",),
)  # fmt: skip
XLSX = replace(CSV, id="xlsx", title="批量转账", form="xlsx", encoding="utf-8", control="last")
RULES = BenefitRules(
    title="稳岗返还", subject_kind="organisation", controller="县社会保险经办机构", purpose="失业保险稳岗返还",
    name_column="name", account_column="account_no", list_approval="list", batch_approval="batch",
    chase=ChaseRule(message_days=(0, 7), list_after_days=15, lapse_after_days=60), layouts=(CSV, XLSX), book=BOOK,
    use_purposes=(UsePurpose(id="training", title="技能提升培训"), UsePurpose(id="living", title="职工生活补助")),
)  # fmt: skip
PLANS = Procedures(
    approvals=tuple(
        ApprovalPlan(id=name, title=title, source="test", steps=(
            ApprovalStepDeclaration(id="review", title="复核", right="procedures.review"),
            ApprovalStepDeclaration(id="approve", title="批准", right="procedures.approve")))
        for name, title in (("list", "名单审批"), ("batch", "批次审批"))
    ),
    publicity=(PublicityRule(id="list", title="名单公示", days=5, source="test", confidence=Confidence.ASSUMED),),
    objections=(ObjectionRule(id="list", title="名单异议", days=10, source="test", confidence=Confidence.ASSUMED,
                              grounds=(ObjectionGround(id="amount", title="金额不对"),)),),
)  # fmt: skip


@dataclass
class Office:
    """The office's people and its book."""

    county: County
    books: Bookkeeping
    maker: Actor
    checker: Actor
    reviewer: Actor
    leader: Actor
    runs: int = field(default=0)

    @property
    def area(self) -> str:
        return self.county.area

    def run_of(
        self, amounts: Mapping[str, int | None], *, only: str = "", accounts: Mapping[str, str] | None = None
    ) -> UUID:
        """A finished run: fen for who is eligible, 0 for who is not, None for who is unknown."""
        self.runs += 1
        with vault.workspace() as folder:
            files = _tables(folder, amounts, accounts or {})
            decisions = vault.put(_decisions(folder, amounts))
        snapshot = Snapshot.objects.create(
            programme=PROGRAMME, area=self.area, office_path=self.county.root.path, digest=new_id().hex * 2,
            files=files, sizes={}, counts={}, profile="", rejects="", only_subject=only,
            taken_by=self.maker.id, taken_by_name="", taken_at=moment.now(),
        )  # fmt: skip
        eligible = [fen for fen in amounts.values() if fen]
        return PolicyRun.objects.create(
            run_key=new_id().hex * 2, programme=PROGRAMME, area=self.area, office_path=self.county.root.path,
            content=nearest_policy(self.area, PROGRAMME).hash, snapshot=snapshot, only_subject=only, law_on=LAW_ON,
            fact_from=date(2025, 1, 1), fact_until=date(2025, 12, 31), engine_version="test",
            ordered_by=self.maker.id, ordered_by_name="", ordered_at=moment.now(), state="done", values_hash="t",
            fingerprint=f"{self.runs:016d}", finished_at=moment.now(), rows=len(amounts), eligible=len(eligible),
            ineligible=len(amounts) - len(eligible), total_fen=sum(eligible), results={"decisions.parquet": decisions},
        ).pk  # fmt: skip

    def take_in(self, run_id: UUID) -> RoundView:
        view = services.take_in_run(self.maker, run_id=run_id)
        jobs.run_due()
        return round_of(self.maker, view.id)

    def ask(self, round_id: UUID) -> None:
        services.list_round(self.maker, round_id=round_id)
        services.ask_round_approval(self.maker, round_id=round_id)

    def approve(self, approval_id: UUID, verdict: str = "approve") -> None:
        view = procedures.approval([approval_id])[approval_id]
        why = "" if verdict == "approve" else "不对"
        decide_approval(self.reviewer, approval_id=view.id, digest=view.digest, verdict=verdict, reason=why)
        if verdict == "approve":
            decide_approval(self.leader, approval_id=view.id, digest=view.digest, verdict=verdict)
        jobs.run_due()

    def committed(self, amounts: Mapping[str, int | None], **given: Any) -> Round:
        """From a run to money owed."""
        view = self.take_in(self.run_of(amounts, **given))
        self.ask(view.id)
        row = Round.objects.get(pk=view.id)
        assert row.approval_id
        self.approve(row.approval_id)
        row.refresh_from_db()
        assert row.state == "committed", row.refusal
        return row

    def batch(self, layout: str = "csv") -> BatchView:
        return services.make_batch(
            self.maker, office_id=self.county.root.id, programme=PROGRAMME, period=PERIOD, layout=layout
        )

    def sent(self, layout: str = "csv") -> Batch:
        made = self.batch(layout)
        assert made.approval_id or Batch.objects.get(pk=made.id).approval_id
        self.approve(Batch.objects.values_list("approval_id", flat=True).get(pk=made.id))  # type: ignore[arg-type]
        services.send_batch(self.checker, batch_id=made.id)
        return Batch.objects.get(pk=made.id)

    def account(self, subject: str, number: str) -> None:
        words = AccountWords(account_name="独角兽风筝厂", account_no=number, bank_name="云山农商行")
        made = services.propose_account(
            self.maker, office_id=self.county.root.id, programme=PROGRAMME, subject=subject, words=words
        )
        services.confirm_account(self.checker, account_id=made.id)


def _tables(folder: Path, amounts: Mapping[str, int | None], accounts: Mapping[str, str]) -> dict[str, str]:
    path = folder / "employers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for subject in amounts:
            row = employer(subject, account_no=accounts.get(subject, f"62280000{subject[-8:]}"))
            writer.writerow([row[c] for c in COLUMNS])
    return {path.name: vault.put(path)}


def _decisions(folder: Path, amounts: Mapping[str, int | None]) -> Path:
    path = folder / "decisions.parquet"
    words = {True: "eligible", False: "ineligible"}
    rows = [(s, "unknown" if fen is None else words[fen > 0], fen or None) for s, fen in amounts.items()]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE d (subject_id VARCHAR, outcome VARCHAR, amount_fen BIGINT)")
        con.executemany("INSERT INTO d VALUES (?, ?, ?)", rows)
        con.execute(f"COPY d TO '{path}' (FORMAT parquet)")
    return path


def open_office(county: County, rules: BenefitRules = RULES) -> Office:
    """Rules published, the book open with its budget."""
    publish_policy(county)
    publish_rules(county, rules)
    chief, accountant = staff("chief_accountant", county), staff("accountant", county)
    book = open_book(chief, plan=rules.book, office_id=county.root.id, controller=rules.controller)
    books = Bookkeeping(book, accountant, chief)
    books.post("appropriate", FUND, "指标", on=moment.now().date())
    return Office(
        county, books, staff("benefits_officer", county), staff("benefits_reviewer", county),
        staff("policy_reviewer", county), staff("leader", county),
    )  # fmt: skip


def publish_rules(county: County, rules: BenefitRules) -> None:
    contents = {("running", f"{county.area}/{PROGRAMME}/benefits"): plain(rules),
                ("procedures", f"{county.area}/{PROGRAMME}"): plain(PLANS)}  # fmt: skip

    def publish(act: Any) -> None:
        for (kind, name), content in contents.items():
            catalogue.publish(act, kind=kind, name=name, content=content)

    with transaction.atomic():
        in_act("tests.publish", system_actor("tests"), publish, {})


@dataclass(frozen=True)
class Stand:
    """Money of one subject, added up from the rows."""

    decided: int
    paid: int
    back: int
    under_way: int
    unsent: int
    lapsed: int
    claimed: int


def stands() -> dict[str, Stand]:
    found = {}
    for row in Entitlement.objects.all():
        by: dict[str, int] = {}
        for state, fen in Order.objects.filter(entitlement=row).values_list("state", "amount_fen"):
            by[state] = by.get(state, 0) + fen
        claims = list(Recovery.objects.filter(entitlement=row))
        found[row.subject] = Stand(
            row.decided_fen, by.get("paid", 0), sum(c.recovered_fen for c in claims),
            by.get("batched", 0) + by.get("sent", 0), by.get("owed", 0) + by.get("returned", 0), by.get("lapsed", 0),
            sum(c.amount_fen - c.recovered_fen for c in claims if c.state == "open"),
        )  # fmt: skip
    return found


def return_csv(
    batch: Batch, path: Path, failed: Mapping[str, str] | None = None, encoding: str = "gb18030"
) -> Path:
    """What the bank sends back for a batch: everybody paid but those named (subject → reason)."""
    failed = failed or {}
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([c.title for c in CSV.answers])
        for line in (
            BatchLine.objects.filter(batch=batch).select_related("order__entitlement").order_by("position")
        ):
            reason = failed.get(line.order.entitlement.subject)
            writer.writerow([line.order_id.hex, f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}",
                             "成功" if reason is None else "失败", reason or ""])  # fmt: skip
    return path
