"""Who may hold what together: three administrators, apart from each other and from the business."""

from __future__ import annotations

from collections.abc import Iterable

from gongyou.basics.refusal import says
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed
from gongyou.kernel.roles import Role

SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
AUDIT_ADMIN = "audit_admin"
ADMIN_ROLES = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN})
NOT_FOR_STAFF = frozenset({"visitor", "worker", "system"})


def staff_roles() -> tuple[Role, ...]:
    """The roles an administrator may propose."""
    return tuple(role for role in installed().roles.values() if role.id not in NOT_FOR_STAFF)


def check_role(role: str) -> None:
    """Raises DomainError for a role that isn't one staff can hold."""
    if role in NOT_FOR_STAFF or role not in installed().roles:
        raise DomainError(
            "role_unknown",
            says("没有“{role}”这个岗位角色。"),
            says("请从列表中选择。"),
            field="role",
            role=role,
        )


def check_separation(role: str, held: Iterable[str]) -> None:
    """Raises DomainError when `role` may not be held together with what is held or proposed already."""
    others = set(held) - {role}
    if role in ADMIN_ROLES and others & ADMIN_ROLES:
        raise DomainError(
            "admins_are_separate",
            says("系统、安全、审计三个管理员岗位必须由不同的账号担任。"),
            says("请为另一位同志开立账号。"),
            field="role",
        )
    if others and (role in ADMIN_ROLES) != bool(others & ADMIN_ROLES):
        raise DomainError(
            "admin_or_business",
            says("管理员账号不能同时承担业务岗位。"),
            says("请为业务岗位另开账号，或先结束原有岗位。"),
            field="role",
        )
