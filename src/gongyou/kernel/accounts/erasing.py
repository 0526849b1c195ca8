"""What accounts hold about people and when it goes: unused workers' accounts, phones of closed staff."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from gongyou.kernel import moment
from gongyou.kernel.accounts.sessions import in_force
from gongyou.kernel.models.accounts import Account, RoleHolding
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.kernel.writing import writing

UNUSED_FOR = timedelta(days=730)


def erase_expired_accounts(limit: int) -> int:
    """Delete workers' accounts unused for two years; empty phone and secret of staff accounts closed as long.

    A staff account's login and name stay: the audit names who acted. Returns how many were erased.
    """
    now = moment.now()
    unused = Q(last_login__lt=now - UNUSED_FOR) | Q(last_login__isnull=True, created_at__lt=now - UNUSED_FOR)
    workers = Account.objects.filter(unused, kind=Account.Kind.WORKER)
    with writing():
        ids = list(workers.values_list("pk", flat=True)[:limit])
        Account.objects.filter(pk__in=ids).delete()
        holders = RoleHolding.objects.filter(in_force(now)).values("account_id")
        closed = Account.objects.filter(unused, kind=Account.Kind.STAFF).exclude(pk__in=holders)
        left = closed.filter(Q(phone__isnull=False) | Q(totp_secret__isnull=False))
        staff = list(left.values_list("pk", flat=True)[: limit - len(ids)])
        Account.objects.filter(pk__in=staff).update(
            phone=None, phone_index=None, phone_masked="", totp_secret=None, totp_last_step=0, is_active=False
        )
    return len(ids) + len(staff)


declare(
    Declaration(
        model=Account,
        noun="account",
        data_class="ordinary",
        purpose="sign-in",
        basis="contract",
        keeps=UNUSED_FOR,
        erase_expired=erase_expired_accounts,
    )
)
