"""What people type about work, brought into its plain form or refused with a sentence that names the input."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from gongyou.basics.identity.divisions import is_known_division, known_divisions, read_division
from gongyou.basics.inputs import read_day
from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal, says
from gongyou.matching.rulebook import Rulebook
from gongyou.matching.tables.columns import REASONS, SHIFTS

SEXES = {"male": "male", "female": "female", "男": "male", "女": "female", "": ""}
SHIFT_NAMES = {1: "day", 2: "night", 4: "rotating"}
FARTHEST_KM = 5_000
MOST_SEATS = 100_000
MOST_NAMED = 20


def _refuse(reason: str, field: str, text: str = "") -> Refusal:
    return Refusal(reason, says("“{text}”：{reason}"), field=field, text=text[:40], reason=REASONS[reason])


def parts_of(text: str) -> tuple[str, ...]:
    """`a|b`, `a、b` or one to a line."""
    plain = unicodedata.normalize("NFKC", text)
    for mark in ("、", "\n", ";", "，", ","):
        plain = plain.replace(mark, "|")
    return tuple(part.strip() for part in plain.split("|") if part.strip())[:MOST_NAMED]


def read_occupations(rules: Rulebook, names: Sequence[str], field: str = "occupations") -> list[str]:
    """Codes or titles of the classification, in their order. Raises Refusal."""
    titles = {o.title: o.code for o in rules.spec.occupations}
    found: list[str] = []
    for name in names:
        code = titles.get(name.strip(), name.strip())
        if not rules.is_occupation(code):
            raise _refuse("occupation", field, name)
        if code not in found:
            found.append(code)
    return found


def read_certificates(rules: Rulebook, names: Sequence[str], field: str = "certificates") -> list[str]:
    """Ids where the programme knows the name, otherwise what was written; `name@2027-01-31`: valid until that day."""
    known, found = rules.certificate_codes, []
    for name in names:
        written, _, until = name.strip().partition("@")
        if until:
            read_day(until, field=field)
        code = known.get(written, written)[:60]
        found.append(f"{code}@{until}" if until else code)
    return list(dict.fromkeys(found))


def read_county(text: str, field: str = "division") -> str:
    """Six digits of a known county. Raises Refusal."""
    if not text.strip():
        raise Refusal("empty", says("行政区划没有填写。"), says("请填写县级6位代码。"), field=field)
    try:
        code = read_division(text)[:6]
    except Refusal as refusal:
        raise _refuse("division", field, text) from refusal
    if not is_known_division(code) or code.endswith("00"):
        raise _refuse("division", field, text)
    return code


def read_township(text: str, county: str) -> str:
    """Nine or twelve digits below the county; empty is allowed. Raises Refusal."""
    if not text.strip():
        return ""
    code = read_division(text)
    if len(code) == 6 or not code.startswith(county):
        raise Refusal(
            "township_wrong",
            says("“{text}”不是这个县的乡镇（街道）代码。"),
            says("乡镇写9位，村写12位，前6位是县的代码。"),
            field="township",
            text=text[:40],
        )
    return code


def read_prefixes(names: Sequence[str], field: str = "willing") -> list[str]:
    """Beginnings of codes: province, city or county. Raises Refusal."""
    found = []
    for name in names:
        code = name.strip()
        bare = (
            code[:2]
            if code.endswith("0000")
            else code[:4]
            if len(code) == 6 and code.endswith("00")
            else code
        )
        if len(bare) not in (2, 4, 6) or not any(known.startswith(bare) for known in known_divisions()):
            raise _refuse("divisions", field, name)
        found.append(bare)
    return list(dict.fromkeys(found))


def read_wage(rules: Rulebook, text: str, field: str) -> int | None:
    """Fen of an amount in yuan; None where nothing is written. Raises Refusal."""
    if not text.strip():
        return None
    try:
        fen = yuan_to_fen(text)
    except Refusal as refusal:
        raise _refuse("yuan", field, text) from refusal
    if fen > rules.numbers.fen("pay_most"):
        raise _refuse("yuan", field, text)
    return fen


def read_wages(rules: Rulebook, low: str, high: str) -> tuple[int | None, int | None]:
    """Both ends; only one may be given. Raises Refusal for reversed ones."""
    lowest, highest = read_wage(rules, low, "wage_low_yuan"), read_wage(rules, high, "wage_high_yuan")
    if lowest is not None and highest is not None and highest < lowest:
        raise _refuse("reversed", "wage_high_yuan", high)
    return lowest, highest


def read_headcount(text: str) -> int:
    """How many people. Raises Refusal for 0."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdigit()) or not 1 <= int(plain) <= MOST_SEATS:
        raise _refuse("headcount", "headcount", text)
    return int(plain)


def read_ages(rules: Rulebook, least: str, most: str) -> tuple[int | None, int | None]:
    """An employer's wish, never below the legal age. Raises Refusal."""
    youngest, oldest = _age(least, "age_min"), _age(most, "age_max")
    legal = rules.numbers.count("working_age")
    if youngest is not None and youngest < legal:
        raise _refuse("post_too_young", "age_min", least)
    if oldest is not None and oldest < legal:
        raise _refuse("post_age_too_low", "age_max", most)
    if youngest is not None and oldest is not None and oldest < youngest:
        raise _refuse("age_reversed", "age_max", most)
    return youngest, oldest


def _age(text: str, field: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain) > 200:
        raise _refuse("age", field, text)
    return int(plain)


def read_birth(rules: Rulebook, born: date, today: date) -> date:
    """Old enough to work by law, not so old that the date must be wrong. Raises Refusal."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < rules.numbers.count("working_age"):
        raise _refuse("too_young", "birth_on", born.isoformat())
    if age > rules.numbers.count("oldest_age"):
        raise _refuse("too_old", "birth_on", born.isoformat())
    return born


def read_km(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain) > FARTHEST_KM:
        raise _refuse("km", "max_km", text)
    return int(plain)


def read_shifts(names: Sequence[str], field: str = "shifts") -> list[str]:
    """day, night, rotating, or the Chinese words. Raises Refusal."""
    found = []
    for name in names:
        bit = SHIFTS.get(name.strip())
        if bit is None:
            raise _refuse("shifts" if field == "shifts" else "shift", field, name)
        found.append(SHIFT_NAMES[bit])
    return list(dict.fromkeys(found))


def read_sex(text: str) -> str:
    """For the report on fairness alone; may stay empty."""
    found = SEXES.get(text.strip())
    if found is None:
        raise _refuse("sex", "sex", text)
    return found


def read_until(text: str, *, today: date, field: str, default: date) -> date:
    """A day from today on. Raises Refusal."""
    if not text.strip():
        return default
    day = read_day(text.strip().replace("/", "-"), field=field)
    if day < today:
        raise Refusal(
            "past_date",
            says("{day}已经过去。"),
            says("请写今天或以后的日期。"),
            field=field,
            day=day.isoformat(),
        )
    return day
