"""States and kinds of the room's rows."""

from __future__ import annotations

from enum import StrEnum


class MatterState(StrEnum):
    """clue → inquiry → closed | filed → told → proposed → decided → done."""

    CLUE = "clue"  # nobody has looked yet
    INQUIRY = "inquiry"  # two officers are asking
    CLOSED = "closed"  # without finding
    FILED = "filed"  # 立案: the clock runs
    TOLD = "told"  # notice of intended sanction given
    PROPOSED = "proposed"  # waits for another person
    DECIDED = "decided"
    DONE = "done"  # money in, suspension over


RUNNING = (MatterState.FILED, MatterState.TOLD, MatterState.PROPOSED)
DECIDED = (MatterState.DECIDED, MatterState.DONE)


class Hearing(StrEnum):
    """What the person said, or why it could not be heard."""

    EXPLAINED = "explained"
    REFUSED = "refused"
    ABSENT = "absent"
    STATEMENT = "statement"  # after the notice of intended sanction
    HEARD = "heard"  # at a hearing
    WAIVED = "waived"  # said that nothing is to be added
    OBJECTION = "objection"  # from the person's own page


EXPLANATIONS = (Hearing.EXPLAINED, Hearing.REFUSED, Hearing.ABSENT)
ANSWERS = (Hearing.STATEMENT, Hearing.HEARD, Hearing.WAIVED)


class Money(StrEnum):
    RETURNED = "returned"
    FINE = "fine"
