"""What the programme says in an area on a day: `match.yaml` with its values, and `employment.yaml`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment.definitions import EmploymentRules
from gongyou.kernel.installation import installed
from gongyou.matching.rulebook import Rulebook, load_rulebook

FILE = "employment.yaml"


@lru_cache(maxsize=64)
def _rulebook(root: Path, area: str, on: date, _stamp: int) -> Rulebook:
    return load_rulebook(root, programme_name(), area, on)


def rulebook_of(area: str, on: date) -> Rulebook:
    """The rulebook as it lies in the folder of packs; read again when its files change. Raises Refusal."""
    root = installed().packs_dir
    return _rulebook(root, area, on, _stamp(root))


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
