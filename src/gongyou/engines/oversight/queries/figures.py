"""Figures for leaders: where, which employers, which hospitals, and what was prevented. Counts, never a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.words import DECIDED, Money
from gongyou.engines.oversight.models import Decision, InjuryForm, Matter, Payment, RouteUse
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound

LEAD = "oversight.lead"
LATEST = 500
"""As many rows of a figure are opened; the counts are of all."""


@dataclass(frozen=True)
class Totals:
    """One period side by side: what was prevented, what was looked into, what followed."""

    route_tests: int
    applications: int
    """Applications for recognition that were taken along to print."""
    forms: int
    forms_stopped: int
    """The route was another: no pledge was signed."""
    clues: int
    closed: int
    filed: int
    decided: int
    late: int
    returned_fen: int
    returned_paid_fen: int
    fine_fen: int
    fine_paid_fen: int
    referred: int
    may_claim: int
    """People who were sanctioned and may still claim their work injury."""


@dataclass(frozen=True)
class Group:
    """A line of a figure: an office, an employer, a hospital. `key` opens its rows."""

    key: str
    title: str
    clues: int
    decided: int
    amount_fen: int


@dataclass(frozen=True)
class Row:
    """A matter behind a figure, without the person."""

    number: str
    state: str
    received_on: date
    amount_fen: int
    employer: str
    hospitals: tuple[str, ...]


def totals(actor: Actor, *, since: date, until: date, on: date) -> Totals:
    """Both days included. Raises NotAllowed."""
    actor.require(LEAD)
    matters = _matters(actor, since, until)
    issued = list(
        Decision.objects.filter(
            _reach(actor, "matter__office_path"), state="issued", issued_on__range=(since, until)
        )
    )
    forms = InjuryForm.objects.filter(_reach(actor), filled_at__date__range=(since, until))
    used = RouteUse.objects.filter(_reach(actor), on__range=(since, until))
    paid = Payment.objects.filter(decision__in=[d.pk for d in issued], confirmed_at__isnull=False)
    return Totals(
        route_tests=_times(used.filter(is_form_printed=False)),
        applications=_times(used.filter(is_form_printed=True)),
        forms=forms.count(),
        forms_stopped=forms.filter(is_stopped=True).count(),
        clues=matters.count(),
        closed=matters.filter(state="closed").count(),
        filed=matters.filter(filed_on__isnull=False).count(),
        decided=len(issued),
        late=sum(1 for d in issued if (d.days_used or 0) > (d.days_allowed or 0)),
        returned_fen=sum(d.returned_fen for d in issued),
        returned_paid_fen=_sum(paid, Money.RETURNED),
        fine_fen=sum(d.fine_fen for d in issued),
        fine_paid_fen=_sum(paid, Money.FINE),
        referred=matters.filter(referred_on__isnull=False).count(),
        may_claim=matters.filter(state__in=DECIDED, may_claim_until__gte=on).count(),
    )


def groups(actor: Actor, by: str, *, since: date, until: date) -> tuple[Group, ...]:
    """`by`: office | employer | hospital; most clues first. Raises NotAllowed, NotFound."""
    actor.require(LEAD)
    clues: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for row in _matters(actor, since, until).only(
        "office_path", "employer_name", "employer_id", "hospitals", "state", "amount_fen"
    ):
        for key in _keys(row, by):
            clues[key] += 1
            decided[key] += row.state in DECIDED
            amounts[key] += row.amount_fen
    return tuple(Group(key, key, n, decided[key], amounts[key]) for key, n in clues.most_common())


def rows(actor: Actor, by: str, key: str, *, since: date, until: date) -> tuple[Row, ...]:
    """The matters behind one line. Raises NotAllowed, NotFound."""
    actor.require(LEAD)
    found = []
    for row in _matters(actor, since, until).order_by("-received_at"):
        if key in _keys(row, by):
            found.append(
                Row(
                    row.number,
                    row.state,
                    row.received_at.date(),
                    row.amount_fen,
                    _employer(row),
                    tuple(row.hospitals),
                )
            )
    return tuple(found[:LATEST])


def _keys(row: Matter, by: str) -> Iterable[str]:
    if by == "office":
        return (row.office_path,)
    if by == "employer":
        return (_employer(row),)
    if by == "hospital":
        return tuple(row.hospitals) or ("",)
    raise NotFound(says("没有这样的分组。"))


def _employer(row: Matter) -> str:
    return row.employer_name or row.employer_id


def _matters(actor: Actor, since: date, until: date) -> QuerySet[Matter]:
    return Matter.objects.filter(_reach(actor), received_at__date__range=(since, until))


def _reach(actor: Actor, column: str = "office_path") -> Q:
    return actor.scope(LEAD).filter(column)


def _times(used: QuerySet[RouteUse]) -> int:
    return sum(used.values_list("times", flat=True))


def _sum(paid: QuerySet[Payment], money: Money) -> int:
    return sum(paid.filter(money=money.value).values_list("amount_fen", flat=True))
