"""The question as one SQL text (DuckDB's dialect; printed for Spark by sqlglot).

Settlements → visits of one injury → what was known that day of work, shift, companion, claim → reasons → score.
"""

# ruff: noqa: S608 — names come from a checked screen, values are numbers or quoted literals

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlglot

from gongyou.engines.oversight.definitions.screens import ScreenReason
from gongyou.engines.oversight.screening.library import BoundScreen
from gongyou.policy.tables.cells import quoted, text

DAY_ZERO = "DATE '2000-01-01'"


def query_of(bound: BoundScreen, dialect: str = "duckdb") -> str:
    """One SELECT of clues: clue_id, person_id, settlement_ids, score, reasons, amount_fen, employer_id, first_seen_at,
    worker_may_claim_until. It reads the views settlements, employments, attendance and injury_claims."""
    parts = [
        ("hurt", _hurt(bound)),
        ("marked", _MARKED.format(days=bound.number(bound.screen.same_injury))),
        ("visits", _VISITS),
        ("spans", _SPANS),
        ("claimed", _CLAIMED.format(days=bound.number(bound.screen.same_injury))),
        ("injuries", _injuries(bound)),
        ("shifts", _shifts(bound)),
        ("jobs", _jobs()),
        ("facts", _facts(bound)),
        ("flagged", _flagged(bound)),
        ("scored", _scored(bound)),
    ]
    sql = (
        "WITH " + ", ".join(f"{name} AS ({body})" for name, body in parts) + " "
        "SELECT clue_id, person_id, settlement_ids, score, reasons, amount_fen, employer_id, first_seen_at, "
        f"worker_may_claim_until FROM scored WHERE score >= {bound.number(bound.screen.threshold)}"
    )
    return sql if dialect == "duckdb" else sqlglot.transpile(sql, read="duckdb", write=dialect)[0]


def _hurt(bound: BoundScreen) -> str:
    """Settlements of an injury, with the block of their diagnosis (blocks do not overlap)."""
    code = "substr(icd10, 1, 3)"
    ranges = [block.split("-") for block in bound.screen.blocks]
    cases = " ".join(f"WHEN {code} BETWEEN {text(a)} AND {text(b)} THEN {text(a)}" for a, b in ranges)
    least, most = min(a for a, _ in ranges), max(b for _, b in ranges)
    flags = "".join(
        f", CASE WHEN {_of_settlement(r)} THEN 1 ELSE 0 END AS {quoted(r.id)}"
        for r in bound.screen.reasons
        if r.kind in _SETTLED
    )
    stories = "".join(f", {quoted(c)}" for c in _stories(bound))
    return (
        "SELECT settlement_id, person_id, companion_id, icd10, visited_at, CAST(visited_at AS DATE) AS day, paid_yuan, "
        f"CASE {cases} END AS block{flags}{stories} FROM settlements "
        # The plain comparison too: a Parquet file passes over what lies outside it.
        f"WHERE icd10 >= {text(least)} AND icd10 <= {text(most + '~')} "
        f"AND {code} BETWEEN {text(least)} AND {text(most)} AND visited_at IS NOT NULL"
    )


def _stories(bound: BoundScreen) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.column for r in bound.screen.reasons if r.kind == "story_changes"))


def _of_settlement(reason: ScreenReason) -> str:
    column = quoted(reason.column)
    if reason.kind == "column_empty":
        return f"{column} IS NULL"
    if reason.kind == "column_is":
        listed = ", ".join(text(c) for c in reason.codes)
        return f"CAST({column} AS VARCHAR) IN ({listed})"
    return _starts(column, reason.codes)


_SETTLED = frozenset({"column_is", "column_starts", "column_empty"})

# A visit that comes more than so many days after the one before begins another injury.
_MARKED = (
    "SELECT *, CASE WHEN date_diff('day', lag(day) OVER (PARTITION BY person_id, block ORDER BY day, settlement_id), day)"
    " <= {days} THEN 0 ELSE 1 END AS is_new FROM hurt WHERE block IS NOT NULL"
)
_VISITS = (
    "SELECT *, sum(is_new) OVER (PARTITION BY person_id, block ORDER BY day, settlement_id"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS turn FROM marked"
)
_SPANS = (
    "SELECT person_id, block, turn, min(day) AS first_day, max(day) AS last_day FROM visits"
    " WHERE person_id IN (SELECT person_id FROM injury_claims) GROUP BY person_id, block, turn"
)
# The claim of an injury: it happened at most so many days before the first visit, or during the visits.
_CLAIMED = (
    "SELECT s.person_id, s.block, s.turn, min(c.injured_on) AS injured_on,"
    " min(CASE WHEN c.outcome IN ('recognised', 'refused') THEN c.decided_on END) AS decided_on,"
    " max(CASE WHEN c.outcome = 'refused' THEN 0 ELSE 1 END) AS is_claimed"
    " FROM spans s JOIN injury_claims c ON c.person_id = s.person_id"
    " WHERE date_diff('day', c.injured_on, s.first_day) <= {days} AND c.injured_on <= s.last_day"
    " GROUP BY s.person_id, s.block, s.turn"
)


