"""Words of courses: states, steps, kinds of bodies and places."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

PROVIDER_KINDS: Words = {
    "school": _("培训学校"),
    "base": _("实训基地"),
    "cooperative": _("劳务合作社"),
    "college": _("职业院校"),
}
SITE_KINDS: Words = {
    "classroom": _("教室"),
    "practice": _("实训场地"),
    "examination": _("考场"),
    "doorstep": _("家门口教学点"),
}
SOURCES: Words = {
    "gap": _("缺证人数"),
    "survey": _("意愿调查"),
    "village": _("村（社区）提出"),
    "order": _("用人单位订单"),
}
CLASS_STATES: Words = {
    "open": _("报名和上课"),
    "taught": _("已结课，待考试"),
    "done": _("已公布成绩"),
    "cancelled": _("已取消"),
}
CLASS_TONES: Words = {"open": "active", "taught": "wait", "done": "closed", "cancelled": "bad"}
ENROLMENT_STATES: Words = {
    "applied": _("待入学考试"),
    "placed": _("已录取"),
    "waiting": _("排队中"),
    "trained": _("已学完"),
    "short": _("出勤不够"),
    "withdrawn": _("已退班"),
    "refused": _("入学考试未过"),
}
ENROLMENT_TONES: Words = {
    "applied": "wait",
    "placed": "ok",
    "waiting": "wait",
    "trained": "ok",
    "short": "warn",
    "withdrawn": "closed",
    "refused": "bad",
}
STEPS: Words = {
    "gap_detected": _("发现缺证"),
    "offered": _("推荐课程"),
    "enrolled": _("录取入班"),
    "trained": _("学完课程"),
    "assessed": _("参加考试"),
    "certified_level": _("取得等级证书"),
    "certified_permit": _("取得上岗证件"),
    "internship": _("带岗实习"),
    "employed": _("上岗就业"),
    "retained_3": _("满3个月仍在岗"),
    "retained_6": _("满6个月仍在岗"),
    "retained_12": _("满12个月仍在岗"),
}
PARTS: Words = {"theory": _("理论"), "practical": _("实操")}
CONTRACTS: Words = {
    "fixed": _("固定期限合同"),
    "open": _("无固定期限合同"),
    "piece": _("以完成一定工作任务为期限"),
    "dispatch": _("劳务派遣"),
}
FOLLOW_UPS: Words = {
    "retained": _("仍在岗"),
    "left": _("已离岗"),
    "unreached": pgettext_lazy("follow_up", "没联系上"),
}
CATEGORIES: Words = {"": _("不适用"), "worker": _("工人岗位"), "cadre": _("管理技术岗位")}

TABLES: dict[str, Words] = {
    "provider_kind": PROVIDER_KINDS,
    "site_kind": SITE_KINDS,
    "demand_source": SOURCES,
    "class_state": CLASS_STATES,
    "class_tone": CLASS_TONES,
    "enrolment_state": ENROLMENT_STATES,
    "enrolment_tone": ENROLMENT_TONES,
    "course_step": STEPS,
    "exam_part": PARTS,
    "follow_up": FOLLOW_UPS,
}
