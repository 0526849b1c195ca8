"""Words for what the engines name by id: kinds, happenings, channels, outcomes, states of messages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongyou.web import benefit_words, guard_words, partner_words, work_words

Words = dict[str, str | Promise]

KINDS: Words = {
    "appeal": _("诉求"),
    "wish": _("微心愿"),
    "clue": _("线索"),
    "application": _("申请"),
    "suggestion": _("建议"),
    "proposal": _("代表建议"),
}

STANDINGS: Words = {
    "open": _("正在办理"),
    "late": _("已超期"),
    "closed": _("已结束"),
}

CHANNELS: Words = {
    "qr": _("扫码"),
    "web": _("网上"),
    "phone": _("电话"),
    "desk": _("窗口"),
    "paper": _("纸质登记"),
    "api": _("其他系统转来"),
    "import": _("批量导入"),
}

TODO_KINDS: Words = {
    "casework.receipt": _("发回执"),
    "casework.accept": pgettext_lazy("todo", "签收"),
    "casework.objection": _("裁定异议"),
    "casework.settle": _("办结答复"),
    "casework.approve": _("批准答复"),
    "casework.call_back": pgettext_lazy("todo", "回访"),
    "casework.review": pgettext_lazy("todo", "复盘"),
    "casework.risen": _("升级提醒"),
    "casework.help": _("协助办理"),
    "casework.repeats": _("核查多次反映"),
    "casework.exclusion": _("决定是否计入比率"),
    "casework.incident": _("群体性事件"),
    "ledger.draft": _("记账（第二人）"),
    **guard_words.TODOS,
    "procedures.approve": _("审批"),
    "procedures.publish": _("发布公示"),
    "procedures.close_list": _("办结公示"),
    "procedures.decide_objection": _("答复异议"),
    **work_words.TODOS,
    "benefits.list": _("核对名单，准备公示"),
    "benefits.approve": _("提请审批"),
    "benefits.commit": _("落实资金"),
    "benefits.batch": _("编付款批次"),
    "benefits.send": _("银行文件送银行"),
    "benefits.call": _("电话联系，补账户"),
    "benefits.recompute": _("更正事实后重算"),
    "benefits.confirm_account": _("核对收款账户"),
    "offices.gap": _("值班空缺，请代班"),
    "offices.swap": _("答复换班请求"),
    "offices.hand_over": _("写交接"),
    "offices.fault": _("修设施"),
    "offices.verify": _("验收修好的设施"),
    "offices.refill": _("补货"),
    "offices.expired": _("过期物品下架"),
    "offices.inspect": _("巡检"),
    "casework.check": _("核实心愿"),
    "casework.claim_wait": _("等人认领心愿"),
    "casework.upper_help": _("帮心愿找资源"),
    "casework.fulfil": _("交付心愿"),
    "casework.mandate": _("补代办凭证"),
    "casework.legal_limit": _("法律时效提醒"),
    "casework.follow_up": _("转介后询问"),
    "casework.identity": _("决定查看姓名"),
    "casework.retaliation": _("过问报复"),
}

HAPPENINGS: Words = {
    "received": _("收到反映"),
    "receipt_sent": _("回执已送达"),
    "offered": pgettext_lazy("happening", "派单"),
    "accepted": pgettext_lazy("happening", "签收"),
    "objected": _("提出派单异议"),
    "reclassified": pgettext_lazy("happening", "改类"),
    "not_accepted": pgettext_lazy("happening", "不予受理"),
    "paused": pgettext_lazy("happening", "暂停计时"),
    "resumed": pgettext_lazy("happening", "恢复计时"),
    "answer_drafted": _("答复送审"),
    "answer_returned": _("答复退回修改"),
    "settled": _("答复群众"),
    "call_tried": _("回访未接通"),
    "called_satisfied": _("回访满意"),
    "called_dissatisfied": _("回访不满意"),
    "calls_exhausted": _("多次回访未联系上"),
    "reviewed": _("复盘完成，重新办理"),
    "reopened": pgettext_lazy("happening", "重新打开"),
    "withdrawn": _("本人撤回"),
    "explained": _("上级解释说明"),
    "calendar_changed": _("放假安排更新，重新推算日期"),
    "escalated": _("到时未办，往上提醒"),
    "confirmed": _("上级确认由原单位主办"),
    "help_asked": _("请求协助"),
    "help_reported": _("协助单位回告"),
    "joined": _("并案办理"),
    "parted": _("解除并案"),
    "child_joined": _("并入一件同样的事"),
    "child_moved": _("并案事项的期限变了"),
    "child_parted": _("一件并案事项解除"),
    "repeat_told": _("重复反映，已告知进展"),
    "repeated": _("再次反映"),
    "incident_entered": _("列入群体性事件"),
    "incident_left": _("不再列入群体性事件"),
    "contacted": _("联系了本人"),
    "exclusion_asked": _("申请不计入比率"),
    "exclusion_decided": _("上级决定是否计入比率"),
}

RISES: Words = {
    "remind": _("提醒"),
    "master": _("告知负责人"),
    "help": _("上级协助"),
    "lead": _("上级主办"),
    "tell": _("报告"),
}

GROUNDS: Words = {
    "unreasonable": _("诉求不合理"),
    "malicious": _("恶意反映"),
}

TOPIC_REASONS: Words = {
    "rose": _("一周内明显上升"),
    "repeats": _("反复有人反映"),
}

TOLD_AS: Words = {
    "holder": _("承办人"),
    "duty": _("值班"),
    "post": _("岗位"),
    "office": _("无人在岗，列入该单位待办"),
}

ENTRIES: Words = {
    "raised": _("提起事件"),
    "added": _("加入事项"),
    "left": _("移出事项"),
    "reported": _("登记报告"),
    "told": _("告诉每个人"),
    "closed": _("结束事件"),
}

CAUSES: Words = {
    "persons": _("同一类事短时间内人数多"),
    "share": _("占用人单位职工比例高"),
    "words": _("提到需要马上报告的事"),
    "staff": _("工作人员判断"),
    "checked": _("心愿核实"),
    "put_up": _("放到心愿墙上"),
    "claim_taken": _("有人认领一份"),
    "claimed": _("全部认领"),
    "claim_ended": _("一份认领结束"),
    "back_on_wall": _("退回心愿墙"),
    "unclaimed": _("到期无人认领，请上级帮助"),
    "upper_helped": _("上级帮助"),
    "taken_down": _("从心愿墙撤下"),
    "fulfilled": _("心愿圆满"),
}

TEXTS: Words = {
    "demand": _("反映内容"),
    "supplement": _("补充"),
    "draft": _("答复草稿"),
    "answer": _("答复"),
    "call": _("回访记录"),
    "cause": _("原因"),
    "measures": _("整改措施"),
    "reason": _("理由"),
    "proof": _("交付记录"),
    "correction": _("本人更正"),
    "handover": _("转介单内容"),
}

BASES: Words = {
    "entrusted": _("本人委托"),
    "guardian": _("监护人（未成年人等）"),
    "heir": _("继承人、近亲属（本人已去世）"),
}

PROOFS: Words = {
    "paper": _("书面委托"),
    "recording": _("录音录像"),
    "certificate": _("户口簿、出生证明等证件"),
    "witnessed": _("本人当面说，有见证人"),
}

SCOPES: Words = {
    "supplement": _("补充情况"),
    "rate": _("评价答复"),
    "withdraw": _("撤回"),
    "reopen": _("要求重新办理"),
}

CONFLICTS: Words = {
    "unit": _("被反映的单位"),
    "person": _("被反映的同事"),
    "employer": _("被点名的用人单位"),
    "relative": _("涉事人的亲属"),
}

PROTECTIONS: Words = {
    "reporter": _("线索人不愿被知道"),
    "retaliation": _("担心或已经被报复"),
}

FOLLOW_UPS: Words = {
    "filed": _("已经提交，机构已收下"),
    "not_filed": _("还没有去"),
    "no_answer": _("没有联系上"),
}

POINTS: Words = {
    "thanks": _("感谢您的线索"),
    "gift": _("换礼品"),
    "correction": _("更正"),
}

PAGE_STATES: Words = {
    "keyed": _("已录入"),
    "void": _("已作废"),
    "missing": _("漏录"),
    "unkeyed": _("收回时没有录入"),
    "empty": _("还没写到"),
}

PAGE_TONES = {"keyed": "ok", "void": "plain", "missing": "bad", "unkeyed": "bad", "empty": "wait"}

OUTCOMES: Words = {
    "answered": _("已接通"),
    "no_answer": _("无人接听"),
    "refused": _("不愿接受回访"),
    "wrong_number": _("号码有误"),
    "proxy_only": _("只联系到代办人"),
}

CALL_CHANNELS: Words = {
    "phone": _("电话"),
    "visit": _("上门"),
    "message": _("短信"),
    "online": _("本人网上评价"),
}

RESULTS: Words = {
    "solved": _("已解决"),
    "partly": _("部分解决"),
    "explained_cannot": _("解释说明（暂不能解决）"),
    "referred": _("转有关部门并告知"),
}

ROLES: Words = {
    "subject": _("本人"),
    "proxy": _("代办人"),
}

MESSAGE_STATES: Words = {
    "queued": _("等待发送"),
    "sent": _("已发送"),
    "failed": _("发送失败"),
    "withheld": _("对方不接收，未发"),
}

MESSAGE_TONES = {"queued": "wait", "sent": "ok", "failed": "bad", "withheld": "plain"}

TEMPLATES: Words = {
    "benefits.listed": _("公示告知"),
    "employment.progress": _("求职进展"),
    "employment.interest": _("有人应聘"),
    "benefits.account": _("核对账户提醒"),
    "receipt": _("回执"),
    "settled": _("答复通知"),
    "review_opened": _("复盘通知"),
    "reviewed": _("复盘结果"),
    "unreached": _("未接通提醒"),
    "not_accepted": _("不予受理"),
    "reclassified": _("改类通知"),
    "paused": _("暂停通知"),
    "resumed": _("恢复通知"),
    "explained": _("解释说明"),
    "risen": _("升级提醒"),
    "transferred": _("改由上级办理"),
    "repeat_told": _("重复反映告知"),
    "incident": _("群体性事件告知"),
    "claimed": _("认领通知"),
    "thanks": _("致谢"),
    "care_placed": _("托管名额通知"),
    "date_moved": _("日期调整通知"),
    "legal_limit": _("法律时效提醒"),
}

CLOSINGS: Words = {
    "satisfied": _("满意"),
    "unreached": _("未联系上"),
    "explained": _("已解释说明"),
    "not_accepted": _("不予受理"),
    "withdrawn": _("本人撤回"),
    "answered": _("已公开答复"),
    "repeated": _("重复反映，已告知"),
}

UNITS: Words = {
    "working_day": _("个工作日"),
    "calendar_day": _("日"),
    "hour": pgettext_lazy("unit", "小时"),
    "business_hour": _("个工作小时"),
}

ACTOR_KINDS: Words = {
    "visitor": _("群众"),
    "worker": _("职工本人"),
    "system": _("系统自动"),
    "staff": _("工作人员"),
}

OFFICE_KINDS: Words = {
    "city": _("市级"),
    "county": _("县级"),
    "township": _("乡镇街道"),
    "station": pgettext_lazy("office", "站点"),
    "department": _("部门"),
    "callback_desk": _("回访专班"),
    "studio": _("工作室"),
    "party_organisation": _("党组织"),
}

FAULTS: Words = {
    "reported": _("待处理"),
    "accepted": _("在修"),
    "repaired": _("待验收"),
    "verified": _("修好了"),
    "unfounded": _("没坏"),
}

STOCK_MOVES: Words = {
    "received": _("入库"),
    "used": _("领用"),
    "withdrawn": _("下架"),
    "counted": _("盘点"),
}

APPROVAL_STATES: Words = {
    "open": _("待审批"),
    "approved": _("已通过"),
    "refused": _("已退回"),
    "withdrawn": _("已撤回"),
}
LIST_STATES: Words = {
    "draft": _("草稿"),
    "sealed": _("已封存，待发布"),
    "published": _("公示中"),
    "closed": _("公示已办结"),
    "withdrawn": _("已撤回"),
}
OBJECTION_OUTCOMES: Words = {
    "": _("待答复"),
    "upheld": _("异议成立"),
    "rejected": _("异议不成立"),
    "taken_back": _("提出人撤回"),
}
PROCEDURE_TONES = {
    "": "wait", "open": "wait", "approved": "ok", "refused": "bad", "withdrawn": "closed", "draft": "plain",
    "sealed": "wait", "published": "active", "closed": "closed", "upheld": "ok", "rejected": "closed",
    "taken_back": "closed",
}  # fmt: skip

TABLES: dict[str, Words] = {
    "approval_state": APPROVAL_STATES,
    "list_state": LIST_STATES,
    "objection_outcome": OBJECTION_OUTCOMES,
    "procedure_tone": dict(PROCEDURE_TONES),
    "ground": GROUNDS,
    "topic_reason": TOPIC_REASONS,
    "kind": KINDS,
    "standing": STANDINGS,
    "channel": CHANNELS,
    "todo": TODO_KINDS,
    "happening": HAPPENINGS,
    "text": TEXTS,
    "outcome": OUTCOMES,
    "call_channel": CALL_CHANNELS,
    "result": RESULTS,
    "role": ROLES,
    "message_state": MESSAGE_STATES,
    "message_tone": dict(MESSAGE_TONES),
    "template": TEMPLATES,
    "closing": CLOSINGS,
    "unit": UNITS,
    "actor": ACTOR_KINDS,
    "office_kind": OFFICE_KINDS,
    "rises": RISES,
    "told_as": TOLD_AS,
    "entry": ENTRIES,
    "cause": CAUSES,
    "fault": FAULTS,
    "stock_move": STOCK_MOVES,
    **partner_words.TABLES,
    **benefit_words.TABLES,
    **work_words.TABLES,
    **guard_words.TABLES,
    "basis": BASES,
    "proof": PROOFS,
    "scope": SCOPES,
    "conflict": CONFLICTS,
    "protection": PROTECTIONS,
    "follow_up": FOLLOW_UPS,
    "points": POINTS,
    "page_state": PAGE_STATES,
    "page_tone": dict(PAGE_TONES),
}


def word(table: str, name: str) -> str:
    """The word for an id of a table; an id without a word is shown as it is."""
    return str(TABLES[table].get(name, name))
