"""The one table of what happens across rooms: event → the jobs that hear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HANDLERS: Mapping[str, Sequence[str]] = {
    # A receipt that went out meets the matter's receipt clock.
    "kernel.message_sent": ("casework.note_receipt",),
    # A joined matter's date moved: the lead's is the earliest of all.
    "casework.date_moved": ("casework.follow_child",),
    # What people asked for was installed: it stands on the station's list.
    "casework.facility_installed": ("offices.note_installed",),
    # A published holiday notice re-dates every open promise.
    "offices.calendar_imported": ("casework.fan_out_calendar",),
    # The last yes, or a no: a round is promised or goes back, a batch is written or taken apart.
    "procedures.approval_granted": ("benefits.heed_approval", "oversight.heed_approval"),
    "procedures.approval_refused": ("benefits.heed_refusal", "oversight.heed_refusal"),
    # A list is public: whoever acts for an organisation on it learns of it.
    "procedures.list_published": ("benefits.tell_listed",),
    # A list was public long enough; an objection to it was right.
    "procedures.list_period_over": ("benefits.heed_list_over",),
    "procedures.objection_decided": ("benefits.heed_objection",),
    # A guardian's consent taken back ends what rested on it.
    "registry.consent_withdrawn": (
        "casework.heed_withdrawal",
        "registry.heed_withdrawal",
        "employment.heed_withdrawal",
    ),
    "registry.person_erased": ("employment.heed_erasure",),
    # Lists follow what people want and employers offer; the public platform follows posts.
    "employment.intention_changed": ("employment.follow_changes",),
    "employment.post_changed": ("employment.follow_changes", "employment.order_push"),
    # A call after placement that found arrears or harm becomes a matter.
    "employment.harm_found": ("flows.file_harm",),
}
