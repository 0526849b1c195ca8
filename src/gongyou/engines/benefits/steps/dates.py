"""Until when the office's own next step is expected."""

from __future__ import annotations

from datetime import datetime

from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.institutions.procedures.steps import due_in
from gongyou.kernel.actions import Act


def work_due(act: Act, area: str, rules: BenefitRules) -> datetime:
    """`work_days` working days of the area's calendar from now."""
    return due_in(area, act.now, rules.work_days, "working_day")[0]
