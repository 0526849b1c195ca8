"""Reads of decisions: policies, runs, subjects. A subject's decision opens with a purpose and leaves a record."""

from gongyou.institutions.decisions.queries.bulk import Decided, opened_decisions
from gongyou.institutions.decisions.queries.kept import (
    Reject,
    TableProfile,
    first_rejects,
    leaping_subjects,
    profile_of,
    rejects_file,
)
from gongyou.institutions.decisions.queries.own import OwnDecision, explain_own
from gongyou.institutions.decisions.queries.policies import (
    PolicyPage,
    list_policies,
    offices_that_run,
    policies_to_run,
    policy_page,
    spec_of,
)
from gongyou.institutions.decisions.queries.runs import (
    RunPage,
    RunView,
    SnapshotView,
    keeping,
    list_runs,
    run_of,
    snapshot_of,
)
from gongyou.institutions.decisions.queries.subjects import (
    ChangedLine,
    Explained,
    SubjectFilter,
    SubjectLine,
    SubjectPage,
    cell_name,
    every_subject,
    explain_decision,
    list_changes,
    list_subjects,
    write_subject,
)

__all__ = [
    "ChangedLine",
    "Decided",
    "Explained",
    "OwnDecision",
    "PolicyPage",
    "Reject",
    "RunPage",
    "RunView",
    "SnapshotView",
    "SubjectFilter",
    "SubjectLine",
    "SubjectPage",
    "TableProfile",
    "cell_name",
    "every_subject",
    "explain_decision",
    "explain_own",
    "first_rejects",
    "keeping",
    "leaping_subjects",
    "list_changes",
    "list_policies",
    "list_runs",
    "list_subjects",
    "offices_that_run",
    "opened_decisions",
    "policies_to_run",
    "policy_page",
    "profile_of",
    "rejects_file",
    "run_of",
    "snapshot_of",
    "spec_of",
    "write_subject",
]
