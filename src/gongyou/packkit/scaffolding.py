"""`packs new`: a small complete pack with comments. Put in the names and it passes `packs check`."""

from __future__ import annotations

import re
from pathlib import Path

from gongyou.basics.refusal import Refusal, says
from gongyou.packkit.loader import load_packs

_SKELETON = Path(__file__).parent / "skeleton"
_PROGRAMME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE = re.compile(r"[0-9]{6}")


def new_programme(root: Path, programme_id: str) -> tuple[Path, ...]:
    """Write the skeleton of a programme below `root`; returns its files. Raises Refusal."""
    if not _PROGRAMME.fullmatch(programme_id) or len(programme_id) > 46:
        raise Refusal(
            "pack_name",
            says("“{name}”不能作名称。"),
            says("只用小写字母、数字和短横线，例如 my-programme，不超过46个字符。"),
            field="id",
            name=programme_id,
        )
    return _write(root / "programmes" / programme_id, "programme", {"PROGRAMME": programme_id})


def new_area(root: Path, code: str) -> tuple[Path, ...]:
    """Write the skeleton of an area below `root`, running the programmes that are there; returns its files."""
    if not _CODE.fullmatch(code):
        raise Refusal(
            "area_code",
            says("“{area}”不是6位地区代码。"),
            says("请按 GB/T 2260 填写，例如 123456。"),
            field="code",
            area=code,
        )
    packs, _ = load_packs(root)
    names = ", ".join(pack.id for pack in packs.programmes)
    return _write(root / "areas" / code, "area", {"CODE": code, "PROGRAMMES": names})


def _write(folder: Path, skeleton: str, names: dict[str, str]) -> tuple[Path, ...]:
    if folder.exists():
        raise Refusal(
            "pack_exists",
            says("{folder} 已经有了，没有改动。"),
            says("请换一个名称，或直接修改原有文件。"),
            field="id",
            folder=str(folder),
        )
    written = []
    source = _SKELETON / skeleton
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        for name, value in names.items():
            text = text.replace(f"@{name}@", value)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return tuple(written)
