"""Tables of the room. Read by this room alone."""

from gongyou.engines.skills.models.classes import Attendance, Enrolment, Session, TrainingClass
from gongyou.engines.skills.models.examinations import (
    CERTIFICATE,
    SEED,
    Candidate,
    Certificate,
    Examination,
    ExaminerDuty,
    MarkSheet,
    Result,
)
from gongyou.engines.skills.models.outcomes import FollowUp, Placement, StepFact
from gongyou.engines.skills.models.providers import Agreement, Demand, Equipment, Provider, Site

__all__ = [
    "CERTIFICATE",
    "SEED",
    "Agreement",
    "Attendance",
    "Candidate",
    "Certificate",
    "Demand",
    "Enrolment",
    "Equipment",
    "Examination",
    "ExaminerDuty",
    "FollowUp",
    "MarkSheet",
    "Placement",
    "Provider",
    "Result",
    "Session",
    "Site",
    "StepFact",
    "TrainingClass",
]
