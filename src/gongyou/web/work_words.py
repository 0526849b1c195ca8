"""Words of employment: states, channels, steps, outcomes, reasons why not."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

CHANNELS: Words = {
    "phone": _("电话调查"),
    "desk": pgettext_lazy("survey", "窗口"),
    "door": _("上门"),
    "broker": _("劳务经纪人"),
    "own": _("本人在手机上填"),
    "import": _("批量导入"),
}
STAFF_CHANNELS = ("phone", "desk", "door", "broker")
INTENTION_STATES: Words = {"active": _("正在找工作"), "placed": _("已就业"), "withdrawn": _("已撤回")}
INTENTION_TONES: Words = {"active": "active", "placed": "ok", "withdrawn": "closed"}
POST_STATES: Words = {
    "waiting": _("等审核"),
    "public": _("招聘中"),
    "refused": pgettext_lazy("post", "没有通过"),
    "filled": _("已招满"),
    "closed": pgettext_lazy("post", "已结束"),
    "expired": pgettext_lazy("post", "已到期"),
}
POST_TONES: Words = {
    "waiting": "wait", "public": "ok", "refused": "bad", "filled": "closed", "closed": "closed", "expired": "closed",
}  # fmt: skip
SHIFTS: Words = {"day": _("白班"), "night": _("夜班"), "rotating": _("轮班")}
REFERRAL_STATES: Words = {
    "interested": _("有兴趣"),
    "invited": _("约了面试"),
    "offered": _("愿意录用"),
    "placed": _("已上岗"),
    "declined": _("单位没有录用"),
    "withdrawn": _("本人不去了"),
}
REFERRAL_TONES: Words = {
    "interested": "active", "invited": "active", "offered": "wait", "placed": "ok", "declined": "closed",
    "withdrawn": "closed",
}  # fmt: skip
HAPPENINGS: Words = {
    **REFERRAL_STATES,
    "confirmed": _("本人答应去面试"),
    "kept": _("来面试了"),
    "missed": _("没有来面试"),
}
INTERVIEW_STATES: Words = {
    "planned": _("等本人答复"),
    "confirmed": _("本人会去"),
    "kept": _("已面试"),
    "missed": _("没有来"),
    "cancelled": pgettext_lazy("interview", "已取消"),
}
EVIDENCE: Words = {
    "contract": _("劳动合同"),
    "insurance": _("社保缴费记录"),
    "payslip": _("工资条"),
    "statement": _("单位证明"),
}
CALL_OUTCOMES: Words = {
    "still": _("还在岗"),
    "left": _("已离开"),
    "unreached": _("没有联系上"),
    "arrears": _("欠薪"),
    "harm": _("受到伤害"),
}
CALL_TONES: Words = {"still": "ok", "left": "closed", "unreached": "wait", "arrears": "bad", "harm": "bad"}
RUN_STATES: Words = {
    "queued": _("排队中"),
    "running": _("正在匹配"),
    "done": _("已算完"),
    "failed": _("没有算成"),
}
RUN_TONES: Words = {"queued": "wait", "running": "active", "done": "ok", "failed": "bad"}
RUN_KINDS: Words = {"full": _("全部重算"), "update": _("只算变动")}
PUSH_STATES: Words = {
    "waiting": _("等平台回执"),
    "taken": _("平台已收"),
    "refused": _("平台没有收"),
}
FAILED: Words = {
    "occupation": _("职业不在意向之内，也不相近。"),
    "wage": _("最高工资低于要求的最低工资。"),
    "place": _("不在意向地区，也不在愿意去的距离之内。"),
    "shift": _("班次不合适，或岗位没有写班次。"),
    "gig": _("这是零工（或没有写明不是），没有说愿意做零工。"),
    "age": _("法律对这个岗位的年龄另有规定，或出生日期不明。"),
    "table": _("意向或岗位的内容要先改好："),
}
TERMS: Words = {"occupation": _("职业"), "pay": _("收入"), "near": _("远近"), "wish": _("年龄意愿")}
GROUPS: Words = {
    "sex": _("性别"), "age_band": _("年龄段"), "township": _("乡镇街道"), "male": _("男"), "female": _("女"),
    "unknown": _("不知道"), "fewer than 5": _("不足5人的合并"),
}  # fmt: skip
FIGURES: Words = {
    "surveyed": _("调查了多少人"),
    "employers": _("调查了多少单位"),
    "wants_training": _("想参加培训"),
    "seekers": _("正在找工作"),
    "listed": _("有推荐岗位"),
    "posts": _("招聘中的岗位"),
    "placed": pgettext_lazy("figure", "已上岗"),
    "asked_at_end": _("满90天回访到"),
    "retained": _("90天还在岗"),
}
TODOS: Words = {
    "employment.check_post": _("审核岗位"),
    "employment.human_ask": _("人工看推荐"),
    "employment.follow_up": _("就业后回访"),
    "employment.harm": _("回访发现问题"),
}
TABLES: dict[str, Words] = {
    "survey_channel": CHANNELS,
    "intention_state": INTENTION_STATES,
    "intention_tone": INTENTION_TONES,
    "post_state": POST_STATES,
    "post_tone": POST_TONES,
    "shift": SHIFTS,
    "referral_state": REFERRAL_STATES,
    "referral_tone": REFERRAL_TONES,
    "referral_step": HAPPENINGS,
    "interview_state": INTERVIEW_STATES,
    "evidence": EVIDENCE,
    "call_outcome": CALL_OUTCOMES,
    "call_tone": CALL_TONES,
    "match_state": RUN_STATES,
    "match_tone": RUN_TONES,
    "match_kind": RUN_KINDS,
    "push_state": PUSH_STATES,
    "match_term": TERMS,
    "match_failed": FAILED,
    "match_group": GROUPS,
    "work_figure": FIGURES,
}
