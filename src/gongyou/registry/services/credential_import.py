"""A body's list of past trainees, brought in a thousand rows to an action."""

from __future__ import annotations

from collections.abc import Sequence

from gongyou.kernel.actions import Act, action
from gongyou.registry.credential_bulk import Trainee, Unfit, hold_many
from gongyou.registry.models import Consent
from gongyou.registry.steps import require_in

WRITE = "credentials.write"


@action("registry.import_credentials", right=WRITE)
def import_credentials(act: Act, *, area: str, trainees: Sequence[Trainee]) -> tuple[Unfit, ...]:
    """Note these people and certificates in the area's register; what is known stays. Raises NotAllowed.

    The basis is the training's contract (PIPL art. 13 (2)): the body that trained them keeps its own list.
    """
    require_in(act.actor, WRITE, area)
    office_path = f"{area}/"
    act.about(f"register:{area}", office_path)
    return hold_many(act, area=area, office_path=office_path, trainees=trainees, basis=Consent.Basis.CONTRACT)
