"""What `test_killed` starts as a program: clerks of a benefits office, each a process of its own, ended by SIGKILL.

The nursery opens no connection. It forks two clerks at once over the same rows (concurrent clicks), kills both a
random moment after a random step began, and has a third fork count everything again; then the next two go on. At the
end nobody is killed any more, until nothing is left to do. It prints JSON.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.models import (
    Batch,
    BatchLine,
    Line,
    Order,
    Recovery,
    ReturnFile,
    Round,
    SubjectAccount,
)
from gongyou.engines.benefits.services.accounts import AccountWords
from gongyou.engines.benefits.tests.office import NOW, Office, return_csv
from gongyou.engines.benefits.tests.recount import check_money
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.models import PublicityList
from gongyou.institutions.procedures.services import close_publicity, decide_approval, publish_publicity
from gongyou.kernel import jobs, moment
from gongyou.kernel.errors import DomainError
from gongyou.kernel.models.events import Job

STEP_BYTES = 32
LIFE = timedelta(minutes=3)  # more than a lease: what a killed worker held is free again
PUBLIC = timedelta(days=20)
LAST_LIVES = 60


@dataclass(frozen=True)
class Item:
    """A run somebody computed: fen by subject; `only`: of one subject, after an objection that was right."""

    run_id: UUID
    amounts: dict[str, int | None]
    only: str = ""


@dataclass(frozen=True)
class Fire:
    """What the clerks have to do, and how often they are killed."""

    office: Office
    items: tuple[Item, ...]
    seed: int
    kills: int
    most_steps: int
    most_seconds: float


class Clerk:
    """Looks what the rows ask for and does one of it, until nothing is left. Knows nothing of what it did before."""

    def __init__(self, fire: Fire, folder: Path, seed: int, step: mmap.mmap, slot: int) -> None:
        self.office, self.items, self.folder = fire.office, fire.items, folder
        self.dice, self.step, self.slot = random.Random(seed), step, slot

    def work(self) -> None:

        for _ in range(2000):
            self.note("job")
            jobs.run_due()
            todo = list(self.possible())
            if not todo:
                return
            name, do = self.dice.choice(todo)
            self.note(name)
            with suppress(DomainError):  # somebody was quicker
                do()
        raise AssertionError(f"no end of it: {[name for name, _ in self.possible()]}")

    def note(self, name: str) -> None:
        start = self.slot * STEP_BYTES
        count = self.step[start] + 1
        self.step[start : start + STEP_BYTES] = bytes([min(count, 255)]) + name.encode().ljust(STEP_BYTES - 1)

    def possible(self) -> Iterator[tuple[str, Callable[[], object]]]:

        maker, checker = self.office.maker, self.office.checker
        opened = Round.objects.filter(state__in=["taken", "listed", "approving"]).first()
        item = self.next_item()
        is_taking = Round.objects.filter(state="taking").exists()  # by a job: the other's, or one that waits
        if item is not None and not is_taking and (opened is None or item.only):
            yield "take in", lambda: self.take_in(item)
        if opened is not None:
            yield from self.of_round(opened)
        for row in Round.objects.filter(state="approved"):
            yield "commit", lambda row=row: services.commit_round(checker, round_id=row.pk)  # type: ignore[misc]
        for batch in Batch.objects.filter(state__in=["approving", "filed", "sent"]).order_by("pk"):
            yield from self.of_batch(batch)
        for claim in Recovery.objects.filter(state="open"):
            part = max(1, (claim.amount_fen - claim.recovered_fen) * self.dice.randint(1, 3) // 3)
            yield (
                "recover",
                lambda c=claim, p=part: services.note_recovered(  # type: ignore[misc]
                    checker, recovery_id=c.pk, amount_fen=p
                ),
            )
        waiting = Order.objects.filter(state__in=["owed", "returned"]).select_related("entitlement")
        lacking = [
            subject for subject in {o.entitlement.subject for o in waiting} if not self.has_account(subject)
        ]
        for subject in sorted(lacking)[:2]:
            yield "account", lambda s=subject: self.account(s)  # type: ignore[misc]
        if any(order.state == "owed" and order.entitlement.subject not in lacking for order in waiting):
            layout = self.dice.choice(["csv", "xlsx"])
            office_id = self.office.county.root.id
            yield (
                "seal batch",
                lambda: services.make_batch(
                    maker, office_id=office_id, programme=self.programme, period=self.period, layout=layout
                ),
            )

    programme = "stabilisation-refund"
    period = "2026"

    def of_round(self, row: Round) -> Iterator[tuple[str, Callable[[], object]]]:

        if row.state == "taken":
            yield "seal list", lambda: services.list_round(self.office.maker, round_id=row.pk)
        if row.state == "approving" and row.approval_id:
            yield "approve round", lambda: self.approve(row.approval_id)
        if row.state != "listed":
            return
        lists = procedures.lists_of_run(str(row.pk))
        for one in lists:
            if one.state == "sealed":
                yield "publish", lambda i=one.id: publish_publicity(self.office.reviewer, list_id=i)  # type: ignore[misc]
            elif one.state == "published" and one.over_at is not None:  # else the next life begins later
                yield "close list", lambda i=one.id: close_publicity(self.office.reviewer, list_id=i)  # type: ignore[misc]
        if all(one.state in {"closed", "withdrawn"} for one in lists):
            yield "ask approval", lambda: services.ask_round_approval(self.office.maker, round_id=row.pk)

    def of_batch(self, row: Batch) -> Iterator[tuple[str, Callable[[], object]]]:

        if row.state == "approving" and row.approval_id:
            yield "approve batch", lambda: self.approve(row.approval_id)
        if row.state == "filed":
            yield "send", lambda: services.send_batch(self.office.checker, batch_id=row.pk)
        if row.state in {"approving", "filed"} and self.dice.random() < 0.1:
            yield (
                "dissolve",
                lambda: services.dissolve_batch(self.office.maker, batch_id=row.pk, reason="重组"),
            )
        if row.state == "sent":
            yield "read returns", lambda: self.read_returns(row)

    def next_item(self) -> Item | None:

        for item in self.items:
            rounds = Round.objects.filter(run_id=item.run_id).exclude(state="taking")
            if not rounds.exists() and not Line.objects.filter(run_id=item.run_id).exists():
                return item
        return None

    def take_in(self, item: Item) -> None:

        services.take_in_run(self.office.maker, run_id=item.run_id)

    def approve(self, approval_id: object) -> None:

        for who in (self.office.reviewer, self.office.leader):
            for view in procedures.approval([approval_id]).values():  # type: ignore[list-item]
                with suppress(DomainError):
                    decide_approval(who, approval_id=view.id, digest=view.digest, verdict="approve")

    def has_account(self, subject: str) -> bool:

        return SubjectAccount.objects.filter(subject=subject, state="active").exists()

    def account(self, subject: str) -> None:

        proposed = SubjectAccount.objects.filter(subject=subject, state="proposed").first()
        if proposed is not None:
            services.confirm_account(self.office.checker, account_id=proposed.pk)
            return
        words = AccountWords(account_name="独角兽风筝厂", account_no=f"62{self.dice.randrange(10**14):014d}")
        services.propose_account(
            self.office.maker, office_id=self.office.county.root.id, programme=self.programme,
            subject=subject, words=words,
        )  # fmt: skip

    def read_returns(self, row: Batch) -> None:
        """The bank's own file, written and read: half of it first; some payments fail at their first try."""

        part = 2 if not ReturnFile.objects.filter(batch=row).exists() else 1
        lines = BatchLine.objects.filter(batch=row).select_related("order__entitlement")
        failed = {
            line.order.entitlement.subject: "户名不符"
            for line in lines
            if line.attempt < 3 and line.order_id.bytes[-1] % 3 == 0
        }
        path = self.folder / f"{os.getpid()}-{row.number}-{part}.csv"
        return_csv(row, path, failed)
        written = path.read_text("gb18030").splitlines(keepends=True)
        path.write_text("".join(written[:1] + written[1::part]), "gb18030", newline="")
        digest, read = queries.read_return_file(self.office.checker, row.pk, path)
        services.receive_returns(
            self.office.checker, batch_id=row.pk, name=path.name, digest=digest, read=read
        )


