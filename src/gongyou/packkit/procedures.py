"""Procedures as they are published: every source by its title, so that a page can name the document."""

from __future__ import annotations

from dataclasses import replace

from gongyou.institutions.procedures.definitions import Procedures
from gongyou.packkit.loader import ProgrammePack


def procedures_of(pack: ProgrammePack, declared: Procedures) -> Procedures:
    """The declarations of a checked pack with titles for ids of sources."""
    titles = {source.id: source.title for source in pack.sources.sources}
    return replace(
        declared,
        approvals=tuple(replace(plan, source=titles[plan.source]) for plan in declared.approvals),
        publicity=tuple(replace(rule, source=titles[rule.source]) for rule in declared.publicity),
        objections=tuple(replace(rule, source=titles[rule.source]) for rule in declared.objections),
    )
