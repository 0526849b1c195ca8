"""Words of the guard over two funds: states, what happened, what was heard, kinds of money."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import says

Words = dict[str, str | Promise]

MATTER_STATES: Words = {
    "clue": _("线索，等人核实"),
    "inquiry": _("核实中"),
    "closed": _("没有发现问题，已结束"),
    "filed": _("已立案"),
    "told": _("已告知，听取陈述申辩"),
    "proposed": _("等另一位同志批准"),
    "decided": _("已决定，执行中"),
    "done": _("已执行完毕"),
}
MATTER_TONES: Words = {
    "clue": "wait", "inquiry": "active", "closed": "closed", "filed": "active", "told": "active",
    "proposed": "wait", "decided": "warn", "done": "ok",
}  # fmt: skip
HEARINGS: Words = {
    "explained": _("本人作了说明"),
    "refused": _("本人拒绝说明"),
    "absent": _("找不到本人"),
    "statement": _("本人陈述、申辩"),
    "heard": _("举行了听证"),
    "waived": _("本人表示不陈述、不申辩"),
    "objection": _("本人在手机上提出意见"),
}
HAPPENINGS: Words = {
    **HEARINGS,
    "clue": _("收到线索"),
    "joined": _("同一次受伤又有结算，并入这条线索"),
    "joined_after": _("办结后又有结算，记录在案"),
    "first_officer": _("第一位承办人接办"),
    "inquiry": _("第二位承办人参加，开始核实"),
    "facts": _("补记查明的情况"),
    "closed": _("没有发现问题，结束"),
    "filed": _("立案"),
    "extension_asked": _("申请延长办案期限"),
    "extended": _("批准延长办案期限"),
    "extension_refused": _("不同意延长"),
    "told": _("告知拟作的处罚和陈述、申辩、听证的权利"),
    "proposed": _("提出处理决定，送批"),
    "proposal_taken_back": _("撤回提出的决定"),
    "proposal_refused": _("决定没有获得批准，退回"),
    "decided": _("作出决定"),
    "decided_late": _("超过期限才作出决定"),
    "delivered": _("送达决定书"),
    "payment_noted": _("登记收到一笔款"),
    "payment_confirmed": _("另一位同志确认入账"),
    "suspension_ended": _("暂停联网结算到期，已恢复"),
    "referred": _("移送公安机关"),
    "answered": _("回应本人的意见"),
    "done": _("执行完毕"),
}
MONEYS: Words = {"returned": _("退回基金"), "fine": _("罚款（国库）")}
SOURCES: Words = {"screen": _("比对发现"), "hand": _("人工登记")}
TODOS: Words = {
    "oversight.clue": _("核实基金线索"),
    "oversight.decide": _("作出基金处理决定"),
    "oversight.objection": _("回应本人意见"),
}
EXPLANATION_KINDS = ("explained", "refused", "absent")
ANSWER_KINDS = ("statement", "heard", "waived")

PURPOSES: dict[str, str] = {
    "identify": says("核实身份"),
    "hear": says("联系本人听取说明"),
    "check": says("核对病历和结算"),
    "deliver": says("送达文书"),
    "approve": says("审批前核对"),
}
"""Kept in the record of reads as they stand here, whatever the reader's language."""

ACTIONS: Words = {
    "oversight.take_in_clues": _("导入基金线索"),
    "oversight.add_clue": _("登记线索"),
    "oversight.begin_inquiry": _("参加承办"),
    "oversight.note_facts": _("补记查明的情况"),
    "oversight.hear": _("听取本人"),
    "oversight.close_without_finding": _("没有发现问题，结束"),
    "oversight.file_matter": _("立案"),
    "oversight.ask_extension": _("申请延长办案期限"),
    "oversight.tell_intended": _("告知拟作的处罚"),
    "oversight.propose_decision": _("提出处理决定"),
    "oversight.take_back_proposal": _("撤回提出的决定"),
    "oversight.note_delivery": _("登记送达"),
    "oversight.note_payment": _("登记收到的钱"),
    "oversight.confirm_payment": _("确认入账"),
    "oversight.refer_to_police": _("移送公安机关"),
    "oversight.object_to_own": _("本人在手机上提出意见"),
    "oversight.answer_objection": _("回应本人的意见"),
    "oversight.register_injury": _("意外伤害住院备案"),
    "oversight.count_route": _("职工自己问路"),
    "oversight.end_suspension": _("暂停联网结算到期，已恢复"),
}

TABLES: dict[str, Words] = {
    "guard_state": MATTER_STATES,
    "guard_tone": MATTER_TONES,
    "guard_happening": HAPPENINGS,
    "guard_hearing": HEARINGS,
    "guard_money": MONEYS,
    "guard_source": SOURCES,
}