def _injuries(bound: BoundScreen) -> str:
    """One row an injury; what was settled after a decision on its claim is left out."""
    flags = "".join(
        f", max(v.{quoted(r.id)}) AS {quoted(r.id)}" for r in bound.screen.reasons if r.kind in _SETTLED
    )
    stories = "".join(
        f", CASE WHEN min(v.{quoted(c)}) <> max(v.{quoted(c)}) THEN 1 ELSE 0 END AS {quoted('changes_' + c)}"
        for c in _stories(bound)
    )
    kinds = "".join(
        f", max(CASE WHEN {_starts('v.icd10', pair.icd10)} THEN 1 ELSE 0 END) AS {_pair(r, n)}"
        for r in bound.screen.reasons
        for n, pair in enumerate(r.pairs)
    )
    return (
        "SELECT v.person_id, v.block, v.turn, min(v.visited_at) AS first_seen_at, min(v.day) AS first_day, "
        "min(v.companion_id) AS companion_id, "
        "CASE WHEN count(v.paid_yuan) = count(*) THEN sum(v.paid_yuan) END AS amount_fen, "
        "min(c.injured_on) AS injured_on, coalesce(max(c.is_claimed), 0) AS is_claimed, "
        "coalesce(min(c.injured_on), min(v.day)) AS injury_day, "
        f"list_sort(array_agg(v.settlement_id)) AS settlement_ids{flags}{stories}{kinds} "
        "FROM visits v LEFT JOIN claimed c ON c.person_id = v.person_id AND c.block = v.block AND c.turn = v.turn "
        "WHERE c.decided_on IS NULL OR v.day < c.decided_on GROUP BY v.person_id, v.block, v.turn"
    )


def _shifts(bound: BoundScreen) -> str:
    """Shifts the first visit fell into, or came soon after."""
    hours = max([bound.number(r.within) for r in bound.screen.reasons if r.kind == "after_shift"], default=0)
    return (
        "SELECT i.person_id, i.block, i.turn, max(CASE WHEN i.first_seen_at <= a.shift_end_at THEN 1 ELSE 0 END) AS "
        "is_in, min(date_diff('minute', a.shift_end_at, i.first_seen_at)) AS minutes_after, "
        "min(a.employer_id) AS employer_id FROM injuries i JOIN attendance a ON a.person_id = i.person_id "
        f"WHERE a.shift_start_at <= i.first_seen_at AND i.first_seen_at <= a.shift_end_at + INTERVAL {hours} HOUR "
        "GROUP BY i.person_id, i.block, i.turn"
    )


def _jobs() -> str:
    """Where the person worked on the day: the shift's employer before the newest one."""
    return (
        "SELECT person_id, block, turn, employer_id, industry FROM (SELECT i.person_id, i.block, i.turn, e.employer_id, "
        "e.industry, row_number() OVER (PARTITION BY i.person_id, i.block, i.turn ORDER BY "
        "CASE WHEN e.employer_id = s.employer_id THEN 0 ELSE 1 END, e.from_on DESC, e.employer_id) AS place "
        "FROM injuries i JOIN employments e ON e.person_id = i.person_id LEFT JOIN shifts s ON s.person_id = i.person_id "
        "AND s.block = i.block AND s.turn = i.turn WHERE e.from_on <= i.injury_day "
        "AND (e.until_on IS NULL OR e.until_on >= i.injury_day)) WHERE place = 1"
    )


def _within(among: str, days: int) -> str:
    """How many injuries of a group fall into so many days before and after each."""
    return (
        f"count(*) OVER (PARTITION BY {among} ORDER BY date_diff('day', {DAY_ZERO}, i.injury_day) "
        f"RANGE BETWEEN {days} PRECEDING AND {days} FOLLOWING)"
    )


