"""What a pack declares about sanctions: bounds of the law, the discretion table within them, clocks, the two books.

Times of a fine are tenths (25 = 2.5 times): whole numbers only. Nothing here decides; it only says what is not allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from gongyou.basics.definition import definition
from gongyou.basics.money import fen_to_text, share
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import Confidence
from gongyou.institutions.ledger.definitions import BookPlan

TENTHS = 10


@definition
class Basis:
    """A legal point with its document; the notice prints title and `law`."""

    id: str
    title: str
    law: str
    source: str
    confidence: Confidence


@definition
class DiscretionBand:
    """A line of the discretion table: for whom (amount up to, first time, gives the money back), and its bounds."""

    id: str
    title: str
    most_fen: int | None = None
    is_first: bool | None = None
    gives_back: bool | None = None
    least_tenths: int
    most_tenths: int
    least_months: int
    most_months: int
    source: str
    confidence: Confidence

    def fits(self, facts: Facts) -> bool:
        return (
            (self.most_fen is None or facts.amount_fen <= self.most_fen)
            and self.is_first in (None, facts.is_first)
            and self.gives_back in (None, facts.gives_back)
        )


@definition
class Clocks:
    """Days of the procedure. `decide_days`: from filing (the day itself not counted), calendar days."""

    decide_days: int
    extend_most_days: int
    statement_days: int
    """Working days after the notice of intended sanction in which a statement or a hearing may be asked for."""
    pay_days: int
    review_days: int
    sue_months: int
    laws: dict[str, str]
    """Clock → the article behind it, as the notice prints it."""
    assumed: tuple[str, ...] = ()


@definition
class SanctionRules:
    """`sanctions.yaml` with its numbers filled in."""

    title: str
    controller: str
    fund: str
    fund_title: str
    least_tenths: int
    most_tenths: int
    least_months: int
    most_months: int
    bands: tuple[DiscretionBand, ...]
    clocks: Clocks
    bases: tuple[Basis, ...]
    decision_approval: str
    extension_approval: str
    books: tuple[BookPlan, ...]
    review_body: str
    court: str
    keeps_days: int
    """Personal data of a matter after its end."""
    assumed: tuple[str, ...] = ()

    def band(self, facts: Facts) -> DiscretionBand:
        """The first line that fits (packs check: the last fits everybody)."""
        return next(b for b in self.bands if b.fits(facts))


@dataclass(frozen=True)
class Facts:
    """What the discretion table asks."""

    amount_fen: int
    is_first: bool
    gives_back: bool


@dataclass(frozen=True)
class Sanction:
    """What is proposed: money back, so many tenths of it as a fine, so many months without direct settlement."""

    returned_fen: int
    fine_tenths: int
    suspension_months: int

    @property
    def fine_fen(self) -> int:
        """Half up to the fen."""
        return share(self.returned_fen, Fraction(self.fine_tenths, TENTHS))


def times_text(tenths: int) -> str:
    """2.5, 3"""
    whole, rest = divmod(tenths, TENTHS)
    return f"{whole}.{rest}" if rest else str(whole)


def check_sanction(rules: SanctionRules, facts: Facts, sanction: Sanction) -> DiscretionBand:
    """The line it lies within. Raises Refusal with the sentence: outside the law, or outside the table's line."""
    _between(sanction.fine_tenths, rules.least_tenths, rules.most_tenths, "fine_times", None)
    _between(sanction.suspension_months, rules.least_months, rules.most_months, "suspension_months", None)
    if not 0 < sanction.returned_fen <= facts.amount_fen:
        raise Refusal(
            "returned_out_of_bounds",
            says("退回{returned}元不对：查明骗取的是{amount}元。"),
            says("退回的钱要大于零，不能多于查明的金额。"),
            field="returned_yuan",
            returned=fen_to_text(sanction.returned_fen),
            amount=fen_to_text(facts.amount_fen),
        )
    band = rules.band(facts)
    _between(sanction.fine_tenths, band.least_tenths, band.most_tenths, "fine_times", band)
    _between(sanction.suspension_months, band.least_months, band.most_months, "suspension_months", band)
    return band


def _between(found: int, least: int, most: int, field: str, band: DiscretionBand | None) -> None:
    if least <= found <= most:
        return
    is_fine = field == "fine_times"
    of = times_text if is_fine else str
    unit = says("倍") if is_fine else says("个月")
    raise Refusal(
        "outside_the_law" if band is None else "outside_the_table",
        says("{found}{unit}不在法律规定的{least}至{most}{unit}之间。")
        if band is None
        else says("{found}{unit}不在裁量基准“{band}”的{least}至{most}{unit}之间。"),
        says("请按幅度重新提出；确有特殊情形的，先改查明的事实。"),
        field=field,
        found=of(found),
        least=of(least),
        most=of(most),
        unit=unit,
        band=band.title if band else "",
    )


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the month's last (Civil Code 202)."""
    number = day.month - 1 + months
    year, month = day.year + number // 12, number % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("unreachable")


Fault = tuple[tuple[str | int, ...], str, dict[str, object]]


def faults_of(rules: SanctionRules) -> Iterator[Fault]:
    """What is wrong: a line outside the law, nothing for some facts, one book for both kinds of money."""
    for number, band in enumerate(rules.bands):
        if not (rules.least_tenths <= band.least_tenths <= band.most_tenths <= rules.most_tenths):
            yield ("bands", number), says("“{band}”的罚款倍数超出了法律的幅度。"), {"band": band.title}
        if not (rules.least_months <= band.least_months <= band.most_months <= rules.most_months):
            yield ("bands", number), says("“{band}”的暂停月数超出了法律的幅度。"), {"band": band.title}
    last = rules.bands[-1] if rules.bands else None
    if last is None or (last.most_fen, last.is_first, last.gives_back) != (None, None, None):
        yield ("bands",), says("最后一条要没有条件：每种情形都要有裁量幅度。"), {}
    moneys = sorted(flow.money for book in rules.books for flow in book.flows if flow.money)
    if moneys != ["fine", "returned"]:
        yield ("books",), says("要有两本账：退回的钱进基金（returned），罚款进国库（fine），各一种业务。"), {}
