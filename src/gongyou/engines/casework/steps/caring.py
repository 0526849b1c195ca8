"""What begins beside a matter when it is filed: its own questions, a mandate to ask for, rights that end on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseType
from gongyou.engines.casework.models import CaseDetail
from gongyou.engines.casework.steps.limits import begin_limits
from gongyou.engines.casework.steps.mandates import MandateGiven, ask_for_mandate, store_mandate
from gongyou.engines.casework.steps.matter import Matter
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.inserting import insert
from gongyou.offices.queries import OfficeView

LONGEST_DETAIL = 600


class Said(Protocol):
    """The parts of a filing that matter here."""

    @property
    def mandate(self) -> MandateGiven | None: ...
    @property
    def details(self) -> Mapping[str, str]: ...
    @property
    def known_on(self) -> date | None: ...
    @property
    def occurred_on(self) -> date | None: ...


def check_details(case_type: CaseType, given: Mapping[str, str]) -> None:
    """Answers to the type's own questions. Raises DomainError naming the field."""
    known = {detail.id: detail for detail in case_type.details}
    if set(given) - set(known):
        raise DomainError("details", says("有一项不属于这类事情。"), field="details")
    for detail in case_type.details:
        value = given.get(detail.id, "").strip()
        if detail.is_required and not value:
            raise DomainError(
                "detail_missing", says("“{title}”没有填。"), field=f"detail_{detail.id}", title=detail.title
            )
        if value and detail.choices and value not in {choice.id for choice in detail.choices}:
            raise DomainError(
                "detail_choice",
                says("“{title}”请从列出的里面选。"),
                field=f"detail_{detail.id}",
                title=detail.title,
            )
        if len(value) > LONGEST_DETAIL:
            raise DomainError(
                "detail_long",
                says("“{title}”最多{longest}个字。"),
                field=f"detail_{detail.id}",
                title=detail.title,
                longest=LONGEST_DETAIL,
            )


def begin_care(act: Act, matter: Matter, office: OfficeView, said: Said, people: Mapping[str, UUID]) -> None:
    """Store the type's own answers, the mandate or the asking for it, and the legal routes with their last days."""
    insert(
        *(
            CaseDetail(case=matter.row, detail_id=name, value=value.strip().replace("\x00", ""))
            for name, value in said.details.items()
            if value.strip()
        )
    )
    if "proxy" in people:
        if said.mandate is not None:
            store_mandate(act, matter, people["proxy"], said.mandate)
        else:
            ask_for_mandate(act, matter, office)
    begin_limits(act, matter, said.known_on or said.occurred_on)
