"""The recognition map: names that exist, and no way by which a level could become a permit."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.credentials.recognition import flaws, merged
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import AreaPack, Packs
from gongyou.packkit.resolving import chain_of

RECOGNITION = "recognition"


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.recognition is not None:
            document = pack.documents[RECOGNITION]
            for flaw in flaws(pack.recognition):
                yield document.finding(flaw.code, flaw.message, flaw.at, **flaw.params)
        elif "skills" in pack.head.rooms:
            message = says("用到技能（skills），却没有 recognition.yaml。")
            yield pack.documents["programme"].finding("ids.room", message, ("rooms",))
    for area in packs.areas:
        yield from _area(packs, area)


def _area(packs: Packs, area: AreaPack) -> Iterator[Finding]:
    """Together with what stands above it: an area must not open by two lines what one line may not."""
    if area.recognition is None:
        return
    above = [p.recognition for p in packs.programmes if p.recognition is not None]
    above += [a.recognition for a in reversed(chain_of(packs, area.code)) if a.recognition and a != area]
    clean = {str((f.code, f.params)) for f in flaws(merged(above))}
    for flaw in flaws(merged([*above, area.recognition])):
        if str((flaw.code, flaw.params)) not in clean:
            document = area.documents[RECOGNITION]
            yield document.finding(flaw.code, flaw.message, (str(flaw.at[0]),), **flaw.params)
