"""One mark sheet, as many outcomes as certificates: failing one examination says nothing about the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.definitions import CertificateKind, PassRule
from gongyou.credentials.sentences import Sentence


@dataclass(frozen=True)
class Marks:
    """Marks of one examination; None: not sat (or not yet known)."""

    theory: int | None = None
    practical: int | None = None


@dataclass(frozen=True)
class Outcome:
    """`is_passed` None: a mark is missing."""

    is_passed: bool | None
    because: tuple[Sentence, ...]
    rule: PassRule


def outcome(kind: CertificateKind, marks: Marks, on: date) -> Outcome:
    """Whether an examination of a day was passed by the rule of that day. Raises Refusal where no rule is declared or
    a mark lies outside the scale."""
    rule = next((rule for rule in kind.examinations if rule.holds_on(on)), None)
    if rule is None:
        raise Refusal(
            "no_pass_rule",
            says("“{title}”在{day}没有合格标准。"),
            says("请在规则包里补上依据和分数。"),
            field="kind",
            title=kind.title,
            day=on.isoformat(),
        )
    parts = [(says("理论"), marks.theory, rule.theory_least)]
    if rule.practical_least is not None:
        parts.append((says("实操"), marks.practical, rule.practical_least))
    judged = [_part(rule, *part) for part in parts]
    return Outcome(_all([one for one, _ in judged]), tuple(text for _, text in judged), rule)


def _part(rule: PassRule, part: str, mark: int | None, least: int) -> tuple[bool | None, Sentence]:
    params = {"part": Sentence(part), "mark": mark, "least": least}
    if mark is None:
        return None, Sentence(says("{part}还没有成绩。"), params)
    if not 0 <= mark <= rule.full:
        raise Refusal(
            "mark_outside",
            says("成绩{mark}不在0到{full}之间。"),
            says("请核对成绩单。"),
            field="mark",
            mark=mark,
            full=rule.full,
        )
    if mark >= least:
        return True, Sentence(says("{part}{mark}分，达到{least}分。"), params)
    return False, Sentence(says("{part}{mark}分，不到{least}分。"), params)


def _all(parts: list[bool | None]) -> bool | None:
    """One failed part decides; otherwise one missing part leaves it open."""
    if False in parts:
        return False
    return None if None in parts else True
