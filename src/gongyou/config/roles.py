"""Which role may do what, and how far from its office. A right that stands nowhere here is denied to everybody."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.kernel.roles import Reach, Role

OWN, DOWN = Reach.OWN, Reach.SUBTREE

_DESK = {
    "worklist.read": OWN,
    "casework.read": OWN,
    "casework.file": OWN,
    "casework.handle": OWN,
    "casework.search": OWN,
    "registry.read": OWN,
    "registry.write": OWN,
    "offices.read": DOWN,
    "messages.read": OWN,
    "messages.refuse": OWN,
    "files.read": OWN,
    "duty.own": OWN,
    "stations.keep": OWN,
    "stations.use": DOWN,
    "partners.read": OWN,
    "casework.protect": OWN,
    "casework.books": OWN,
    "casework.give_gifts": OWN,
}

ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        Role("desk", says("窗口经办"), {**_DESK}),
        Role(
            "station_master",
            says("站长"),
            {
                **_DESK,
                "casework.approve": OWN,
                "casework.call_back": OWN,
                "duty.write": OWN,
                "stations.set_up": OWN,
                **dict.fromkeys(("casework.children", "registry.children", "care.manage"), OWN),
                "partners.write": OWN,
            },
        ),
        Role(
            "dispatcher",
            says("派单员"),
            {
                "worklist.read": DOWN,
                "casework.read": DOWN,
                "casework.file": DOWN,
                "casework.dispatch": DOWN,
                "casework.handle": OWN,
                "casework.search": DOWN,
                "casework.export": DOWN,
                "casework.incident": DOWN,
                "casework.protect": DOWN,
                "casework.books": DOWN,
                "registry.read": DOWN,
                "registry.write": DOWN,
                "offices.read": DOWN,
                "messages.read": DOWN,
                "messages.refuse": DOWN,
                "files.read": DOWN,
                "duty.own": DOWN,
                **dict.fromkeys(("partners.read", "partners.write", "partners.check"), DOWN),
                **dict.fromkeys(("casework.children", "care.manage"), DOWN),
            },
        ),
        Role(
            "caller",
            says("回访员"),
            {
                "worklist.read": DOWN,
                "casework.read": DOWN,
                "casework.call_back": DOWN,
                "casework.protect": DOWN,
                "registry.read": DOWN,
                "offices.read": DOWN,
                "files.read": DOWN,
                "duty.own": DOWN,
                "casework.children": DOWN,
            },
        ),
        Role(
            "leader",
            says("分管领导"),
            {
                "worklist.read": DOWN,
                "casework.read": DOWN,
                "casework.approve": DOWN,
                "casework.review": DOWN,
                "casework.decide_objection": DOWN,
                "casework.incident": DOWN,
                "casework.protect": DOWN,
                "casework.decide_protection": DOWN,
                "casework.books": DOWN,
                "casework.search": DOWN,
                "supervise.read": DOWN,
                "supervise.write": DOWN,
                "employment.read": DOWN,
                "ledger.read": DOWN,
                "oversight.lead": DOWN,
                "benefits.read": DOWN,
                "decisions.read": DOWN,
                **dict.fromkeys(("procedures.read", "procedures.approve"), DOWN),
                "procedures.decide_objection": DOWN,
                **dict.fromkeys(("representatives.read", "representatives.check"), DOWN),
                "offices.read": DOWN,
                "registry.read": DOWN,
                "registry.erase": DOWN,
                "files.read": DOWN,
                "duty.write": DOWN,
                "duty.own": DOWN,
                "stations.set_up": DOWN,
                "stations.keep": DOWN,
                "stations.use": DOWN,
                **dict.fromkeys(("partners.read", "partners.check", "casework.children"), DOWN),
                "registry.children": DOWN,
            },
        ),
        Role(
            "policy_officer",
            says("政策经办"),
            {
                "decisions.read": DOWN,
                "decisions.run": DOWN,
                "decisions.export": DOWN,
                "offices.read": DOWN,
                "registry.read": DOWN,
                **dict.fromkeys(("representatives.read", "representatives.name"), DOWN),
                **dict.fromkeys(("worklist.read", "files.read", "procedures.read"), DOWN),
                **dict.fromkeys(("procedures.prepare", "procedures.object"), DOWN),
            },
        ),
        # Whoever prepares never reviews: another person even where somebody holds both roles.
        Role(
            "policy_reviewer",
            says("政策复核"),
            {
                **dict.fromkeys(("worklist.read", "files.read", "offices.read", "decisions.read"), DOWN),
                **dict.fromkeys(("procedures.read", "procedures.review", "procedures.publish"), DOWN),
                "procedures.decide_objection": DOWN,
            },
        ),
        # Benefits: whoever prepares a round or a batch neither approves nor sends it.
        Role(
            "benefits_officer",
            says("待遇发放经办"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "decisions.read", "files.read"), DOWN),
                **dict.fromkeys(("benefits.read", "benefits.prepare", "benefits.batch"), DOWN),
                **dict.fromkeys(("benefits.accounts", "benefits.note_use"), DOWN),
                **dict.fromkeys(("procedures.read", "procedures.prepare", "procedures.object"), DOWN),
            },
        ),
        Role(
            "benefits_reviewer",
            says("待遇发放复核"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "decisions.read", "files.read"), DOWN),
                **dict.fromkeys(
                    ("benefits.read", "benefits.commit", "benefits.send", "benefits.returns"), DOWN
                ),
                **dict.fromkeys(("benefits.confirm_accounts", "benefits.recover"), DOWN),
                **dict.fromkeys(("procedures.read", "procedures.review", "procedures.publish"), DOWN),
                "procedures.decide_objection": DOWN,
            },
        ),
        Role("employer", says("用人单位"), {"benefits.own": OWN, "employment.employer": OWN}),
        # Employment: whoever proposes a post does not make it public.
        Role(
            "employment_officer",
            says("就业经办"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "registry.read", "messages.read"), DOWN),
                **dict.fromkeys(("employment.read", "employment.survey", "employment.posts"), DOWN),
                **dict.fromkeys(("employment.run", "employment.place", "representatives.read"), DOWN),
                "representatives.name": DOWN,
            },
        ),
        Role(
            "employment_reviewer",
            says("就业审核"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "registry.read"), DOWN),
                **dict.fromkeys(("employment.read", "employment.publish", "employment.run"), DOWN),
                **dict.fromkeys(("representatives.read", "representatives.check"), DOWN),
            },
        ),
        # The guard over two funds: whoever inquires never decides alone, whoever notes money never confirms it.
        Role(
            "fund_officer",
            says("基金稽核员"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "procedures.read"), DOWN),
                **dict.fromkeys(("oversight.read", "oversight.clues", "oversight.inquire"), DOWN),
                **dict.fromkeys(("oversight.forms", "oversight.suspensions", "procedures.prepare"), DOWN),
            },
        ),
        Role(
            "fund_head",
            says("基金监管负责人"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "oversight.read"), DOWN),
                **dict.fromkeys(("procedures.read", "procedures.approve"), DOWN),
                **dict.fromkeys(("oversight.lead", "oversight.suspensions"), DOWN),
            },
        ),
        Role(
            "fund_cashier",
            says("基金出纳"),
            {
                **dict.fromkeys(("worklist.read", "offices.read", "oversight.read"), DOWN),
                **dict.fromkeys(("oversight.confirm_payment", "ledger.read"), DOWN),
            },
        ),
        Role("fund_counter", says("医保窗口"), {"oversight.suspensions": DOWN, "offices.read": DOWN}),
        Role("hospital_clerk", says("医院医保科"), {"oversight.register": OWN, "offices.read": OWN}),
        # Books: whoever prepares a posting never posts it.
        Role(
            "accountant",
            says("会计"),
            {
                "worklist.read": OWN,
                "ledger.read": DOWN,
                "ledger.draft": DOWN,
                "ledger.reconcile": DOWN,
                **dict.fromkeys(("procedures.read", "procedures.prepare"), DOWN),
                "offices.read": DOWN,
            },
        ),
        Role(
            "chief_accountant",
            says("会计主管"),
            {
                "worklist.read": OWN,
                "ledger.read": DOWN,
                "ledger.open": DOWN,
                "ledger.post": DOWN,
                "ledger.close": DOWN,
                **dict.fromkeys(("procedures.read", "procedures.approve_payment"), DOWN),
                "offices.read": DOWN,
            },
        ),
        # 等保三员: three administrators, none of whom can do another's work or read a matter.
        Role(
            "system_admin",
            says("系统管理员"),
            {
                "offices.read": DOWN,
                "offices.write": DOWN,
                "accounts.propose": DOWN,
                "accounts.read": DOWN,
                "packs.publish": DOWN,
                "jobs.manage": DOWN,
                "import.run": DOWN,
                "calendar.import": DOWN,
                "duty.write": DOWN,
                "stations.set_up": DOWN,
            },
        ),
        Role(
            "security_admin",
            says("安全管理员"),
            {"accounts.read": DOWN, "accounts.confirm": DOWN, "accounts.lock": DOWN, "offices.read": DOWN},
        ),
        Role(
            "audit_admin",
            says("审计管理员"),
            {"audit.read": DOWN, "audit.verify": DOWN, "offices.read": DOWN},
        ),
        Role(
            "visitor",
            says("来访群众"),
            {
                "casework.file": DOWN,
                "casework.track": DOWN,
                "accounts.ask_code": DOWN,
                "stations.use": DOWN,
                "oversight.ask_route": DOWN,
            },
        ),
        Role(
            "worker",
            says("职工"),
            {
                "casework.file": DOWN,
                "casework.track": DOWN,
                "casework.own": DOWN,
                "registry.own": DOWN,
                "messages.refuse": DOWN,
                "stations.use": DOWN,
                **dict.fromkeys(("partners.join", "casework.claim", "care.enrol"), DOWN),
                "representatives.act": DOWN,
                "employment.own": DOWN,
                **dict.fromkeys(("oversight.own", "oversight.ask_route"), DOWN),
            },
        ),
        Role(
            "system",
            says("平台"),
            {
                right: DOWN
                for right in (
                    "casework.file",
                    "casework.night",
                    "casework.read",
                    "registry.read",
                    "representatives.name",
                    "registry.write",
                    "registry.erase",
                    "offices.read",
                    "offices.write",
                    "messages.send",
                    "packs.publish",
                    "audit.seal",
                    "audit.verify",
                    "retention.run",
                    "import.run",
                    "calendar.import",
                    "accounts.bootstrap",
                    "worklist.read",
                    "casework.export",
                    "duty.write",
                    "duty.own",
                    "stations.set_up",
                    "stations.keep",
                    "stations.use",
                    "offices.night",
                    "jobs.manage",
                    "ledger.open",
                    "decisions.read",
                    "oversight.clues",
                    "casework.children",
                    "employment.night",
                    "employment.survey",
                    "employment.posts",
                    "employment.run",
                    "partners.write",  # signed up on paper, brought in as a table
                )
            },
        ),
    )
}
