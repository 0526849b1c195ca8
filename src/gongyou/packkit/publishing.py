"""Packs from a folder into the database: check, import the calendars, publish programmes and areas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices.queries.calendars import forget_keys
from gongyou.offices.services import import_calendar
from gongyou.packkit import texts
from gongyou.packkit.loader import Packs
from gongyou.packkit.releases import checked, releases_of
from gongyou.packkit.services import Publication, publish_releases


@dataclass(frozen=True)
class Installed:
    """What `install_packs` brought in: calendar editions by name, publications."""

    calendars: tuple[str, ...]
    publications: tuple[Publication, ...]


def publish_all(actor: Actor, root: Path) -> tuple[Publication, ...]:
    """Publish every programme and area below `root` as of today. Raises PacksRefused, NotAllowed."""
    return _publish(actor, checked(root))


def publish_area(actor: Actor, root: Path, code: str) -> tuple[Publication, ...]:
    """Publish one area and what it runs. Raises NotFound, PacksRefused, NotAllowed."""
    found = releases_of(checked(root), moment.today(), only_area=code)
    if not found:
        raise NotFound(says("没有地区“{area}”的规则包。"), area=code)
    published = publish_releases(actor, releases=found)
    _forget()
    return published


def install_packs(actor: Actor, root: Path) -> Installed:
    """For a new installation or a new release: calendars first, so that every date can be computed, then packs.

    Harmless to repeat. Raises PacksRefused before anything is written.
    """
    return install_checked(actor, checked(root))


def install_checked(actor: Actor, packs: Packs) -> Installed:
    """`install_packs` for packs that were read and checked already. Raises NotAllowed."""
    names = []
    for path in sorted((packs.root / "calendars").glob("*.yaml")):
        content = path.read_text(encoding="utf-8-sig")
        import_calendar(actor, name=path.name, content=content, source="")  # the edition names its source
        names.append(path.stem)
    return Installed(tuple(names), _publish(actor, packs))


def _publish(actor: Actor, packs: Packs) -> tuple[Publication, ...]:
    published = publish_releases(actor, releases=releases_of(packs, moment.today()))
    _forget()
    return published


def _forget() -> None:
    """What this process remembers of packs is looked up again."""
    texts.forget()
    forget_keys()
