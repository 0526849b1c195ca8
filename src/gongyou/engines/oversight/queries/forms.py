"""Hospital injury forms: a hospital reads its own, the fund's officers those of their area, opened for a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import says
from gongyou.engines.oversight.models import FORM_NOUN, InjuryForm
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read

FORMS, REGISTER = "oversight.forms", "oversight.register"
PAGE = 40


@dataclass(frozen=True)
class FormLine:
    """A form in a list: masked."""

    id: UUID
    number: str
    name_masked: str
    route: str
    answers: dict[str, str]
    admitted_on: date
    injured_on: date | None
    pledges: bool
    is_stopped: bool
    filled_by_name: str
    filled_at: datetime
    area: str
    programme: str
    office_path: str


@dataclass(frozen=True)
class FormPage:
    items: tuple[FormLine, ...]
    next: str


@dataclass(frozen=True)
class OpenedForm:
    name: str
    number: str
    cause: str


def list_forms(actor: Actor, *, cursor: str = "") -> FormPage:
    """Within reach, newest first. Raises NotAllowed."""
    _require_any(actor)
    rows = InjuryForm.objects.filter(_reach(actor))
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = list(rows.order_by("-id")[: PAGE + 1])
    items = tuple(_line(row) for row in found[:PAGE])
    return FormPage(items, str(items[-1].id) if len(found) > PAGE else "")


def read_form(actor: Actor, form_id: UUID) -> FormLine:
    """Masked. Raises NotFound, NotAllowed."""
    return _line(_readable(actor, form_id))


def access_form(actor: Actor, form_id: UUID, *, purpose: str) -> OpenedForm:
    """Opened and recorded. Raises NotFound, NotAllowed; an empty purpose is refused."""
    row = _readable(actor, form_id)
    grant = record_read(actor, FORM_NOUN, [row.pk], purpose)
    name, number, cause = (
        sealed.open(grant) if sealed is not None else ""
        for sealed in (row.person_name, row.person_number, row.stated_cause)
    )
    return OpenedForm(name, number, cause)


def _readable(actor: Actor, form_id: UUID) -> InjuryForm:
    _require_any(actor)
    row = InjuryForm.objects.filter(pk=form_id).first()
    if row is None:
        raise NotFound(says("没有找到这张登记表。"))
    if not actor.may(FORMS, row.office_path) and not actor.may(REGISTER, row.office_path):
        raise NotAllowed(FORMS)
    return row


def _require_any(actor: Actor) -> None:
    if not actor.may(FORMS) and not actor.may(REGISTER):
        raise NotAllowed(FORMS)


def _reach(actor: Actor) -> Q:
    return actor.scope(FORMS).filter() | actor.scope(REGISTER).filter()


def _line(row: InjuryForm) -> FormLine:
    return FormLine(
        row.pk, row.number, row.name_masked, row.route, dict(row.answers), row.admitted_on, row.injured_on,
        row.pledges, row.is_stopped, row.filled_by_name, row.filled_at, row.area, row.programme, row.office_path,
    )  # fmt: skip
