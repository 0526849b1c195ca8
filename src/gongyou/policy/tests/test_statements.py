"""POLICY §5 sentence by sentence, where no other test says it in these words (see README.md beside this file)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy.agreement import judged_both_ways
from gongyou.policy.checking import check_policy
from gongyou.policy.run import bound
from gongyou.policy.tests.population import PACKS, Rows, credit_code, employer, months, write_facts
from gongyou.policy.tests.test_programmes import POLICIES, results_of
from gongyou.policy.tests.toy import VALUES, bind_toy

ON = date(2025, 9, 1)
GRAPH = bound(PACKS, "stabilisation-refund", "370000", ON, {"layoff_formula": "recipients_over_average"})
SIZES = {"small": ("50", "1000"), "large": ("1500", "50000"), "micro": ("5", "100")}

# insured, laid off, months, paid (yuan, arrears and late fees already taken off), size, kind, outcome, amount in fen
POLICY_5 = [
    ("30", 6, 12, "36000.00", "small", "enterprise", "eligible", 2_160_000, "", ""),
    ("31", 6, 12, "36000.00", "small", "enterprise", "ineligible", None, "keeps_its_people", ""),
    ("800", 10, 12, "979500.05", "large", "law_firm", "eligible", 58_770_003, "", ""),
    ("12", 0, 11, "9000.00", "micro", "sole_trader", "ineligible", None, "has_paid_in_full", ""),
    ("", 0, 12, "9000.00", "micro", "enterprise", "unknown", None, "", "insured_average"),
]


def decided(folder: Path, firms: Rows, rows: Rows) -> dict[str, dict[str, object]]:
    return decided_in(write_facts(folder, firms, rows))


def decided_in(data: Path) -> dict[str, dict[str, object]]:
    both = judged_both_ways(GRAPH, data)
    assert [b.differences for b in both if b.differences] == []
    return {b.subject: dict(b.queried) for b in both}


def spread(number: int, count: int, paid: str) -> Rows:
    """Months that together come to the amount, each paid in full."""
    fen = int(paid.replace(".", ""))
    rows = months(number, 2024, count)
    for place, row in enumerate(rows):
        part = fen // count + (fen % count if place == 0 else 0)
        row |= {"due_yuan": "0.01", "paid_yuan": f"{part // 100}.{part % 100:02d}"}
    return rows


def write_policy_5(folder: Path) -> Path:
    firms, rows = [], []
    for number, (insured, losses, count, paid, size, kind, *_) in enumerate(POLICY_5):
        staff, revenue = SIZES[size]
        firms.append(
            employer(
                number, insured_average=insured, benefit_recipient_count=str(losses), kind=kind,
                staff_count=staff, revenue_wan=revenue,
            )
        )  # fmt: skip
        rows += spread(number, count, paid)
    return write_facts(folder, firms, rows)


def test_the_table_of_policy_5_passes(tmp_path: Path) -> None:
    found = decided_in(write_policy_5(tmp_path))
    for number, (*_, outcome, amount, failed, needs) in enumerate(POLICY_5):
        row = found[credit_code(number)]
        assert (row["outcome"], row["amount_fen"]) == (outcome, amount), number
        assert (row["failed"], row["needs"]) == ([failed] if failed else [], [needs] if needs else []), number


LIMITS = [
    ("29", 5, "eligible"), ("30", 6, "eligible"), ("31", 6, "ineligible"),  # who counts as small
    ("1000", 54, "eligible"), ("1000", 55, "eligible"), ("1000", 56, "ineligible"),  # exactly 5.5 % passes
    ("20", 3, "eligible"), ("20", 4, "eligible"), ("20", 5, "ineligible"),  # exactly 20 % passes
]  # fmt: skip


def test_the_three_points_around_29_30_31_and_exactly_5_5_and_20_percent(tmp_path: Path) -> None:
    firms = [
        employer(n, insured_average=insured, benefit_recipient_count=str(losses))
        for n, (insured, losses, _) in enumerate(LIMITS)
    ]
    found = decided(tmp_path, firms, [row for n in range(len(firms)) for row in months(n, 2024)])
    assert [found[credit_code(n)]["outcome"] for n in range(len(LIMITS))] == [o for *_, o in LIMITS]


def test_one_fen_short_in_one_of_exactly_twelve_months_is_not_paid_in_full(tmp_path: Path) -> None:
    whole, short = months(1, 2024), months(2, 2024)
    short[6] |= {"paid_yuan": "749.99"}
    found = decided(tmp_path, [employer(1), employer(2)], [*whole, *short])
    assert found[credit_code(1)]["outcome"] == "eligible"
    row = found[credit_code(2)]
    assert (row["outcome"], row["failed"], row["amount_fen"]) == ("ineligible", ["has_paid_in_full"], None)


def test_null_never_pays(tmp_path: Path) -> None:
    """Whichever cell of the firm or of one of its months is empty: paid as before, or not at all."""
    own = [c for c in employer(1) if c not in ("employer_id", "name")]
    child = [c for c in months(1, 2024, 1)[0] if c not in ("employer_id", "month")]
    firms = [employer(n, **{c: ""}) for n, c in enumerate(own)]
    rows = [row for n in range(len(own)) for row in months(n, 2024)]
    for n, column in enumerate(child, start=len(own)):
        firms.append(employer(n))
        spoilt = months(n, 2024)
        spoilt[3] |= {column: ""}
        rows += spoilt
    for row in decided(tmp_path, firms, rows).values():
        assert row["amount_fen"] == (540_000 if row["outcome"] == "eligible" else None)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_rule_is_flipped_by_at_least_one_case(policy: str) -> None:
    """A yes-or-no rule is once true and once false; any other has two different results."""
    seen: dict[str, set[object]] = defaultdict(set)
    for result in results_of(policy):
        for name, step in result.both.called.steps.items():
            seen[name].add(str(step))
    rules = {node.name for graph in check_policy(PACKS, policy) for node in graph.results()}
    assert {name for name in rules if len(seen[name]) < 2} == set()


def test_a_value_with_a_gap_is_refused_in_the_gap(tmp_path: Path) -> None:
    values = VALUES.replace(
        "- {amount: 3, from: 2024-01-01,", "- {amount: 3, from: 2024-01-01, until: 2025-01-01,"
    )
    with pytest.raises(Refusal, match="least_people"):
        bind_toy(tmp_path, values=values)
