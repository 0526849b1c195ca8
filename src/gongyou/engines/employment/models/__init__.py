"""Tables of employment, one file per noun."""

from gongyou.engines.employment.models.posts import Post, PostHappening, PostPush
from gongyou.engines.employment.models.referrals import (
    FollowUp,
    Interview,
    Placement,
    Referral,
    ReferralHappening,
)
from gongyou.engines.employment.models.runs import Listing, MatchRun
from gongyou.engines.employment.models.surveys import HumanAsk, Intention, SurveyAnswer

__all__ = [
    "FollowUp",
    "HumanAsk",
    "Intention",
    "Interview",
    "Listing",
    "MatchRun",
    "Placement",
    "Post",
    "PostHappening",
    "PostPush",
    "Referral",
    "ReferralHappening",
    "SurveyAnswer",
]
