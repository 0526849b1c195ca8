"""The authority gives its number: only then the statutory certificate counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import mask_name
from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Standard, Step
from gongyou.engines.skills.events import AuthorityNumberRecorded
from gongyou.engines.skills.models import Certificate
from gongyou.engines.skills.queries.rules import courses_at
from gongyou.engines.skills.steps.earning import saved_alone
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.credential_steps import record_number

RECORD = "skills.record_number"
SHOWN = 4


@dataclass(frozen=True)
class Recorded:
    certificate_id: UUID
    number_masked: str


@action("skills.record_authority_number", right=RECORD, answers=Recorded)
def record_authority_number(act: Act, *, certificate_id: UUID, number: str, issued_on: date) -> Recorded:
    """The number an authority gave, in its form and once in its register.

    Raises NotAllowed, NotFound, DomainError: recorded before, wrong form, another certificate's number, a day to come.
    """
    row = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("enrolment__training_class")
        .filter(pk=certificate_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这本证书。"))
    act.require(RECORD, row.office_path)
    act.about(f"certificate:{row.pk}", row.office_path)
    if row.state != Certificate.State.PENDING:
        raise DomainError("recorded", says("这本证书的证号已经登记过，不能再改。"), status=409)
    standard = courses_at(row.enrolment.training_class.rules_hash).standard(row.standard)
    plain = _read_number(number, standard)
    if not row.earned_on <= issued_on <= act.now.astimezone(SHANGHAI).date():
        raise DomainError("issued_on", says("发证日期要在考试日和今天之间。"), field="issued_on")
    row.number, row.number_masked = plain, _masked(plain)
    row.state, row.issued_on = Certificate.State.ISSUED, issued_on
    row.recorded_by, row.recorded_at = act.actor.id, act.now
    if not saved_alone(row):
        raise DomainError(
            "number_taken",
            says("这个证号已经登记在另一本证书上。"),
            says("请对照证件核对证号。"),
            field="number",
            status=409,
        )
    record_number(act, credential_id=row.held_id, number=plain, issued_on=issued_on)
    act.about(f"certificate:{row.pk}", row.office_path)
    reach(act, row.enrolment, Step.PERMIT)
    act.publish(
        AuthorityNumberRecorded(
            row.pk, row.person_id, row.kind, row.level, row.area, row.office_path, issued_on
        )
    )
    return Recorded(row.pk, row.number_masked)


def _read_number(text: str, standard: Standard) -> str:
    """Without spaces, upper case. Raises DomainError for another form than the authority's."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not re.fullmatch(standard.number_pattern, plain) or len(plain) > 40:
        raise DomainError(
            "number_form",
            says("证号“{number}”的写法不对，应为：{form}。"),
            says("请对照证件核对证号。"),
            field="number",
            number=_masked(plain[:40]) if plain else "",
            form=standard.notice,
        )
    return plain


def _masked(number: str) -> str:
    """A number made of an identity number loses its middle."""
    return f"{number[:SHOWN]}****{number[-SHOWN:]}" if len(number) > 2 * SHOWN else mask_name(number)
