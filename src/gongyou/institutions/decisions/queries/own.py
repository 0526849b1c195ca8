"""What was decided about an organisation, for whoever acts for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.institutions.decisions.definitions import RunState
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.institutions.decisions.queries.runs import require_kept
from gongyou.institutions.decisions.queries.subjects import Explained, explain_run
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries.representatives import require_represented


@dataclass(frozen=True)
class OwnDecision:
    """The decision with its reasons; `content`, `area`, `law_on`: by which pinned policy, where, by the law of when."""

    explained: Explained
    content: str
    area: str
    law_on: date


def explain_own(actor: Actor, organisation_id: UUID, run_id: UUID, *, purpose: str) -> OwnDecision:
    """The organisation's decision in a finished run with its reasons; a simulation is nobody's decision.

    The read is recorded. Raises NotAllowed for whoever does not act for it now, NotFound.
    """
    found = require_represented(actor, organisation_id)
    run = PolicyRun.objects.filter(pk=run_id, state=RunState.DONE, is_simulated=False).first()
    if run is None or not found.credit_code:
        raise NotFound(says("没有找到这次计算。"))
    require_kept(run.snapshot_id)
    explained = explain_run(actor, run, found.credit_code, purpose, {}, {})
    return OwnDecision(explained, run.content, run.area, run.law_on)
