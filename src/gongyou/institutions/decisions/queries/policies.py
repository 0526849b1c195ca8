"""Published policies as one reads them: rules beside their article, every value with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gongyou.institutions.decisions.pinned import (
    PublishedPolicy,
    declared,
    graph_of,
    nearest_policy,
    published_policies,
)
from gongyou.institutions.decisions.queries.runs import READ
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.policy.catalogue import shown
from gongyou.policy.definitions import PolicySpec
from gongyou.policy.nodes import Graph

RUN = "decisions.run"


@dataclass(frozen=True)
class PolicyPage:
    """A policy on a day in a place."""

    policy: PublishedPolicy
    spec: PolicySpec
    graph: Graph
    content: dict[str, Any]
    """Rules in order and values that decide, as `policy.catalogue.shown` says."""


def list_policies(actor: Actor) -> tuple[PublishedPolicy, ...]:
    """What is published anywhere: rules and their documents are public. Raises NotAllowed."""
    actor.require(READ)
    return published_policies()


def policy_page(actor: Actor, area: str, programme: str, on: date) -> PolicyPage:
    """Raises NotAllowed, NotFound, Refusal for a day without documents."""
    actor.require(READ)
    policy = nearest_policy(area, programme)
    graph = graph_of(policy.hash, area, on)
    return PolicyPage(policy, graph.policy.spec, graph, shown(graph, area))


def spec_of(hash: str) -> PolicySpec:
    """Tables and titles of a published policy."""
    return declared(hash).spec


def offices_that_run(actor: Actor) -> tuple[OfficeView, ...]:
    """Where the actor may order runs, parents first."""
    return offices.offices_under(actor, RUN)


def policies_to_run(office: OfficeView) -> tuple[PublishedPolicy, ...]:
    """What an office's area runs: of each programme the nearest published version."""
    near = {office.area: 0, f"{office.area[:4]}00": 1, f"{office.area[:2]}0000": 2}
    found: dict[str, PublishedPolicy] = {}
    for policy in sorted(published_policies(), key=lambda p: near.get(p.area, 9)):
        if policy.area in near:
            found.setdefault(policy.programme, policy)
    return tuple(found.values())
