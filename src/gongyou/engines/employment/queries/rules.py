"""What the programme says in an area on a day: `match.yaml` with its values, and `employment.yaml`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.clauses import grants
from gongyou.credentials.definitions import Recognition
from gongyou.credentials.recognition import recognition_map
from gongyou.engines.employment.definitions import EmploymentRules
from gongyou.kernel import catalogue
from gongyou.kernel.installation import installed
from gongyou.matching.rulebook import Rulebook, load_rulebook

FILE = "employment.yaml"


@lru_cache(maxsize=64)
def _rulebook(root: Path, area: str, on: date, recognised: str | None, _stamp: int) -> Rulebook:
    found = None
    if recognised is not None:
        found = grants(recognition_map(catalogue.read_as(recognised, Recognition), area), on)
    return load_rulebook(root, programme_name(), area, on, found)


def _recognised(area: str) -> str | None:
    """The hash of the recognition map published for the area or the nearest above it."""
    codes = dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000"))
    found = (catalogue.current_hash("recognition", code) for code in codes)
    return next((hash for hash in found if hash is not None), None)


def rulebook_of(area: str, on: date) -> Rulebook:
    """The rulebook as it lies in the folder of packs, read again when its files change, with the recognition map that is
    published for the area: what a certificate counts for on that day. Raises Refusal."""
    root = installed().packs_dir
    return _rulebook(root, area, on, _recognised(area), _stamp(root))


def employment_rules() -> EmploymentRules:
    """Raises Refusal where no programme says how."""
    root = installed().packs_dir
    return _rules(root, _stamp(root))


def programme_name() -> str:
    """The programme that has `employment.yaml` (one a site: its areas differ by values). Raises Refusal."""
    found = sorted(path.parent.name for path in installed().packs_dir.glob(f"programmes/*/{FILE}"))
    if len(found) != 1:
        raise Refusal(
            "employment_programme",
            says("规则包里应当有且只有一个项目写有 {file}，现在有{count}个。"),
            says("请系统管理员核对规则包。"),
            file=FILE,
            count=len(found),
        )
    return found[0]


@lru_cache(maxsize=4)
def _rules(root: Path, _stamp: int) -> EmploymentRules:
    return read_yaml(root / "programmes" / programme_name() / FILE, EmploymentRules)


def _stamp(root: Path) -> int:
    files = [*root.glob(f"programmes/{programme_name()}/*.yaml"), *root.glob("areas/*/values/*.yaml")]
    return max(path.stat().st_mtime_ns for path in files)
