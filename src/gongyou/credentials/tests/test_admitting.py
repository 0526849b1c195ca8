"""Which certificate admits to which post, on which day; a table a lawyer could read."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.credentials.admitting import Admission, Facts, Holding, admits, standing
from gongyou.credentials.ages import add_months, reached
from gongyou.credentials.clauses import compiled, is_met
from gongyou.credentials.definitions import Atom, Clause, Mutual, Nature, Occupation, Requirement, Terms
from gongyou.credentials.examining import Marks, outcome
from gongyou.credentials.recognition import recognition_map
from gongyou.credentials.tests.maps import LAW, TODAY, kind, published, small

ELECTRICIAN, FORKLIFT, GUARD, COOK = "6-31-01-03", "6-30-05-01", "4-07-05-01", "4-03-02-01"
LAST_YEAR = date(2025, 11, 24)


def held(name: str, level: str = "", issued: date = LAST_YEAR, **facts: object) -> Holding:
    return Holding(kind=name, level=level, issued_on=issued, **facts)  # type: ignore[arg-type]


def ask(post: str, *holdings: Holding, on: date = TODAY, facts: Facts | None = None) -> Admission:
    return admits(published(), holdings, post, on, facts=facts)


def test_the_cooks_certificate_does_not_admit_and_the_answer_names_what_does() -> None:
    """The cook's certificate does not admit, and the answer names what does."""
    answer = ask(ELECTRICIAN, held("cook_level", "four"))
    assert not answer.admits
    assert [atom.kind for atom in answer.missing[0].any_of] == ["low_voltage_permit"]
    assert answer.missing[0].issuers == ("应急管理部门",)
    said = str(answer.missing[0].reason)
    assert "特种作业操作证（低压电工作业）" in said
    assert "中华人民共和国安全生产法第30条" in said
    assert "“中式烹调师" not in said
    assert "手里的中式烹调师职业技能等级证书不能代替" in said
    # Not even to a kitchen: there the law asks for the health certificate.
    kitchen = ask(COOK, held("cook_level", "four"))
    assert [atom.kind for atom in kitchen.missing[0].any_of] == ["health_certificate"]
    assert ask(COOK, held("cook_level", "four"), held("health_certificate", issued=date(2026, 1, 5))).admits


def test_electrician_with_level_and_low_voltage_permit_is_admitted() -> None:
    """Electrician with level + low-voltage permit is admitted."""
    answer = ask(ELECTRICIAN, held("electrician_level", "four"), held("low_voltage_permit"))
    assert answer.admits
    assert answer.missing == answer.wishes == ()
    permit_only = ask(ELECTRICIAN, held("low_voltage_permit"))
    assert permit_only.admits  # the law asks for the permit; the level is the trade's wish
    assert len(permit_only.wishes) == 1
    assert not ask(ELECTRICIAN, held("electrician_level", "one")).admits


@pytest.mark.parametrize(
    ("post", "level", "permit"),
    [(FORKLIFT, "forklift_level", "forklift_permit"), (GUARD, "guard_level", "guard_permit")],
)
def test_forklift_and_guard_pairs(post: str, level: str, permit: str) -> None:
    """Forklift and guard pairs: the level alone does not admit, with the permit it does."""
    alone = ask(post, held(level, "five"))
    assert [atom.kind for atom in alone.missing[0].any_of] == [permit]
    assert ask(post, held(level, "five"), held(permit)).admits


@pytest.mark.parametrize(
    ("on", "admitted", "why"),
    [
        (date(2029, 2, 28), True, "在有效期内"),
        (date(2029, 3, 1), False, "没有复审记录"),  # three years without review
    ],
)
def test_expired_permit_is_not(on: date, admitted: bool, why: str) -> None:
    """Expired permit is not: the missed review clears it on the day."""
    permit = held("low_voltage_permit", issued=date(2026, 3, 1))
    assert ask(ELECTRICIAN, permit, on=on).admits is admitted
    assert why in str(standing(published(), permit, on, Facts()).because)


