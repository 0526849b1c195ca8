"""Rules as code: one source, two evaluators. See README.md."""

from gongyou.policy.checking import check_policy
from gongyou.policy.evaluate import Judgement, Outcome, judge
from gongyou.policy.explain import Explanation, explain
from gongyou.policy.graph import bind
from gongyou.policy.library import Policy, load_policy, policies_in
from gongyou.policy.nodes import Graph
from gongyou.policy.run import RunOrder, bound, changed_subjects, run_policy
from gongyou.policy.single import explain_subject
from gongyou.policy.values import values_digest, values_in_force

__all__ = [
    "Explanation",
    "Graph",
    "Judgement",
    "Outcome",
    "Policy",
    "RunOrder",
    "bind",
    "bound",
    "changed_subjects",
    "check_policy",
    "explain",
    "explain_subject",
    "judge",
    "load_policy",
    "policies_in",
    "run_policy",
    "values_digest",
    "values_in_force",
]
