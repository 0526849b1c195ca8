"""Words of a payment's way: states of rounds, payments, batches, accounts, claims, and the stations of the way."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

ROUND_STATES: Words = {
    "taking": _("正在读入"),
    "taken": _("已读入，可以公示"),
    "listed": _("公示中"),
    "approving": _("审批中"),
    "approved": _("已批准，等待预算"),
    "committed": _("已承诺，应付"),
    "dropped": _("已放弃"),
}
ROUND_TONES: Words = {
    "taking": "active", "taken": "active", "listed": "active", "approving": "wait", "approved": "warn",
    "committed": "ok", "dropped": "closed",
}  # fmt: skip
ORDER_STATES: Words = {
    "owed": _("应付"),
    "batched": _("在批次里"),
    "sent": _("已送银行"),
    "paid": pgettext_lazy("payment", "已付"),
    "returned": _("退票，等账户"),
    "cancelled": _("已由新的一笔代替"),
    "lapsed": _("逾期未领"),
}
ORDER_TONES: Words = {
    "owed": "active", "batched": "active", "sent": "active", "paid": "ok", "returned": "bad",
    "cancelled": "closed", "lapsed": "closed",
}  # fmt: skip
BATCH_STATES: Words = {
    "approving": _("审批中"),
    "approved": _("已批准，正在写文件"),
    "filed": _("文件已生成"),
    "sent": _("已送银行"),
    "answered": _("银行已回盘"),
    "dissolved": _("已解散"),
}
BATCH_TONES: Words = {
    "approving": "wait", "approved": "active", "filed": "active", "sent": "active", "answered": "ok",
    "dissolved": "closed",
}  # fmt: skip
ACCOUNT_STATES: Words = {
    "proposed": _("等第二人核对"),
    "active": pgettext_lazy("account", "在用"),
    "failed": _("银行付不进"),
    "replaced": _("已换新账户"),
    "refused": _("核对不通过"),
}
ACCOUNT_TONES: Words = {
    "proposed": "wait", "active": "ok", "failed": "bad", "replaced": "closed", "refused": "closed",
}  # fmt: skip
ACCOUNT_SOURCES: Words = {
    "run": _("计算时的数据"),
    "desk": _("经办登记"),
    "employer": _("单位自己填写"),
    "tax": _("税务部门"),
}
CLAIM_STATES: Words = {"open": _("应追回"), "recovered": _("已追回"), "withdrawn": _("不用追回")}
CHASE_KINDS: Words = {
    "message": _("发短信"),
    "call": _("打电话"),
    "list": _("列入公布名单"),
    "lapse": _("视为放弃"),
}
STOPS: Words = {
    "computed": _("算出结果"),
    "listed": _("列入名单"),
    "published": _("开始公示"),
    "approved": _("审批同意"),
    "owed": _("列为应付"),
    "batched": _("编入付款批次"),
    "sent": _("送到银行"),
    "paid": _("银行付成"),
    "returned": _("银行退回"),
    "cancelled": _("由新的一笔代替"),
    "lapsed": _("逾期未领"),
    "claimed": _("要求退还"),
    "recovered": _("已退还"),
}
TABLES: dict[str, Words] = {
    "round_state": ROUND_STATES,
    "round_tone": ROUND_TONES,
    "order_state": ORDER_STATES,
    "order_tone": ORDER_TONES,
    "batch_state": BATCH_STATES,
    "batch_tone": BATCH_TONES,
    "account_state": ACCOUNT_STATES,
    "account_tone": ACCOUNT_TONES,
    "account_source": ACCOUNT_SOURCES,
    "recovery_state": CLAIM_STATES,
    "chase_kind": CHASE_KINDS,
    "stop": STOPS,
}
