"""`gongyou packs`: check, publish, begin a programme or an area."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.utils.translation import gettext

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.kernel.access import system_actor
from gongyou.kernel.installation import installed
from gongyou.packkit.publishing import install_packs
from gongyou.packkit.reporting import Report
from gongyou.packkit.reporting import check as check_packs
from gongyou.packkit.scaffolding import new_area, new_programme


@click.group(help="Programmes and areas.\n\nExample: gongyou packs check --json")
def command() -> None:
    pass


@command.command(
    help="Check packs: ids, sources, reachable states, owners of deadlines, cases. Findings are exit 2.\n\n"
    "Example: gongyou packs check --json"
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@json_option
@answers
def check(folder: Path | None, as_json: bool) -> None:
    report = check_packs(folder or installed().packs_dir)
    give(report.as_plain() if as_json else report, as_json=as_json, sentence=_report)
    if not report.is_clean:
        sys.exit(2)


def _report(report: Report) -> str:
    lines = [finding.sentence(gettext) for finding in report.findings]
    summary = words(
        says("{packs}个包，{findings}处问题，{seconds}秒。"),
        packs=len(report.packs),
        findings=len(report.findings),
        seconds=f"{report.seconds:.2f}",
    )
    return "\n".join([*lines, summary])


@command.command(
    help="Freeze what stands in the folder into the database, by hash.\n\nExample: gongyou packs publish --json"
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@json_option
@answers
def publish(folder: Path | None, as_json: bool) -> None:
    published = install_packs(system_actor("packs"), folder or installed().packs_dir)
    new = sum(publication.is_new for publication in published.publications)
    give(
        published,
        as_json=as_json,
        sentence=lambda p: words(
            says("已发布：{count}项，其中{new}项有变化。"), count=len(p.publications), new=new
        ),
    )


@command.command(help="Begin a programme or an area.\n\nExample: gongyou packs new area 990102 --json")
@click.argument("what", metavar="programme|area", type=click.Choice(["programme", "area"]))
@click.argument("id_", metavar="ID")
@json_option
@answers
def new(what: str, id_: str, as_json: bool) -> None:
    make = new_programme if what == "programme" else new_area
    files = [str(path) for path in make(installed().packs_dir, id_)]
    give({"files": files}, as_json=as_json, sentence=lambda made: "\n".join(made["files"]))
    say(words(says("请按文件里的说明填写，再运行 gongyou packs check。")))
