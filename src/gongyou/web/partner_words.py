"""Words for what partners, wishes, sessions and purchases name by id."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

PARTNER_KINDS: Words = {
    "resident": _("居民"),
    "shop": _("商户"),
    "school": _("院校"),
    "social_organisation": _("社会组织"),
    "enterprise": _("企业"),
    "institution": _("事业单位"),
}
WAYS: Words = {
    "online": _("线上报名"),
    "roadshow": _("现场路演"),
    "signing": _("集中签约"),
}
PARTNER_STATES: Words = {
    "applied": _("待审核"),
    "active": _("合作中"),
    "refused": _("未通过"),
    "ended": _("已结束合作"),
}
PARTNER_TONES: Words = {"applied": "wait", "active": "ok", "refused": "closed", "ended": "closed"}
CLAIM_STATES: Words = {
    "held": _("已认领，待交付"),
    "fulfilled": _("已圆梦"),
    "lapsed": _("到期未办，已退回墙上"),
    "given_up": _("已放弃"),
    "released": _("心愿已撤下"),
}
CLAIM_TONES: Words = {
    "held": "active",
    "fulfilled": "ok",
    "lapsed": "warn",
    "given_up": "closed",
    "released": "closed",
}
WISH_STEPS: Words = {
    "check": _("要核实"),
    "put_up": _("要上墙"),
    "claim": _("等人认领"),
    "help": _("等上级帮助"),
    "fulfil": _("要交付"),
}
SLOTS: Words = {
    "morning": _("上午"),
    "noon": _("中午"),
    "afternoon": _("下午"),
    "evening": _("傍晚"),
}
AGE_BANDS: Words = {"3-6": _("3至6岁"), "7-9": _("7至9岁"), "10-12": _("10至12岁")}
PLACE_STATES: Words = {"placed": _("有名额"), "waiting": _("排队中"), "withdrawn": _("已退出")}
PURCHASE_STATES: Words = {
    "asked": pgettext_lazy("purchase", "待决定"),
    "approved": pgettext_lazy("purchase", "同意购置"),
    "refused": pgettext_lazy("purchase", "不购置"),
    "ordered": pgettext_lazy("purchase", "已下单"),
    "installed": pgettext_lazy("purchase", "已装好"),
}
PURCHASE_TONES: Words = {
    "asked": "wait", "approved": "active", "refused": "closed", "ordered": "active", "installed": "ok",
}  # fmt: skip
ORGANISATION_KINDS: Words = {
    "enterprise": _("企业"),
    "sole_trader": _("个体工商户"),
    "social_group": _("社会团体"),
    "foundation": _("基金会"),
    "social_service": _("社会服务机构"),
    "law_firm": _("律师事务所"),
    "accounting_firm": _("会计师事务所"),
    "public_institution": _("事业单位"),
    "other": _("其他单位"),
}
REPRESENTATIVE_STATES: Words = {
    "named": pgettext_lazy("representative", "待审核"),
    "active": pgettext_lazy("representative", "可以办事"),
    "refused": _("未通过"),
    "ended": pgettext_lazy("representative", "已停用"),
}
REPRESENTATIVE_TONES: Words = {"named": "wait", "active": "ok", "refused": "closed", "ended": "closed"}
RETURN_KINDS: Words = {
    "missing": _("没有回音"),
    "extra": _("不是我们送出的"),
    "differing": _("金额不同"),
    "failed": _("没有付成"),
}

TABLES: dict[str, Words] = {
    "partner_kind": PARTNER_KINDS,
    "organisation_kind": ORGANISATION_KINDS,
    "partner_way": WAYS,
    "partner_state": PARTNER_STATES,
    "partner_tone": PARTNER_TONES,
    "return_kind": RETURN_KINDS,
    "representative_state": REPRESENTATIVE_STATES,
    "representative_tone": REPRESENTATIVE_TONES,
    "claim_state": CLAIM_STATES,
    "claim_tone": CLAIM_TONES,
    "wish_step": WISH_STEPS,
    "slot": SLOTS,
    "age_band": AGE_BANDS,
    "place_state": PLACE_STATES,
    "purchase_state": PURCHASE_STATES,
    "purchase_tone": PURCHASE_TONES,
}