def test_expiry_and_review_clear_it_on_the_day() -> None:
    """Expiry and review clear it on the day: reviewed in time it holds six years, not a day longer."""
    permit = held("low_voltage_permit", issued=date(2026, 3, 1), reviewed_on=date(2029, 2, 1))
    assert ask(ELECTRICIAN, permit, on=date(2032, 1, 31)).admits
    assert not ask(ELECTRICIAN, permit, on=date(2032, 2, 1)).admits  # the second review was due
    twice = dataclasses.replace(permit, reviewed_on=date(2032, 1, 1))
    assert ask(
        ELECTRICIAN, twice, on=date(2032, 2, 29)
    ).admits  # six years to the day, a leap year's February
    assert not ask(ELECTRICIAN, twice, on=date(2032, 3, 1)).admits
    printed = held("forklift_permit", valid_until=date(2026, 11, 24))
    assert ask(FORKLIFT, printed, on=date(2026, 11, 24)).admits
    assert "已于2026-11-24到期" in str(ask(FORKLIFT, printed, on=date(2026, 11, 25)).missing[0].reason)


def test_warnings_90_days_before() -> None:
    permit = held("forklift_permit", issued=date(2023, 1, 1))  # four years: to 2026-12-31
    assert ask(FORKLIFT, permit, on=date(2026, 10, 1)).warnings == ()
    assert "2026-12-31" in str(ask(FORKLIFT, permit, on=date(2026, 10, 2)).warnings[0])


def test_pending_revoked_and_unknown_dates_do_not_admit() -> None:
    assert "还没有取得" in str(ask(GUARD, held("guard_permit", is_pending=True)).missing[0].reason)
    assert "撤销" in str(ask(GUARD, held("guard_permit", is_revoked=True)).missing[0].reason)
    assert not ask(FORKLIFT, Holding(kind="forklift_permit")).admits  # an end nobody can compute
    assert ask(FORKLIFT, Holding(kind="forklift_permit", is_said_in_force=True)).admits
    assert "2027-01-01" in str(ask(GUARD, held("guard_permit", issued=date(2027, 1, 1))).missing[0].reason)


def test_a_post_without_statutory_needs_admits_everybody_and_says_so() -> None:
    answer = ask("6-29-01-01")
    assert answer.admits
    assert "没有登记法定上岗条件" in str(answer.because[0])


@pytest.mark.parametrize(
    ("sex", "category", "birth", "earliest"),
    [  # FACTS H.3, each checked against the State Council's table
        ("male", "", date(1964, 12, 5), date(2024, 12, 5)),
        ("male", "", date(1965, 1, 1), date(2025, 2, 1)),
        ("male", "", date(1976, 9, 1), date(2039, 9, 1)),
        ("female", "cadre", date(1981, 9, 1), date(2039, 9, 1)),
        ("female", "worker", date(1984, 11, 1), date(2039, 11, 1)),
        ("female", "worker", date(1975, 1, 1), date(2025, 2, 1)),
    ],
)
def test_ages_are_functions_of_birth_month_sex_category(
    sex: str, category: str, birth: date, earliest: date
) -> None:
    table = published().ages["statutory_retirement"]
    found = reached(table, birth, sex, category)
    assert found is not None
    assert found.earliest == earliest
    assert found.earliest == found.latest or sex == ""


def test_age_admits_until_the_day_and_an_unknown_category_only_where_it_does_not_matter() -> None:
    permit = held("low_voltage_permit")
    man = Facts(birth_on=date(1966, 5, 20), sex="male")  # 60 years and 5 months
    assert ask(ELECTRICIAN, permit, on=date(2026, 10, 19), facts=man).admits
    assert "年龄上限" in str(ask(ELECTRICIAN, permit, on=date(2026, 10, 20), facts=man).missing[0].reason)
    woman = Facts(birth_on=date(1974, 3, 1), sex="female")  # 50 as a worker in 2024, 56 as a cadre
    assert "还缺出生年月、性别或岗位类别" in str(ask(ELECTRICIAN, permit, facts=woman).missing[0].reason)
    assert ask(ELECTRICIAN, permit, facts=dataclasses.replace(woman, category="cadre")).admits
    assert ask(ELECTRICIAN, permit, facts=Facts(birth_on=date(1990, 1, 1))).admits
    child = ask(GUARD, held("guard_permit"), facts=Facts(birth_on=date(2008, 11, 25)))
    assert "满18周岁，2026-11-25才满" in str(child.missing[0].reason)
    assert "年龄条件没有核对" in str(ask(GUARD, held("guard_permit")).because[-1])


def test_months_are_counted_as_the_civil_code_counts_them() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 10, 31), 1) == date(2026, 11, 30)
    assert add_months(date(2026, 12, 31), 36) == date(2029, 12, 31)


