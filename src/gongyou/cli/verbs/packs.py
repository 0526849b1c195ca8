"""`gongyou packs`: check, publish, begin a programme or an area."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gongyou.cli.answer import answers, give, json_option, say
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
    help="Check packs: ids, sources, reachable states, owners of deadlines, cases.\n\nExample: gongyou packs check --json"
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@json_option
@answers
def check(folder: Path | None, as_json: bool) -> None:
    report = check_packs(folder or installed().packs_dir)
    give(report.as_plain() if as_json else report, as_json=as_json, sentence=_report)
    if not report.is_clean:
        sys.exit(2)


def _report(report: Report) -> str:
    lines = [finding.sentence() for finding in report.findings]
    return "\n".join(
        [*lines, f"{len(report.packs)} 个包，{len(report.findings)} 处问题，{report.seconds:.2f} 秒。"]
    )


@command.command(
    help="Freeze what stands in the folder into the database, by hash.\n\nExample: gongyou packs publish"
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@json_option
@answers
def publish(folder: Path | None, as_json: bool) -> None:
    published = install_packs(system_actor("packs"), folder or installed().packs_dir)
    give(published, as_json=as_json, sentence=lambda _: "已发布。")


@command.command(help="Begin a programme or an area.\n\nExample: gongyou packs new area 990102")
@click.argument("what", type=click.Choice(["programme", "area"]))
@click.argument("id_", metavar="ID")
@answers
def new(what: str, id_: str) -> None:
    make = new_programme if what == "programme" else new_area
    for path in make(installed().packs_dir, id_):
        say(str(path))
    say("已建立以上文件。请按文件里的说明填写，再运行 gongyou packs check。")
