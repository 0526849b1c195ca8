"""Work that waits: runs and their updates, posts on their way to a platform, consents taken back, days that end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment import listing
from gongyou.engines.employment.definitions import (
    RUN_OPEN,
    IntentionState,
    PostState,
    PushState,
    RunKind,
    RunState,
)
from gongyou.engines.employment.models import Intention, MatchRun, Post, PostPush
from gongyou.engines.employment.ports import Offered, PlatformRefused, platform
from gongyou.engines.employment.queries.rules import rulebook_of
from gongyou.engines.employment.queries.tables import write_tables
from gongyou.engines.employment.steps import intentions, pushing, runs
from gongyou.engines.employment.steps.happening import note_post
from gongyou.engines.employment.steps.posts import changed
from gongyou.institutions.decisions import vault
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, in_act
from gongyou.kernel.errors import kept_refusal
from gongyou.kernel.installation import installed
from gongyou.kernel.jobs import Payload, errand, job
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.kernel.writing import writing
from gongyou.registry.partner_steps import today_of

FOLLOW, PUSH = "employment.follow_changes", "employment.push_post"
SAY_EVERY = 1.0


@dataclass(frozen=True)
class Outcome:
    state: RunState
    fields: Mapping[str, Any]


def _folder(run: MatchRun) -> Path:
    """Private and on the data disk: a killed run finds its parts there, a finished one leaves nothing."""
    folder = installed().data_dir / "employment" / str(run.pk)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _compute(payload: Payload) -> Outcome | None:
    """Harmless to repeat: the same tables give the same lists."""
    run = MatchRun.objects.select_related("previous").get(pk=UUID(payload["run_id"]))
    if run.state not in RUN_OPEN:
        return None
    folder = _folder(run)
    try:
        with jobs.beating():
            fields = _lists(run, folder)
        state = RunState.DONE
    except Refusal as refusal:
        fields, state = {"refusal": kept_refusal(refusal)}, RunState.FAILED
    shutil.rmtree(folder, ignore_errors=True)
    return Outcome(state, fields)


def _lists(run: MatchRun, folder: Path) -> dict[str, Any]:
    say = _saying(run)
    if not (folder / "data" / "groups.parquet").is_file():
        say(says("取出求职意向和岗位"))
        write_tables(run.area, run.on, folder / "data")
    order = listing.Order(
        installed().packs_dir,
        run.programme,
        run.area,
        run.on,
        folder,
        runs.SHOWN,
        run.top,
        _previous(run, folder),
        rulebook_of(run.area, run.on).grants,
    )
    found = listing.run_whole(order, say) if order.old is None else listing.run_update(order, say)
    count = 0
    for some in listing.list_rows(order, found.touched):
        _keep(run, some)
        count += len(some)
        jobs.keep_lease()
        say(says("写入推荐"))
    return {
        "files": {name: vault.put(path) for name, path in found.files.items()},
        **{name: getattr(found, name) for name in (
            "input_digest", "rulebook_hash", "fingerprint", "workers", "posts", "recommended", "summary", "fairness"
        )},
        "changed": count,
    }  # fmt: skip


def _keep(run: MatchRun, some: list[listing.ListRow]) -> None:
    """One transaction and one record in the chain for some thousand people."""
    given = {"run": run.pk, "from": some[0][0], "lists": len(some)}
    with writing():
        in_act(
            "employment.keep_lists", system_actor(runs.MATCH), lambda _act: runs.keep_lists(run, some), given
        )


def _previous(run: MatchRun, folder: Path) -> Path | None:
    """The files of the run before, opened into the run's own folder; None: a full run."""
    before = run.previous
    if run.kind != RunKind.UPDATE or before is None or before.on != run.on or not before.files:
        return None
    old = folder / "old"
    old.mkdir(exist_ok=True)
    for name in ("in-workers.parquet", "in-posts.parquet", listing.RECOMMENDED):
        vault.take(before.files[name], old / name)
    return old


def _saying(run: MatchRun) -> listing.Say:
    said = [0.0]

    def say(words: str) -> None:
        now = time.monotonic()
        if now - said[0] < SAY_EVERY:
            return
        said[0] = now
        with writing():
            rows = MatchRun.objects.filter(pk=run.pk, state__in=RUN_OPEN)
            rows.update(
                state=RunState.RUNNING, progress=words[:80], started_at=run.started_at or moment.now()
            )

    return say


@errand(runs.MATCH, prepare=_compute)
def _note_outcome(act: Act, payload: Payload, outcome: Outcome | None) -> None:
    row = MatchRun.objects.select_for_update(of=("self",)).get(pk=UUID(payload["run_id"]))
    if outcome is None or row.state not in RUN_OPEN:
        return
    row.state, row.finished_at, row.progress = outcome.state, act.now, ""
    for name, value in outcome.fields.items():
        setattr(row, name, value)
    row.save()
    act.about(f"match:{row.pk}", row.office_path)
    if row.state == RunState.DONE:
        if row.kind == RunKind.FULL:
            runs.forget_lists(row.area, row)
        if _has_moved_since(row):
            runs.follow(act, row.area)


def _has_moved_since(row: MatchRun) -> bool:
    """Somebody changed a post or an intention while the run was under way."""
    since = Q(area=row.area, changed_at__gt=row.ordered_at)
    return Post.objects.filter(since).exists() or Intention.objects.filter(since).exists()


