"""Publishing packs: the catalogue keeps every content for ever, the newest is in force."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act, action
from gongyou.packkit.releases import Release


@dataclass(frozen=True)
class Publication:
    """One content in force after publishing. `is_new`: it changed something."""

    kind: str
    name: str
    number: int
    hash: str
    is_new: bool


@action("packs.publish", right="packs.publish", answers=tuple[Publication, ...])
def publish_releases(act: Act, *, releases: tuple[Release, ...]) -> tuple[Publication, ...]:
    """Publish checked contents (`releases.releases`) together; what is in force already stays as it is."""
    act.about("packs")
    found = []
    for release in releases:
        before = catalogue.current(release.kind, release.name)
        published = catalogue.publish(act, kind=release.kind, name=release.name, content=release.content)
        is_new = before is None or before.number != published.number
        found.append(Publication(release.kind, release.name, published.number, published.hash, is_new))
    return tuple(found)
