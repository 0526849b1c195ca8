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
                "casework.search": DOWN,
                "supervise.read": DOWN,
                "ledger.read": DOWN,
                "decisions.read": DOWN,
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
            },
        ),
        # Books: whoever prepares a posting never posts it.
        Role(
            "accountant",
            says("会计"),
            {
                "worklist.read": OWN,
                "ledger.read": DOWN,
                "ledger.draft": DOWN,
                "ledger.reconcile": DOWN,
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
                    "casework.children",
                )
            },
        ),
    )
}
