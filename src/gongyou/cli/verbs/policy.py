"""`gongyou policy`: which policies there are, what they say in a place on a day, a run, one subject's explanation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gongyou import policy as rules
from gongyou.basics.folders import packs_dir
from gongyou.basics.inputs import read_day
from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, give, json_option, say
from gongyou.policy.catalogue import listed, shown

Folder = click.Path(path_type=Path)

_area = click.option("--area", default="", help="6-digit code; without it the nation's values")
_on = click.option("--on", required=True, help="law date, YYYY-MM-DD")
_set = click.option(
    "--set", "sets", multiple=True, metavar="NAME=VALUE", help="try another value; marks simulated"
)


@click.group(
    help="Rules as code.\n\nExample: gongyou policy run my-policy --area 123400 --on 2025-09-01"
    " --data facts --out result --json"
)
def command() -> None:
    pass


@command.command("list", help="All policies.\n\nExample: gongyou policy list --json")
@json_option
@answers
def list_policies(as_json: bool) -> None:
    found = listed(packs_dir())
    give(found, as_json=as_json, sentence=lambda r: "\n".join(f"{p['id']}  {p['title']}" for p in r))


@command.command(
    help="Rules and values of a policy in a place on a day.\n\n"
    "Example: gongyou policy show my-policy --area 123400 --on 2025-09-01 --json"
)
@click.argument("name", metavar="P")
@_area
@_on
@_set
@json_option
@answers
def show(name: str, area: str, on: str, sets: tuple[str, ...], as_json: bool) -> None:
    graph = rules.bound(packs_dir(), name, area, read_day(on, field="on"), _overrides(sets))
    give(shown(graph, area), as_json=as_json, sentence=_show_sentence)


@command.command(
    help="Judge every subject of a folder of tables.\n\n"
    "Example: gongyou policy run my-policy --area 123400 --on 2025-09-01 --data facts --out result"
)
@click.argument("name", metavar="P")
@_area
@_on
@click.option("--data", required=True, type=Folder, help="folder with one file per table")
@click.option(
    "--out", required=True, type=Folder, help="folder for decisions.parquet, summary.json, rejects.csv"
)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@_set
@click.option("--memory", default="4GB", show_default=True, help="limit beyond which it spills to disk")
@click.option(
    "--parts",
    type=click.IntRange(0, 4096),
    default=0,
    help="divide the subjects; a run that was killed goes on with the next part; 0: by size",
)
@json_option
@answers
def run(
    name: str,
    area: str,
    on: str,
    data: Path,
    out: Path,
    engine: str,
    sets: tuple[str, ...],
    memory: str,
    parts: int,
    as_json: bool,
) -> None:
    order = rules.RunOrder(
        name, area, read_day(on, field="on"), data, out, engine, _overrides(sets), memory, parts
    )
    summary = rules.run_policy(packs_dir(), order, say)
    # Seconds are the one number here that is no whole one; the summary is written as it stands in the file.
    click.echo(json.dumps(summary, ensure_ascii=False) if as_json else _run_sentence(summary))


@command.command(
    help="Why one subject gets its answer.\n\nExample: gongyou policy explain my-policy --area 123400"
    " --on 2025-09-01 --data facts --subject 913701000000000000 --json"
)
@click.argument("name", metavar="P")
@_area
@_on
@click.option("--data", required=True, type=Folder)
@click.option("--subject", required=True, help="the subject's number")
@_set
@json_option
@answers
def explain(
    name: str, area: str, on: str, data: Path, subject: str, sets: tuple[str, ...], as_json: bool
) -> None:
    root = packs_dir()
    found = rules.explain_subject(root, name, area, read_day(on, field="on"), data, subject, _overrides(sets))
    give(found, as_json=as_json, sentence=_explain_sentence)


@command.command(
    help="Which decisions differ between two runs.\n\n"
    "Example: gongyou policy diff before after --out changed.parquet --json"
)
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@click.option("--out", required=True, type=Folder, help="file for the changed subjects (.parquet)")
@json_option
@answers
def diff(before: Path, after: Path, out: Path, as_json: bool) -> None:
    changed = rules.changed_subjects(_decisions(before), _decisions(after), out)
    give(
        {"changed": sum(changed.values()), "by_kind": changed},
        as_json=as_json,
        sentence=lambda r: f"{r['changed']} 个对象的结果有变化。",
    )


def _decisions(run: Path) -> Path:
    """The decisions of a run's folder, or the file itself. Raises Refusal where there is no finished run."""
    if not run.is_dir():
        return run
    if not (run / "summary.json").is_file() or not (run / "decisions.parquet").is_file():
        raise Refusal(
            "no_run",
            says("“{folder}”里没有算完的结果。"),
            says("请给出 policy run 的 --out 文件夹。"),
            field="run",
            folder=str(run),
        )
    return run / "decisions.parquet"


@command.command(
    help="Check a policy on every date of change.\n\nExample: gongyou policy check my-policy --json"
)
@click.argument("name", metavar="P")
@_area
@json_option
@answers
def check(name: str, area: str, as_json: bool) -> None:
    graphs = rules.check_policy(packs_dir(), name, area)
    result = {"policy": name, "versions": len(graphs), "dates": sorted({g.on.isoformat() for g in graphs})}
    give(result, as_json=as_json, sentence=lambda r: f"{name}：{r['versions']} 种写法都能合起来。")


def _overrides(sets: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Refusal("set", says("“{text}”要写成 名字=取值。"), field="set", text=text)
        found[name.strip()] = value.strip()
    return found


def _show_sentence(result: dict[str, Any]) -> str:
    lines = [f"{result['title']}  {result['on']}  {result['area'] or '全国'}"]
    lines += [f"  {r['name']}  {r['title']}  {r['source']}" for r in result["rules"]]
    lines += [
        f"  {v['id']} = {v['amount']}  {v['source']} {v['number']}  {v['area'] or '全国'}  {v['confidence']}"
        for v in result["values"]
    ]
    return "\n".join(lines)


def _run_sentence(result: dict[str, Any]) -> str:
    outcomes = result["outcomes"]
    simulated = "（试算）" if result["simulated"] else ""
    return (
        f"{simulated}符合 {outcomes['eligible']}，不符合 {outcomes['ineligible']}，不明 {outcomes['unknown']}；"
        f"共 {fen_to_text(result['total_fen'])} 元，{result['seconds']} 秒。"
    )


def _explain_sentence(found: rules.Explanation) -> str:
    amount = "" if found.amount_fen is None else f"，{fen_to_text(found.amount_fen)} 元"
    answer = {"eligible": "符合", "ineligible": "不符合", "unknown": "不明"}[found.outcome]
    needs = f"（还需要：{'、'.join(found.needs)}）" if found.needs else ""
    return "\n".join([f"{found.title} {found.subject}：{answer}{amount}{needs}", *found.sentences()])
