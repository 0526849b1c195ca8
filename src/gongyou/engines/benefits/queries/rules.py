"""Which rules hold: the nearest published `benefits.yaml`, or the pinned one."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.institutions.ledger import queries as ledger
from gongyou.institutions.ledger.queries import BookView
from gongyou.kernel import catalogue
from gongyou.kernel.errors import DomainError, NotFound

KIND = "running"


@dataclass(frozen=True)
class PinnedRules:
    hash: str
    rules: BenefitRules


def rules_of(area: str, programme: str) -> PinnedRules:
    """What an area runs, else that of the area above. Raises NotFound."""
    for code in dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")):
        found = catalogue.current_hash(KIND, f"{code}/{programme}/benefits")
        if found is not None:
            return PinnedRules(found, rules_at(found))
    raise NotFound(says("{area}没有发布“{programme}”的发放规则。"), area=area[:6], programme=programme[:60])


def rules_at(hash: str) -> BenefitRules:
    """The rules a round or batch was made under. Raises NotFound."""
    return catalogue.read_as(hash, BenefitRules)


def book_for(area: str, rules: BenefitRules) -> BookView:
    """The book payments of an area go through. Raises DomainError where it is not open yet."""
    found = ledger.book_of_plan(area, rules.controller, rules.book.id)
    if found is None:
        raise DomainError(
            "book_not_open",
            says("“{book}”还没有开账。"),
            says("请会计主管先按规则包开账并登记拨款。"),
            status=409,
            book=rules.book.title,
        )
    return found
