"""`gongyou match`: people and posts of a folder brought together, one pair explained, a whole market planned."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import click

from gongyou.basics.folders import packs_dir
from gongyou.basics.inputs import read_day
from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, give, json_option, say
from gongyou.matching.naming import propose_occupations
from gongyou.matching.planning import SHARE
from gongyou.matching.renewing import renew
from gongyou.matching.rulebook import load_rulebook
from gongyou.matching.run import MatchOrder, run_match
from gongyou.matching.single import Asked, explain_one, plan_market, relist_market
from gongyou.matching.why import PairExplained
from gongyou.packkit.matching import for_matching

Folder = click.Path(path_type=Path)

_programme = click.option("--programme", required=True, help="a programme with match.yaml")
_area = click.option("--area", default="", help="6-digit code; without it the programme's own values")
_on = click.option("--on", required=True, help="day of matching, YYYY-MM-DD: ages, certificates, values")
_data = click.option("--data", required=True, type=Folder, help="folder with workers, posts and maybe groups")
_seed = click.option("--seed", default="", help="what lots are drawn from; default: programme/area/day")
_top = click.option("--top", type=click.IntRange(1, 500), default=20, show_default=True)
_memory = click.option(
    "--memory", default="4GB", show_default=True, help="limit of reading and writing tables"
)


@click.group(
    help="Who fits where.\n\nExample: gongyou match run --programme my-programme --area 123400 --on 2026-11-24"
    " --data market --out result --json"
)
def command() -> None:
    pass


@command.command(
    help="Recommend and assign.\n\n"
    "Example: gongyou match run --programme my-programme --area 123400 --on 2026-11-24 --data market --out result"
)
@_programme
@_area
@_on
@_data
@click.option("--out", required=True, type=Folder, help="folder for the results")
@_top
@click.option("--mode", type=click.Choice(["max_weight", "stable"]), default="max_weight", show_default=True)
@click.option("--engine", type=click.Choice(["embedded", "spark"]), default="embedded", show_default=True)
@_seed
@_memory
@json_option
@answers
def run(
    programme: str, area: str, on: str, data: Path, out: Path, top: int, mode: str, engine: str, seed: str,
    memory: str, as_json: bool,
) -> None:  # fmt: skip
    order = _with_packs(
        MatchOrder(
            programme, area, read_day(on, field="on"), _folder(data), out, top, mode, engine, seed, memory
        )
    )
    say(f"SHA-256 {hashlib.sha256(order.lots_from.encode()).hexdigest()}")  # before anybody is drawn
    summary = run_match(packs_dir(), order, say)
    click.echo(json.dumps(summary, ensure_ascii=False) if as_json else _run_sentence(summary))


@command.command(
    help="Why this post, why not that one.\n\nExample: gongyou match explain --programme my-programme --area 123400"
    " --on 2026-11-24 --data market --worker W1 --post P1 --json"
)
@_programme
@_area
@_on
@_data
@click.option("--worker", required=True, help="worker_id")
@click.option("--post", required=True, help="post_id")
@json_option
@answers
def explain(programme: str, area: str, on: str, data: Path, worker: str, post: str, as_json: bool) -> None:
    order = _with_packs(MatchOrder(programme, area, read_day(on, field="on"), _folder(data), data))
    found = explain_one(packs_dir(), order, Asked(worker, post))
    click.echo(
        json.dumps(dataclasses.asdict(found), ensure_ascii=False) if as_json else _pair_sentence(found)
    )


@command.command(
    help="The best allocation over all eligible pairs, with a proof of how good it is.\n\n"
    "Example: gongyou match plan --programme my-programme --on 2026-11-24 --data market --out plan --json"
)
@_programme
@_area
@_on
@_data
@click.option("--out", required=True, type=Folder, help="folder for assignment, posts, plan.json")
@_top
@_seed
@_memory
@click.option("--goal", type=click.FloatRange(0, 1), default=0.99, show_default=True, help="share to prove")
@click.option("--rounds", type=click.IntRange(1, 50), default=8, show_default=True)
@json_option
@answers
def plan(
    programme: str, area: str, on: str, data: Path, out: Path, top: int, seed: str, memory: str, goal: float,
    rounds: int, as_json: bool,
) -> None:  # fmt: skip
    order = MatchOrder(
        programme,
        area,
        read_day(on, field="on"),
        _folder(data),
        out,
        top,
        "max_weight",
        "embedded",
        seed,
        memory,
    )
    found = plan_market(packs_dir(), _with_packs(order), say, goal, rounds)
    click.echo(
        json.dumps(found, ensure_ascii=False)
        if as_json
        else f"安排 {found['placed']} 人，岗位用上 {found['share_seats_filled']:.1%}，"
        f"已证明达到最优的 {found['certified_share_of_optimum']:.2%}。"
    )


@command.command(
    help="Lists again after posts changed: who is shown something else stands in changed.parquet.\n\n"
    "Example: gongyou match update --programme my-programme --on 2026-11-24 --data market --out lists --json"
)
@_programme
@_area
@_on
@_data
@click.option("--out", required=True, type=Folder, help="folder that keeps the lists between runs")
@_top
@_seed
@_memory
@json_option
@answers
def update(
    programme: str, area: str, on: str, data: Path, out: Path, top: int, seed: str, memory: str, as_json: bool
) -> None:  # fmt: skip
    order = MatchOrder(
        programme, area, read_day(on, field="on"), _folder(data), out, top, seed=seed, memory=memory
    )
    found = renew(packs_dir(), _with_packs(order), say)
    click.echo(
        json.dumps(found, ensure_ascii=False)
        if as_json
        else f"{found['changed_workers']} 人的推荐有变化（共 {found['workers']} 人）；{found['cpu_seconds']} 秒。"
    )


@command.command(
    help="Lists that spread applicants: score less a share of what a seat is worth.\n\n"
    "Example: gongyou match relist --programme my-programme --on 2026-11-24 --data market --out spread --json"
)
@_programme
@_area
@_on
@_data
@click.option("--out", required=True, type=Folder, help="folder for recommendations.parquet, relist.json")
@_top
@_seed
@_memory
@click.option("--share", type=click.FloatRange(0, 1), default=SHARE, show_default=True, help="of the price")
@click.option("--rounds", type=click.IntRange(1, 10), default=1, show_default=True)
@json_option
@answers
def relist(
    programme: str, area: str, on: str, data: Path, out: Path, top: int, seed: str, memory: str, share: float,
    rounds: int, as_json: bool,
) -> None:  # fmt: skip
    order = MatchOrder(
        programme, area, read_day(on, field="on"), _folder(data), out, top, seed=seed, memory=memory
    )
    found = relist_market(packs_dir(), _with_packs(order), share, rounds)
    click.echo(
        json.dumps(found)
        if as_json
        else f"先到先得能用上的岗位：{found['filled_before']:.1%} → {found['filled']:.1%}；"
        f"平均得分：{found['mean_score_before']:.3f} → {found['mean_score']:.3f}。"
    )


@command.command(
    help="Occupations a phrase may mean, for a person to confirm.\n\n"
    "Example: gongyou match occupations --programme my-programme --on 2026-11-24 焊铁架子的 --json"
)
@click.argument("phrase")
@_programme
@_area
@_on
@json_option
@answers
def occupations(phrase: str, programme: str, area: str, on: str, as_json: bool) -> None:
    found = propose_occupations(load_rulebook(packs_dir(), programme, area, read_day(on, field="on")), phrase)
    plain = [dataclasses.asdict(p) for p in found]
    click.echo(
        json.dumps({"phrase": phrase, "proposals": plain, "confirmed": None}, ensure_ascii=False)
        if as_json
        else "\n".join(f"{p.code}  {p.title}（像“{p.because}”）" for p in found)
        or "没有像的职业，请人工选择。"
    )


@command.command(
    help="Draw a seed for a closed event and seal it: publish its hash before, the seed after.\n\n"
    "Example: gongyou match seal --out seed.json --json"
)
@click.option("--out", required=True, type=Folder, help="file that keeps the seed until the event is over")
@json_option
@answers
def seal(out: Path, as_json: bool) -> None:
    if out.exists():
        raise Refusal(
            "sealed_twice",
            says("“{file}”已经有了。"),
            says("一场活动只抽一次种子；请换一个文件名。"),
            field="out",
            file=str(out),
        )
    seed = secrets.token_hex(16)
    digest = hashlib.sha256(seed.encode()).hexdigest()
    out.write_text(json.dumps({"seed": seed, "seed_sha256": digest}), encoding="utf-8")
    out.chmod(0o600)
    give({"seed_sha256": digest}, as_json=as_json, sentence=lambda r: f"SHA-256 {r['seed_sha256']}")


def _with_packs(order: MatchOrder) -> MatchOrder:
    """The same, told what the recognition map says on that day in that area, and the hashes of both tables."""
    told = for_matching(packs_dir(), order.programme, order.area, order.on)
    return dataclasses.replace(order, grants=told.grants, published=told.published)


def _folder(data: Path) -> Path:
    if not data.is_dir():
        raise Refusal("no_folder", says("没有“{folder}”这个文件夹。"), field="data", folder=str(data))
    return data


def _run_sentence(found: dict[str, Any]) -> str:
    proof = (
        f"对列表上各对的最优值，已证明达到 {found['certified_share_of_optimum']:.2%}"
        if found["upper_bound"] is not None
        else f"互相更愿意的人岗 {found['blocking_pairs']} 对"
    )
    return (
        f"{found['workers']} 人、{found['posts']} 个岗位：{found['share_with_recommendation']:.1%} 的人有推荐，"
        f"安排 {found['placed']} 人；{proof}；{found['seconds']} 秒。"
    )


def _pair_sentence(found: PairExplained) -> str:
    if found.eligible:
        return "符合；" + "，".join(f"{name} {part:.3f}" for name, part in found.terms.items())
    return "不符合：" + "".join(found.sentences)
