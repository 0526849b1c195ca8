"""What one programme says on a day in an area, ready for the kernels: weights, kin of occupations, certificates, ages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gongyou.basics.programme_values import Numbers, numbers_on, rate_of
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.matching.arrays import FULL, NO_LIMIT, Array, Kinship, Weights
from gongyou.matching.definitions import MatchSpec

_CODE = re.compile(r"([1-8])-(\d\d)-(\d\d)-(\d\d)")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Rulebook:
    """One programme on one day in one area. `digest` covers all that decides."""

    programme: str
    area: str
    on: date
    spec: MatchSpec
    numbers: Numbers
    grants: Mapping[str, frozenset[str]]
    """Held certificate → every required certificate it meets, itself among them; others meet themselves."""
    digest: str

    @cached_property
    def weights(self) -> Weights:
        n = self.numbers
        parts = [n.count(f"weight_{name}") for name in ("occupation", "pay", "near", "wish")]
        if sum(parts) != 100 or min(parts) < 0:
            raise Refusal(
                "weights",
                says("各得分项的比重合计是{total}，应当是100。"),
                field="programme",
                total=sum(parts),
            )
        return Weights(
            occupation=parts[0],
            pay=parts[1],
            near=parts[2],
            wish=parts[3],
            near_zero_m=n.count("near_zero_km") * 1000,
            same_county=_share(n.rate("near_same_county")),
            same_city=_share(n.rate("near_same_city")),
            same_province=_share(n.rate("near_same_province")),
            pay_reference=n.fen("pay_reference"),
        )

    @property
    def intended(self) -> Array:
        """Terms of the first, second and every later occupation of a worker."""
        names = ("first", "second", "later")
        return np.array([_share(self.numbers.rate(f"intended_{name}")) for name in names], np.int64)

    @property
    def paid_days(self) -> Fraction:
        return self.numbers.rate("paid_days_per_month")

    def is_occupation(self, code: str) -> bool:
        """A code of the classification: listed here, or well-formed under one of its groups."""
        if code in self._listed:
            return True
        found = _CODE.fullmatch(code)
        if found is None:
            return False
        major, group = found[1], int(found[2])
        return 1 <= group <= self._groups.get(major, 0) or (group == 99 and found[3] == "00")

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(o.code for o in self.spec.occupations)

    @cached_property
    def _groups(self) -> dict[str, int]:
        return {str(r["major"]): int(r["groups"]) for r in self.numbers.rows("occupation_groups")}

    @cached_property
    def certificate_codes(self) -> dict[str, str]:
        """How a certificate may be written → its id."""
        found = {}
        for one in self.spec.certificates:
            found.update(dict.fromkeys((one.id, one.title, *one.aliases), one.id))
        return found

    def certificate(self, code: str) -> tuple[str, str]:
        """Title and how to get it; a certificate nobody listed is called by what was written."""
        one = next((c for c in self.spec.certificates if c.id == code), None)
        return (one.title, one.how) if one else (code, "")

    def occupation_title(self, code: str) -> str:
        return next((o.title for o in self.spec.occupations if o.code == code), code)

    def ages(self, occupation: str, certificates: Sequence[str]) -> tuple[int, int]:
        """Full years the law sets for a post, both included."""
        least, most = self.numbers.count("working_age"), NO_LIMIT
        for row in self._law_ages:
            if occupation.startswith(str(row["work"])) or row["work"] in certificates:
                least = max(least, int(row.get("from_age") or 0))
                most = min(most, int(row.get("until_age") or NO_LIMIT))
        return least, most

    @cached_property
    def _law_ages(self) -> list[Mapping[str, Any]]:
        return self.numbers.rows("law_ages")

    def kinship(self, codes: Sequence[str]) -> Kinship:
        """Related occupations among `codes` (sorted): of one family (three parts alike), and what the programme says."""
        place = {code: n for n, code in enumerate(codes)}
        families: dict[str, list[int]] = {}
        for code, n in place.items():
            families.setdefault(code[:7], []).append(n)
        family = _share(self.numbers.rate("related_same_family"))
        edges: dict[tuple[int, int], int] = {}
        for members in families.values():
            edges.update({(a, b): family for a in members for b in members if a != b})
        for one in self.spec.related:
            if one.held in place and one.shown in place:
                edges[place[one.held], place[one.shown]] = _share(rate_of(one.share))
        ordered = sorted(edges)
        ptr = np.searchsorted([a for a, _ in ordered], np.arange(len(codes) + 1)).astype(np.int64)
        return Kinship(
            ptr,
            np.array([b for _, b in ordered], np.int32),
            np.array([edges[e] for e in ordered], np.int64),
        )


def _share(rate: Fraction) -> int:
    return int(rate * FULL)


def load_rulebook(
    root: Path, programme: str, area: str, on: date, grants: Mapping[str, frozenset[str]] | None = None
) -> Rulebook:
    """Read `root/programmes/<programme>`. `grants`: the recognition map, compiled for this day and area
    (`credentials.clauses.grants`); without one a certificate meets itself alone.

    Raises Refusal for an unknown programme or a mistake in it.
    """
    folder = root / "programmes" / programme
    if not _NAME.fullmatch(programme) or not (folder / "match.yaml").is_file():
        known = sorted(p.parent.name for p in (root / "programmes").glob("*/match.yaml"))
        raise Refusal(
            "unknown_programme",
            says("“{programme}”不是一个有匹配规则的项目。"),
            says("可用的有：{known}。"),
            field="programme",
            programme=programme,
            known="、".join(known),
        )
    spec = read_yaml(folder / "match.yaml", MatchSpec)
    numbers = numbers_on(root, programme, area, on)
    found = dict(grants or {})
    told = {
        "match": hashlib.sha256((folder / "match.yaml").read_bytes()).hexdigest(),
        "numbers": {k: [n.written, n.source, n.area] for k, n in numbers.found.items()},
        "grants": {k: sorted(v) for k, v in found.items()},
        "on": on.isoformat(),
        "area": area,
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False, default=str).encode())
    return Rulebook(programme, area, on, spec, numbers, found, digest.hexdigest())
