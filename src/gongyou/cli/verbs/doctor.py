"""`gongyou doctor`: what is right and what needs a hand."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import Any

import click
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from gongyou.cli.answer import answers, give, json_option
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.kernel.models import Job, PackVersion
from gongyou.offices import queries as offices

LOW_DISK = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    name: str
    is_good: bool
    says: str


@click.command(help="Check this installation.\n\nExample: gongyou doctor --json")
@json_option
@answers
def command(as_json: bool) -> None:
    findings = _findings()
    good = all(f.is_good for f in findings)
    give({"good": good, "findings": findings}, as_json=as_json, sentence=_sentences)
    if not good:
        sys.exit(1)


def _sentences(result: dict[str, Any]) -> str:
    return "\n".join(f"{'✓' if f.is_good else '✗'} {f.name}：{f.says}" for f in result["findings"])


def _findings() -> list[Finding]:
    try:
        waiting = MigrationExecutor(connection).migration_plan(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )
    except DatabaseError as error:
        return [Finding("数据库", False, f"连不上：{error}")]
    if waiting:
        return [Finding("数据库", False, f"有 {len(waiting)} 项结构更新未执行，请运行 gongyou migrate")]
    return [
        Finding("数据库", True, f"{connection.vendor}，结构已是最新"),
        _disk(),
        _keys(),
        _calendar(),
        _packs(),
        _jobs(),
        _address(),
    ]


def _disk() -> Finding:
    free = shutil.disk_usage(installed().data_dir).free
    return Finding("磁盘", free > LOW_DISK, f"剩余 {free // 1024**2} MB")


def _keys() -> Finding:
    path = installed().data_dir / "keys.json"
    is_private = path.exists() and not path.stat().st_mode & 0o077
    return Finding("密钥", is_private, "仅本人可读" if is_private else "keys.json 缺失或权限过宽，应为 0600")


def _calendar() -> Finding:
    left = offices.coverage_left(moment.today())
    return Finding("放假安排", left >= 45, f"已公布的安排还覆盖 {left} 天")


def _packs() -> Finding:
    areas = PackVersion.objects.filter(kind="area", is_current=True).count()
    return Finding(
        "程序包", areas > 0, f"{areas} 个地区在运行" if areas else "还没有发布，请运行 gongyou packs publish"
    )


def _jobs() -> Finding:
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    return Finding("后台任务", failed == 0, f"{failed} 项失败，等待人工处理" if failed else "没有失败的任务")


def _address() -> Finding:
    address = installed().public_url
    is_safe = address.startswith("https://") or "127.0.0.1" in address
    return Finding("网址", is_safe, address if is_safe else f"{address} 不是 https")
