"""Everything the room does, each an action."""

from gongyou.engines.skills.services.certifying import record_authority_number
from gongyou.engines.skills.services.enrolling import (
    change_capacity,
    enrol,
    enrol_learner,
    note_entry_mark,
    share_results,
    withdraw,
)
from gongyou.engines.skills.services.examining import (
    assign_examiner,
    enter_marks,
    note_absent,
    open_seed,
    publish_results,
    set_examination,
)
from gongyou.engines.skills.services.placing import (
    begin_internship,
    place_learner,
    record_follow_up,
)
from gongyou.engines.skills.services.planning import (
    add_equipment,
    add_provider,
    add_site,
    offer_course,
    open_class,
    record_agreement,
    record_demand,
)
from gongyou.engines.skills.services.teaching import (
    add_session,
    check_in,
    finish_teaching,
    note_attendance,
)

__all__ = [
    "add_equipment",
    "add_provider",
    "add_session",
    "add_site",
    "assign_examiner",
    "begin_internship",
    "change_capacity",
    "check_in",
    "enrol",
    "enrol_learner",
    "enter_marks",
    "finish_teaching",
    "note_absent",
    "note_attendance",
    "note_entry_mark",
    "offer_course",
    "open_class",
    "open_seed",
    "place_learner",
    "publish_results",
    "record_agreement",
    "record_authority_number",
    "record_demand",
    "record_follow_up",
    "set_examination",
    "share_results",
    "withdraw",
]
