"""Many certificates at once: rows in, signed documents out; what can't be issued is said by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from gongyou.basics.identity import read_resident_id
from gongyou.basics.inputs import read_day, read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.ages import last_day
from gongyou.credentials.documents import badges, paper
from gongyou.credentials.documents.claims import Claims, claims_for
from gongyou.credentials.documents.issuers import Issuer
from gongyou.credentials.documents.keys import SigningKey
from gongyou.credentials.recognition import RecognitionMap

LONGEST_NAME, LONGEST_NUMBER = 40, 40


@dataclass(frozen=True)
class Wanted:
    """One row, as typed."""

    holder_name: str
    id_number: str
    certificate: str
    level: str
    number: str
    issued_on: str


@dataclass(frozen=True)
class Issued:
    """A certificate in both forms. `name` and `id_number` are for the printed page and for nothing else."""

    claims: Claims
    credential: str
    paper: str
    name: str
    id_number: str


def issue(
    wanted: Wanted,
    *,
    recognition: RecognitionMap,
    issuer: Issuer,
    key: SigningKey,
    take_place: Callable[[], int],
    titles: dict[str, str],
    at: datetime,
) -> Issued:
    """Sign one certificate. Raises Refusal whose `field` names the column: a statutory permit, for one, is issued by
    nobody but the authority that is registered for it."""
    kind = recognition.kind_named(wanted.certificate)
    if kind.id not in issuer.kinds:
        raise Refusal(
            "out_of_scope",
            says("“{issuer}”不能签发“{title}”：这种证由{authority}发。"),
            says("请核对证书种类；主管部门发的证请登记证号，不要代发。"),
            field="certificate",
            issuer=issuer.title,
            title=kind.title,
            authority=recognition.declared.issuers.get(kind.issuer, kind.issuer),
        )
    level = recognition.level_named(kind, wanted.level)
    if kind.levels and not level:
        raise Refusal("no_level", says("没有写等级。"), says("请填写等级。"), field="level")
    name = _text(wanted.holder_name, "holder_name", LONGEST_NAME)
    number = _text(wanted.number, "number", LONGEST_NUMBER)
    holder = read_resident_id(wanted.id_number, today=at.date())
    issued_on = _day(wanted.issued_on, at.date())
    terms = next((one for one in kind.terms if one.holds_on(issued_on)), None)
    claims = claims_for(
        issuer=issuer.id,
        kind=kind.id,
        level=level,
        number=without_identity(number, holder.number),
        name=name,
        id_number=holder.number,
        issued_on=issued_on,
        valid_until=last_day(issued_on, terms.valid_months) if terms and terms.valid_months else None,
        review_on=last_day(issued_on, terms.review_months) if terms and terms.review_months else None,
        signed_at=at,
        place=take_place(),
    )
    return Issued(
        claims, badges.write(claims, key, issuer, titles), paper.write(claims, key), name, holder.number
    )


def without_identity(number: str, id_number: str) -> str:
    """A certificate's number as it may stand in a code: some authorities make it of the identity number, and then its
    middle goes."""
    masked = f"{id_number[:3]}{'*' * (len(id_number) - 7)}{id_number[-4:]}"
    return number.upper().replace(id_number, masked) if id_number in number.upper() else number


def titles_of(recognition: RecognitionMap) -> dict[str, str]:
    """Names of kinds and levels for the register and the documents."""
    kinds = {kind.id: kind.title for kind in recognition.declared.kinds}
    return {**recognition.declared.level_titles, **kinds}


def _text(text: str, field: str, longest: int) -> str:
    return read_text(" ".join(text.split()), field=field, longest=longest, is_needed=True)


def _day(text: str, today: date) -> date:
    found = read_day(text, field="issued_on")
    if found > today:
        raise Refusal(
            "future",
            says("发证日期{day}还没有到。"),
            says("请核对日期。"),
            field="issued_on",
            day=found.isoformat(),
        )
    return found
