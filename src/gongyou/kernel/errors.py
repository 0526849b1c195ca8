"""Errors as sentences: what happened, where, what to do next."""

from __future__ import annotations

import json
from typing import Any

from gongyou.basics.refusal import Refusal, says


class DomainError(Refusal):
    """A refusal that came from a rule of the domain."""


def kept_refusal(refusal: Refusal) -> dict[str, Any]:
    """A sentence in a JSON column, that can still be translated when it is read."""
    params = {name: json.loads(json.dumps(value, default=str)) for name, value in refusal.params.items()}
    return {"message": refusal.message, "hint": refusal.hint, "params": params}


class NotAllowed(DomainError):
    def __init__(self, right: str) -> None:
        super().__init__(
            "not_allowed",
            says("您的岗位没有这项权限。"),
            says("如确需办理，请联系本单位系统管理员核对岗位和所属站点。"),
            status=403,
        )
        self.right = right


class NotFound(DomainError):
    def __init__(self, message: str = says("没有找到这条记录。"), **params: object) -> None:
        super().__init__("not_found", message, says("请核对编号后重试。"), field="", status=404, **params)


class Stale(DomainError):
    def __init__(self) -> None:
        super().__init__(
            "stale",
            says("这条记录刚刚被别人更新过，您的修改没有保存。"),
            says("请查看最新内容后再提交；您填写的内容仍在页面上。"),
            status=409,
        )


class IntentReused(DomainError):
    def __init__(self) -> None:
        super().__init__(
            "intent_reused",
            says("同一个提交编号（Idempotency-Key）已经用于另一份内容。"),
            says("内容有改动时请换一个新的提交编号。"),
            status=409,
        )
