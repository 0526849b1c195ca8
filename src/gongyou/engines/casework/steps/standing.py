"""Where a matter stands after an action, and who stands above the office it lies with."""

from __future__ import annotations

from gongyou.engines.casework.definitions import Owner
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, office_of
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import NotAllowed


def standing(matter: Matter) -> Standing:
    row = matter.row
    return Standing(row.pk, row.number, row.state, row.version, row.due_at)


def require_upper(act: Act, matter: Matter, right: str) -> str:
    """The right must reach the upper office, and its holder may not sit in the office the matter lies with.

    Returns the upper office's path. Raises NotAllowed.
    """
    upper = office_of(matter, Owner.UPPER)
    act.require(right, upper.path)
    sits_here = any(h.office_path == matter.row.office_path for h in act.actor.holdings)
    if sits_here and upper.path != matter.row.office_path:
        raise NotAllowed(right)
    return upper.path