class Nursery:
    """Brings clerks into the world and out of it."""

    def __init__(self, folder: Path) -> None:
        with (folder / "fire.pickle").open("rb") as file:
            self.fire: Fire = pickle.load(file)
        self.folder = folder
        self.dice = random.Random(self.fire.seed)
        self.step = mmap.mmap(-1, 2 * STEP_BYTES)
        self.lives = 0
        self.hit: dict[str, int] = {}

    def fork(self, work: Callable[[], object]) -> int:
        child = os.fork()
        if child:
            return child
        code = 0
        try:
            work()
        except BaseException:
            (self.folder / f"fault-{os.getpid()}").write_text(traceback.format_exc(), encoding="utf-8")
            code = 3
        finally:
            os._exit(code)

    def clerk(self, seed: int, slot: int) -> None:

        with moment.standing_at(now_of(self.lives)):
            Clerk(self.fire, self.folder, seed, self.step, slot).work()

    def life(self, *, is_killed: bool) -> None:
        """Two clerks at once; killed together after a while, or left to finish."""
        self.lives += 1
        self.step[:] = bytes(len(self.step))
        children = [
            self.fork(lambda slot=slot: self.clerk(self.dice.randrange(10**9) + slot, slot))  # type: ignore[misc]
            for slot in range(2 if is_killed else 1)
        ]
        if is_killed:
            self.wait_for(self.dice.randint(1, self.fire.most_steps), children)
            time.sleep(self.dice.uniform(0, self.fire.most_seconds))
            for child in children:
                os.kill(child, signal.SIGKILL)
        for slot, child in enumerate(children):
            _, status = os.waitpid(child, 0)
            if os.WIFSIGNALED(status):
                name = self.step[slot * STEP_BYTES + 1 : (slot + 1) * STEP_BYTES].rstrip(b"\0 ").decode()
                self.hit[name] = self.hit.get(name, 0) + 1
        self.raise_faults()

    def wait_for(self, steps: int, children: list[int]) -> None:
        """Until one of the clerks began so many steps, or nothing was left for either."""
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while max(self.step[0], self.step[STEP_BYTES]) < steps:
            if all(os.waitid(os.P_PID, child, look) is not None for child in children):
                return
            time.sleep(0.002)

    def check(self) -> bool:
        """Everything counted again by a process of its own. Answers whether something is left to do."""
        left = self.folder / "left"
        child = self.fork(lambda: left.write_text(count_again(self.fire, self.lives), encoding="utf-8"))
        os.waitpid(child, 0)
        self.raise_faults()
        return left.read_text(encoding="utf-8") != ""

    def raise_faults(self) -> None:
        faults = [path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("fault-*"))]
        if faults:
            raise SystemExit("\n".join(faults))

    def run(self) -> dict[str, object]:
        started = time.monotonic()
        for _ in range(3 * self.fire.kills):
            if sum(self.hit.values()) >= self.fire.kills:
                break
            self.life(is_killed=True)
            self.check()
        kills = dict(self.hit)
        for _ in range(LAST_LIVES):
            self.life(is_killed=False)
            if not self.check():
                return {"kills": kills, "lives": self.lives, "seconds": round(time.monotonic() - started, 1)}
        raise SystemExit("it does not come to an end")


