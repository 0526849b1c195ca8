"""Clues: taken in from the screen (again and again: the same one), or written by hand. A clue is a question, no verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import read_phone, read_resident_id
from gongyou.basics.inputs import read_text
from gongyou.basics.money import checked_fen
from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.routes import deadline_on
from gongyou.engines.oversight.definitions.words import DECIDED, MatterState
from gongyou.engines.oversight.models import Matter
from gongyou.engines.oversight.queries.rules import programme_in, routes_of, sanctions_hash
from gongyou.engines.oversight.queries.views import masked
from gongyou.engines.oversight.steps.matters import moved, number_for, told
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

CLUES, INQUIRE = "oversight.clues", "oversight.inquire"
MOST = 1000
OWN = MatterState.CLUE, MatterState.INQUIRY


@dataclass(frozen=True)
class ClueIn:
    """A row of the screen's `clues.parquet`. Amounts in fen; `reasons` in words a person can read."""

    clue_id: str
    person_id: str
    settlement_ids: tuple[str, ...]
    score: int
    reasons: tuple[str, ...]
    amount_fen: int
    employer_id: str
    first_seen_on: date
    may_claim_until: date | None
    hospitals: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakenIn:
    """How many became a matter, joined one, were known already."""

    new: int
    joined: int
    known: int


@dataclass(frozen=True)
class ByHand:
    """A clue somebody brought in: `basis` says what it rests on."""

    name: str
    person_number: str
    phone: str
    injured_on: date
    hospital: str
    employer_name: str
    employer_id: str
    amount_fen: int
    basis: str


@dataclass(frozen=True)
class MatterRef:
    id: UUID
    number: str
    version: int


@action("oversight.take_in_clues", right=CLUES, answers=TakenIn)
def take_in_clues(act: Act, *, office_id: UUID, clues: tuple[ClueIn, ...]) -> TakenIn:
    """Clues of a screen for an office; the same clue again joins its matter with what is new.

    Raises NotAllowed, NotFound, DomainError: too many at once.
    """
    office = offices.office(office_id)
    act.require(CLUES, office.path)
    if len(clues) > MOST:
        raise DomainError("too_many", says("一次最多{most}条线索。"), says("请分几次导入。"), most=MOST)
    counts = {"new": 0, "joined": 0, "known": 0}
    for clue in clues:
        counts[_take(act, office, clue)] += 1
    act.about(f"office:{office.id}", office.path)
    return TakenIn(**counts)


def _take(act: Act, office: OfficeView, clue: ClueIn) -> str:
    known = Matter.objects.select_for_update().filter(area=office.area, clue_ref=clue.clue_id).first()
    if known is None:
        row = _new(act, office, source="screen", person_ref=clue.person_id)
        row.clue_ref, row.score, row.reasons = clue.clue_id, clue.score, list(clue.reasons)
        row.settlements, row.hospitals = sorted(clue.settlement_ids), sorted(clue.hospitals)
        row.amount_fen, row.employer_id = checked_fen(clue.amount_fen), clue.employer_id[:18]
        row.first_seen_on, row.may_claim_until = clue.first_seen_on, clue.may_claim_until
        row.name_masked = masked("", clue.person_id)
        row.save(force_insert=True)
        moved(act, row, "clue", data={"score": clue.score, "settlements": len(row.settlements)})
        return "new"
    return _join(act, known, clue)


def _join(act: Act, row: Matter, clue: ClueIn) -> str:
    """Later settlements of the same injury; a matter decided already only hears of them."""
    later = sorted(set(clue.settlement_ids) - set(row.settlements))
    if not later:
        return "known"
    data = {"settlements": later, "amount_fen": clue.amount_fen}
    if row.state in DECIDED or row.state == MatterState.CLOSED:
        told(act, row, "joined_after", data=data)
        return "known"
    row.settlements = sorted({*row.settlements, *later})
    row.hospitals = sorted({*row.hospitals, *clue.hospitals})
    row.amount_fen = max(row.amount_fen, checked_fen(clue.amount_fen))
    row.score = max(row.score or 0, clue.score)
    row.reasons = list(dict.fromkeys([*row.reasons, *clue.reasons]))
    moved(act, row, "joined", data=data)
    return "joined"


@action("oversight.add_clue", right=CLUES, answers=MatterRef)
def add_clue(act: Act, *, office_id: UUID, clue: ByHand) -> MatterRef:
    """A clue by hand. Raises NotAllowed, NotFound, Refusal at the input that is wrong."""
    office = offices.office(office_id)
    act.require(CLUES, office.path)
    if clue.injured_on > act.now.date():
        raise DomainError(
            "day_to_come", says("受伤的日子还没有到。"), says("请核对日期。"), field="injured_on"
        )
    number = read_resident_id(clue.person_number, today=act.now.date()).number
    row = _new(act, office, source="hand", person_ref=number)
    row.person_name = read_text(clue.name, field="name", longest=40, is_needed=True)
    row.person_phone = read_phone(clue.phone) if clue.phone.strip() else ""
    row.name_masked = masked(clue.name.strip(), number)
    row.injured_on = row.first_seen_on = clue.injured_on
    row.hospitals = [read_text(clue.hospital, field="hospital", longest=80, is_needed=True)]
    row.employer_name = read_text(clue.employer_name, field="employer_name", longest=80)
    row.employer_id, row.amount_fen = clue.employer_id.strip()[:18], checked_fen(clue.amount_fen)
    row.reasons = [read_text(clue.basis, field="basis", longest=200, is_needed=True)]
    table = routes_of(office.area, row.programme)
    row.may_claim_until = next(
        (deadline_on(d, clue.injured_on) for d in table.deadlines if d.is_workers), None
    )
    row.save(force_insert=True)
    moved(act, row, "clue")
    return MatterRef(row.pk, row.number, row.version)


def _new(act: Act, office: OfficeView, *, source: str, person_ref: str) -> Matter:
    programme = programme_in(office.area, "sanctions")
    return Matter(
        id=new_id(),
        number=number_for(act, office.area, "J"),
        programme=programme,
        area=office.area,
        office_id=office.id,
        office_path=office.path,
        rules_hash=sanctions_hash(office.area, programme),
        source=source,
        received_at=act.now,
        person_ref=person_ref,
    )