@pytest.mark.parametrize(
    ("name", "theory", "practical", "passed"),
    [
        ("electrician_level", 60, 60, True),
        ("electrician_level", 59, 100, False),
        ("electrician_level", 100, 59, False),
        ("low_voltage_permit", 80, 80, True),
        ("low_voltage_permit", 79, 100, False),
        ("low_voltage_permit", 100, 79, False),
        ("low_voltage_permit", 79, None, False),  # one failed part decides
        ("low_voltage_permit", 80, None, None),
        ("guard_permit", 60, None, True),  # no practical part
        ("guard_permit", 59, None, False),
    ],
)
def test_59_60_and_79_80_at_each_examination(
    name: str, theory: int, practical: int | None, passed: bool | None
) -> None:
    """59/60 and 79/80 at each examination."""
    found = outcome(published().kinds[name], Marks(theory, practical), TODAY)
    assert found.is_passed is passed


def test_one_mark_sheet_two_independent_outcomes() -> None:
    """79 passes the level and fails the permit: passing one never implies the other."""
    marks = Marks(79, 79)
    assert outcome(published().kinds["electrician_level"], marks, TODAY).is_passed
    assert not outcome(published().kinds["low_voltage_permit"], marks, TODAY).is_passed
    with pytest.raises(Refusal, match="不在0到100之间"):
        outcome(published().kinds["guard_permit"], Marks(101), TODAY)
    with pytest.raises(Refusal, match="没有合格标准"):
        outcome(published().kinds["health_certificate"], Marks(90), TODAY)


def test_recognition_across_regions() -> None:
    """A certificate whose kind holds in one province counts elsewhere only where a dated agreement says so."""
    declared = small(
        kind("local", Nature.PERMIT, scope="province"),
        occupations=(Occupation(code="1", title="甲"),),
        requirements=(
            Requirement(
                id="need", title="甲", occupations=("1",), nature="statutory", basis=LAW, from_on=date(2020, 1, 1),
                clauses=(Clause(any_of=(Atom(kind="local"),)),),
            ),
        ),
        mutual=(Mutual(kinds=("local",), from_areas=("11",), basis=LAW, from_on=date(2026, 7, 1)),),
    )  # fmt: skip
    here = recognition_map(declared, "652300")
    own, neighbour, stranger = (Holding(kind="local", issued_area=a) for a in ("650100", "110000", "370000"))
    assert admits(here, [own], "1", TODAY).admits
    assert admits(here, [neighbour], "1", TODAY).admits
    assert not admits(here, [neighbour], "1", date(2026, 6, 30)).admits
    assert "没有登记互认依据" in str(admits(here, [stranger], "1", TODAY).missing[0].reason)


def test_bit_clauses_say_what_the_answers_say() -> None:
    """For every post and every pair of certificates the masks agree with the sentence-making way."""
    recognition = published()
    clauses = compiled(recognition, TODAY)
    names = [
        Holding(kind=k.id, level=(*k.levels, "")[0], is_said_in_force=True)
        for k in recognition.declared.kinds
    ]
    names += [held("forklift_permit", issued=date(2020, 1, 1)), held("guard_permit", is_revoked=True)]
    count = 0
    for one in names:
        for other in names:
            mask = clauses.held([one, other])
            for code, needs in clauses.needs.items():
                assert is_met(mask, needs) == admits(recognition, [one, other], code, TODAY).admits
                count += 1
    assert count > 1000
    assert (
        clauses.digest
        == compiled(recognition, TODAY).digest
        != compiled(recognition, date(2026, 11, 25)).digest
    )
    asked = clauses.asked(["电工等级证"])
    assert is_met(clauses.held([held("electrician_contest")]), asked)  # a badge that counts as the level
    assert not is_met(clauses.held([held("cook_level", "one")]), asked)


def test_terms_follow_the_day_of_issue() -> None:
    """A later rule does not shorten a certificate that was issued under an earlier one."""
    old = Terms(from_on=date(2010, 1, 1), until_on=date(2020, 1, 1), valid_months=72, basis=LAW)
    new = Terms(from_on=date(2020, 1, 1), valid_months=36, basis=LAW)
    here = recognition_map(small(kind("x", Nature.PERMIT, terms=(old, new))))
    assert standing(here, held("x", issued=date(2019, 12, 31)), date(2025, 12, 30), Facts()).is_in_force
    assert not standing(here, held("x", issued=date(2020, 1, 1)), date(2025, 12, 30), Facts()).is_in_force
    assert standing(here, held("x", issued=date(2009, 1, 1)), TODAY, Facts()).is_in_force is None