@job(FOLLOW)
def _follow(act: Act, payload: Payload) -> None:
    """A post or an intention changed: one quick run for all that changed by the time it begins."""
    runs.follow(act, str(payload["area"]))


@job("employment.heed_withdrawal")
def _heed_withdrawal(act: Act, payload: Payload) -> None:
    """The yes to matching was taken back: no list any more. The yes to messages: none any more."""
    rows = Intention.objects.select_for_update().filter(person_id=UUID(payload["person_id"]))
    for row in rows.exclude(state=IntentionState.WITHDRAWN):
        if payload["purpose"] == intentions.PURPOSE:
            intentions.withdraw(act, row)
        elif payload["purpose"] == intentions.MESSAGES and row.wants_messages:
            row.wants_messages = False
            row.save(update_fields=["wants_messages"])


@job("employment.heed_erasure")
def _heed_erasure(act: Act, payload: Payload) -> None:
    """The person was erased: what would tell who it was goes, the row stays for the counts."""
    rows = Intention.objects.filter(person_id=UUID(payload["person_id"]))
    rows.update(
        state=IntentionState.WITHDRAWN, birth_on=None, lon=None, lat=None, township="", sex="",
        wants_messages=False, changed_at=act.now,
    )  # fmt: skip


@job("employment.order_push")
def _order_push(act: Act, payload: Payload) -> None:
    """A public post goes to the platform, an ended one is taken back there: one row for each version."""
    row = Post.objects.filter(pk=UUID(payload["post_id"])).first()
    if row is None or platform() is None:
        return
    push, is_new = PostPush.objects.get_or_create(
        post=row, version=row.version, defaults={"ordered_at": act.now}
    )
    if is_new:
        act.enqueue(PUSH, {"push_id": push.pk}, unique_key=f"{PUSH}:{push.pk}")


@dataclass(frozen=True)
class Receipt:
    state: PushState
    reference: str = ""
    reason: str = ""


def _push(payload: Payload) -> Receipt | None:
    """The push's id is the key: sent twice, it is one. Raises OSError while tries are left."""
    push = PostPush.objects.select_related("post__organisation").filter(
        pk=UUID(payload["push_id"]), state=PushState.WAITING
    ).first()  # fmt: skip
    port = platform()
    if push is None or port is None:
        return None
    rules = rulebook_of(push.post.area, moment.today())
    offered: Offered = pushing.offered(push.post, rules)
    try:
        return Receipt(PushState.TAKEN, port.send(key=str(push.pk), post=offered))
    except PlatformRefused as refusal:
        return Receipt(PushState.REFUSED, reason=str(refusal)[:200])


@errand(PUSH, prepare=_push)
def _note_push(act: Act, payload: Payload, receipt: Receipt | None) -> None:
    if receipt is None:
        return
    PostPush.objects.filter(pk=UUID(payload["push_id"]), state=PushState.WAITING).update(
        state=receipt.state, reference=receipt.reference[:80], reason=receipt.reason, answered_at=act.now
    )


def run_night() -> dict[str, int]:
    """Posts and intentions whose last day is over end; every area with a run is run anew. Idempotent."""
    with writing():
        return dict(
            in_act("employment.night", system_actor("employment.night"), _end_days, {"on": moment.today()})
        )


def _end_days(act: Act) -> dict[str, int]:
    today = today_of(act)
    over = list(
        Post.objects.select_for_update().filter(
            state__in=[PostState.PUBLIC, PostState.WAITING], expires_on__lt=today
        )[:2000]
    )
    for row in over:
        row.ended_on = today
        note_post(act, row, PostState.EXPIRED, "expired")
        changed(act, row)
    areas = set(MatchRun.objects.filter(state=RunState.DONE).values_list("area", flat=True))
    ordered = 0
    for area in sorted(areas):
        last = runs.latest_of(area)
        is_open = MatchRun.objects.filter(area=area, state__in=RUN_OPEN).exists()
        if last is not None and last.on < today and not is_open:
            runs.order(act, area, RunKind.FULL)
            ordered += 1
    return {"posts_expired": len(over), "matches_ordered": ordered}


def _kept_files() -> Iterator[str]:
    """What the vault keeps for this room: the files of the latest runs of each area; older runs keep their hashes."""
    for area in MatchRun.objects.filter(state=RunState.DONE).values_list("area", flat=True).distinct():
        latest = MatchRun.objects.filter(area=area, state=RunState.DONE).order_by("-finished_at", "-id")[
            :KEPT_RUNS
        ]
        for row in latest:
            yield from row.files.values()


KEPT_RUNS = 30
vault.also_kept("employment", _kept_files)


def _erase(limit: int) -> int:
    """Intentions that ended half a year ago: where and when somebody was born goes."""
    before = moment.now() - KEEP
    rows = Intention.objects.filter(birth_on__isnull=False).filter(
        Q(state=IntentionState.WITHDRAWN, changed_at__lt=before) | Q(until_on__lt=before.date())
    )
    ids = list(rows.values_list("pk", flat=True)[:limit])
    with writing():
        return Intention.objects.filter(pk__in=ids).update(
            birth_on=None, lon=None, lat=None, sex="", township=""
        )


KEEP = timedelta(days=183)

declare(
    Declaration(
        model=Intention,
        noun="intention",
        data_class="ordinary",
        purpose="就业推荐",
        basis="consent",
        keeps=KEEP,
        erase_expired=_erase,
    )
)
