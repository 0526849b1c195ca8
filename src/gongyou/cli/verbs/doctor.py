"""`gongyou doctor`: what is right and what needs a hand."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import click
from django.db import DatabaseError, connection

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, words
from gongyou.cli.schema import waiting_changes
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.kernel.models import Account, Job, PackVersion
from gongyou.offices import queries as offices

LOW_DISK = 2 * 1024**3
CALENDAR_ALARM_DAYS = 45
NOBODY_WORKS = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """`id` is for scripts, `name` and `says` for people; what is not good says what to do."""

    id: str
    name: str
    is_good: bool
    says: str


@click.command(
    help="Check this installation; exit 1 when something needs a hand.\n\nExample: gongyou doctor --json"
)
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


def _finding(id_: str, name: str, is_good: bool, text: str, **params: object) -> Finding:
    return Finding(id_, words(name), is_good, words(text, **params))


def _findings() -> list[Finding]:
    outside = [_disk(), _keys(), _address(), _backup_tools()]
    try:
        waiting = waiting_changes()
        if waiting:
            text = says("有{count}项结构更新未执行，请运行 gongyou migrate")
            return [_finding("database", says("数据库"), False, text, count=len(waiting)), *outside]
        return [_database(), *(check() for check in _INSIDE), *outside]
    except DatabaseError as error:
        text = says(
            "读不了：{error}。请核对 GONGYOU_DATABASE 和数据库服务；文件损坏时用 gongyou restore 恢复备份"
        )
        return [_finding("database", says("数据库"), False, text, error=str(error).strip()), *outside]


def _database() -> Finding:
    return _finding(
        "database", says("数据库"), True, says("{vendor}，结构已是最新"), vendor=connection.vendor
    )


def _disk() -> Finding:
    free = shutil.disk_usage(installed().data_dir).free
    text = says("剩余{free} MB") if free > LOW_DISK else says("只剩{free} MB，请清理磁盘或换大一点的")
    return _finding("disk", says("磁盘"), free > LOW_DISK, text, free=free // 1024**2)


def _keys() -> Finding:
    path = installed().data_dir / "keys.json"
    is_private = path.exists() and not path.stat().st_mode & 0o077
    text = says("仅本人可读") if is_private else says("{path} 别人也能读，请运行 chmod 600 {path}")
    return _finding("keys", says("密钥"), is_private, text, path=path)


def _address() -> Finding:
    address = installed().public_url
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost", "::1"}
    text = says("{address}") if is_safe else says("{address} 不是 https，请设置 GONGYOU_PUBLIC_URL")
    return _finding("address", says("网址"), is_safe, text, address=address)


def _backup_tools() -> Finding:
    missing = [t for t in ("pg_dump", "pg_restore") if shutil.which(t) is None]
    is_good = connection.vendor != "postgresql" or not missing
    text = says("可以备份") if is_good else says("缺少 {tools}，请安装 postgresql-client")
    return _finding("backup_tools", says("备份工具"), is_good, text, tools="、".join(missing))


def _calendar() -> Finding:
    left = offices.coverage_left(moment.today())
    is_good = left >= CALENDAR_ALARM_DAYS
    text = (
        says("已公布的安排还覆盖{days}天")
        if is_good
        else says("已公布的安排只覆盖{days}天，请导入新的放假安排")
    )
    return _finding("calendar", says("放假安排"), is_good, text, days=left)


def _packs() -> Finding:
    areas = PackVersion.objects.filter(kind="area", is_current=True).count()
    text = says("{count}个地区在运行") if areas else says("还没有发布，请运行 gongyou packs publish")
    return _finding("packs", says("程序包"), areas > 0, text, count=areas)


def _administrators() -> Finding:
    has_some = Account.objects.filter(kind=Account.Kind.STAFF).exists()
    text = says("已开立") if has_some else says("还没有账号，请运行 gongyou admins")
    return _finding("accounts", says("账号"), has_some, text)


def _failed_jobs() -> Finding:
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    text = says("{count}项失败，请系统管理员在后台任务页处理") if failed else says("没有失败的任务")
    return _finding("failed_jobs", says("后台任务"), failed == 0, text, count=failed)


def _worker() -> Finding:
    late = Job.objects.filter(state=Job.State.READY, due_at__lt=moment.now() - NOBODY_WORKS).count()
    text = says("{count}项任务等了很久，请确认 gongyou worker 在运行") if late else says("没有积压的任务")
    return _finding("worker", says("后台进程"), late == 0, text, count=late)


_INSIDE: tuple[Callable[[], Finding], ...] = (_calendar, _packs, _administrators, _failed_jobs, _worker)
