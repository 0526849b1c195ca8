"""Actions of employment."""

from gongyou.engines.employment.services.posts import (
    answer_shortage,
    change_post,
    end_post,
    propose_post,
    publish_post,
    refuse_post,
)
from gongyou.engines.employment.services.referrals import (
    confirm_interview,
    decline,
    invite,
    note_follow_up,
    note_interview,
    note_placement,
    offer,
    show_interest,
    withdraw_referral,
)
from gongyou.engines.employment.services.runs import order_match
from gongyou.engines.employment.services.surveys import (
    answer_ask,
    answer_willingness,
    ask_person,
    choose_order,
    withdraw_intention,
)

__all__ = [
    "answer_ask",
    "answer_shortage",
    "answer_willingness",
    "ask_person",
    "change_post",
    "choose_order",
    "confirm_interview",
    "decline",
    "end_post",
    "invite",
    "note_follow_up",
    "note_interview",
    "note_placement",
    "offer",
    "order_match",
    "propose_post",
    "publish_post",
    "refuse_post",
    "show_interest",
    "withdraw_intention",
    "withdraw_referral",
]