def now_of(lives: int) -> datetime:
    """Each life begins after the leases of the one before, and after the days of every list made public by then."""

    published = PublicityList.objects.exclude(published_at=None).count()
    return NOW + lives * LIFE + published * PUBLIC


def count_again(fire: Fire, lives: int) -> str:
    """The invariants of every prefix. Answers what is left to do, empty at the end."""

    check_money(fire.office, "after a kill")
    failed = Job.objects.filter(state=Job.State.FAILED).values_list("kind", "last_error")
    assert not failed, list(failed)
    with moment.standing_at(now_of(lives + 1)):
        clerk = Clerk(fire, Path(), 0, mmap.mmap(-1, STEP_BYTES), 0)
        left = [name for name, _ in clerk.possible()]
    left += Job.objects.filter(state__in=["ready", "running"], kind__startswith="benefits.").values_list(
        "kind", flat=True
    )
    left += Round.objects.exclude(state__in=["committed", "dropped"]).values_list("state", flat=True)
    left += Order.objects.filter(state__in=["owed", "batched", "sent", "returned"]).values_list(
        "state", flat=True
    )
    left += Recovery.objects.filter(state="open").values_list("state", flat=True)
    return " ".join(left)


def main(folder: str) -> None:
    print(json.dumps(Nursery(Path(folder)).run()))