def _facts(bound: BoundScreen) -> str:
    """Everything a reason asks, one row an injury; what is not known speaks for nothing."""
    # How many injuries of other people: all of the employer's, without those of the same person.
    employer = "coalesce(j.employer_id, s.employer_id)"
    others = "".join(
        f", {_within(employer, bound.number(r.within))} - {_within(f'{employer}, i.person_id', bound.number(r.within))} "
        f"AS {quoted('others_' + r.id)}"
        for r in bound.screen.reasons
        if r.kind == "others_at_employer"
    )
    colleague = (
        "LEFT JOIN (SELECT DISTINCT i.person_id, i.block, i.turn FROM injuries i "
        "JOIN jobs j ON j.person_id = i.person_id AND j.block = i.block AND j.turn = i.turn "
        "JOIN employments e ON e.person_id = i.companion_id AND e.employer_id = j.employer_id "
        "WHERE i.companion_id <> i.person_id AND e.from_on <= i.injury_day "
        "AND (e.until_on IS NULL OR e.until_on >= i.injury_day)) m "
        "ON m.person_id = i.person_id AND m.block = i.block AND m.turn = i.turn"
    )
    return (
        "SELECT i.*, coalesce(j.employer_id, s.employer_id) AS employer_id, j.industry, coalesce(s.is_in, 0) AS is_in, "
        "s.minutes_after, CASE WHEN m.person_id IS NULL THEN 0 ELSE 1 END AS is_colleague"
        f"{others} FROM injuries i LEFT JOIN shifts s ON s.person_id = i.person_id AND s.block = i.block "
        "AND s.turn = i.turn LEFT JOIN jobs j ON j.person_id = i.person_id AND j.block = i.block AND j.turn = i.turn "
        f"{colleague}"
    )


def _starts(column: str, codes: Sequence[str]) -> str:
    """Whether it begins with one of the codes: one look-up for each length, not one for each code."""
    lengths = sorted({len(c) for c in codes})
    listed = ((n, ", ".join(text(c) for c in dict.fromkeys(codes) if len(c) == n)) for n in lengths)
    return "(" + " OR ".join(f"substr({column}, 1, {n}) IN ({some})" for n, some in listed) + ")"


def _pair(reason: ScreenReason, number: int) -> str:
    return quoted(f"pair_{reason.id}_{number}")


def _work_typical(_bound: BoundScreen, reason: ScreenReason) -> str:
    found = []
    for number, pair in enumerate(reason.pairs):
        found.append(f"({_pair(reason, number)} = 1 AND {_starts('industry', pair.industry)})")
    return " OR ".join(found)


_SAYS: Mapping[str, Callable[[BoundScreen, ScreenReason], str]] = {
    "in_shift": lambda _b, _r: "is_in = 1",
    "after_shift": lambda b, r: f"is_in = 0 AND minutes_after <= {b.number(r.within) * 60}",
    "column_is": lambda _b, r: f"{quoted(r.id)} = 1",
    "column_starts": lambda _b, r: f"{quoted(r.id)} = 1",
    "column_empty": lambda _b, r: f"{quoted(r.id)} = 1",
    "work_typical": _work_typical,
    "industry_is": lambda _b, r: _starts("industry", r.codes),
    "colleague_came": lambda _b, _r: "is_colleague = 1",
    "story_changes": lambda _b, r: f"{quoted('changes_' + r.column)} = 1",
    "others_at_employer": lambda b, r: (
        f"employer_id IS NOT NULL AND {quoted('others_' + r.id)} >= {b.number(r.least)}"
    ),
    "claim_filed": lambda _b, _r: "is_claimed = 1",
}


def _flagged(bound: BoundScreen) -> str:
    flags = ", ".join(
        f"CASE WHEN {_SAYS[r.kind](bound, r)} THEN 1 ELSE 0 END AS {quoted('is_' + r.id)}"
        for r in bound.screen.reasons
    )
    return (
        "SELECT person_id, block, first_day, settlement_ids, amount_fen, employer_id, first_seen_at, injury_day, "
        f"{flags} FROM facts"
    )


def _scored(bound: BoundScreen) -> str:
    total = " + ".join(f"({bound.number(r.weight)}) * {quoted('is_' + r.id)}" for r in bound.screen.reasons)
    named = ", ".join(
        f"CASE WHEN {quoted('is_' + r.id)} = 1 THEN {text(r.id)} END" for r in bound.screen.reasons
    )
    screen = text(bound.screen.id)
    years = bound.number(bound.screen.may_claim)
    return (
        f"SELECT substr(md5(concat({screen}, '|', person_id, '|', block, '|', CAST(first_day AS VARCHAR))), 1, 16) "
        f"AS clue_id, person_id, settlement_ids, CAST(least(100, greatest(0, {total})) AS INTEGER) AS score, "
        f"list_filter([{named}], lambda x: x IS NOT NULL) AS reasons, CAST(amount_fen AS BIGINT) AS amount_fen, "
        f"employer_id, first_seen_at, CAST(injury_day + INTERVAL {years} YEAR AS DATE) AS worker_may_claim_until "
        "FROM flagged"
    )
