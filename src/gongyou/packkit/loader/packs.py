"""The packs of a folder: programmes, areas and calendars, typed, with their documents for line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.values import LocalValues, Sources, Values
from gongyou.basics.workdays import Edition, load_editions
from gongyou.credentials.definitions import Recognition
from gongyou.engines.employment.definitions import EmploymentRules
from gongyou.engines.skills.definitions import Courses
from gongyou.matching.definitions import MatchSpec
from gongyou.packkit.definitions import Area, Examples, LocalProcedures, Programme
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader.document import Document, read_document
from gongyou.packkit.loader.likeness import expand
from gongyou.packkit.loader.typed import read_as
from gongyou.policy.definitions import PolicySpec
from gongyou.registry.definitions import PartnerProgramme, ServiceCatalogue

T = TypeVar("T")


@dataclass(frozen=True)
class ExampleFile:
    document: Document
    examples: Examples


@dataclass(frozen=True)
class ProgrammePack:
    """One programme. `case` is still unresolved: its numbers may be names of values."""

    folder: str
    head: Programme
    sources: Sources
    values: Values
    case: Document | None
    examples: tuple[ExampleFile, ...]
    english: Mapping[str, str]
    documents: Mapping[str, Document]
    partners: PartnerProgramme | None = None
    services: ServiceCatalogue | None = None
    policy: PolicySpec | None = None
    """`policy.yaml`, where the programme judges by `rules.py`."""
    recognition: Recognition | None = None
    employment: EmploymentRules | None = None
    courses: Courses | None = None
    """`courses.yaml`: fused courses and their question banks."""
    match: MatchSpec | None = None

    @property
    def id(self) -> str:
        return self.head.id


@dataclass(frozen=True)
class Overlay:
    """What an area decides otherwise for one programme."""

    document: Document
    content: LocalValues


@dataclass(frozen=True)
class LocalRules:
    """Who approves, how long a list is public: what an area does otherwise for one programme."""

    document: Document
    content: LocalProcedures


@dataclass(frozen=True)
class AreaPack:
    folder: str
    head: Area
    overlays: tuple[Overlay, ...]
    procedures: tuple[LocalRules, ...]
    english: Mapping[str, str]
    documents: Mapping[str, Document]
    recognition: Recognition | None = None
    """What this area recognises besides, or otherwise."""

    @property
    def code(self) -> str:
        return self.head.code


@dataclass(frozen=True)
class Packs:
    """Everything read below `root`; what could not be read is missing here and stands in the findings."""

    root: Path
    programmes: tuple[ProgrammePack, ...]
    areas: tuple[AreaPack, ...]
    editions: tuple[Edition, ...]
    unread: frozenset[str] = frozenset()
    """Folders of programmes that are there but could not be read: what names them is not wrong for that."""

    def programme(self, programme_id: str) -> ProgrammePack | None:
        return next((pack for pack in self.programmes if pack.id == programme_id), None)

    def area(self, code: str) -> AreaPack | None:
        return next((pack for pack in self.areas if pack.code == code), None)


def load_packs(root: Path) -> tuple[Packs, list[Finding]]:
    """Read `programmes/*`, `areas/*` and `calendars/*.yaml` below `root`."""
    if not root.is_dir():
        empty = Packs(root, (), (), ())
        return empty, [Finding("file.missing", says("没有这个文件夹。"), str(root), 1)]
    shelf = _Shelf(root)
    programmes = [shelf.programme(folder) for folder in _folders(root / "programmes")]
    areas = [shelf.area(folder) for folder in _folders(root / "areas")]
    editions = shelf.editions(root / "calendars")
    read = tuple(p for p in programmes if p)
    unread = frozenset(f.name for f in _folders(root / "programmes")) - {p.id for p in read}
    return Packs(root, read, tuple(a for a in areas if a), editions, unread), shelf.findings


def load_areas(root: Path) -> tuple[Packs, list[Finding]]:
    """Areas and calendars alone: enough to compute dates, whatever state the programmes are in."""
    shelf = _Shelf(root)
    areas = tuple(a for a in (shelf.area(folder) for folder in _folders(root / "areas")) if a)
    return Packs(root, (), areas, shelf.editions(root / "calendars")), shelf.findings


def _folders(folder: Path) -> list[Path]:
    """The packs of a folder. One that holds a file `.draft` is still being written and is passed over."""
    found = (p for p in folder.glob("*") if p.is_dir() and not p.name.startswith("."))
    return sorted(p for p in found if not (p / ".draft").exists())


TYPED: Mapping[str, type] = {
    "partners": PartnerProgramme,
    "services": ServiceCatalogue,
    "policy": PolicySpec,
    "recognition": Recognition,
    "employment": EmploymentRules,
    "courses": Courses,
    "match": MatchSpec,
}
"""Files of a programme that are read into their form at once; each is an attribute of `ProgrammePack`."""
RESOLVED = ("stations", "benefits", "routes", "sanctions", "screens", "procedures")
"""Files whose names of values are filled in for an area and a day before they have their form."""
CATALOGUES = frozenset({"partners", "services"})
"""A programme can be read without them."""


@dataclass
class _Shelf:
    """Reads pack after pack and keeps what was wrong."""

    root: Path
    findings: list[Finding] = field(default_factory=list)

    def document(self, path: Path) -> Document | None:
        found, findings = read_document(path, self.root)
        self.findings += findings
        return found

    def typed(self, document: Document | None, type_: type[T]) -> T | None:
        if document is None:
            return None
        found, findings = read_as(document, type_)
        self.findings += findings
        return found

    def programme(self, folder: Path) -> ProgrammePack | None:
        documents = {
            name: self.document(folder / f"{name}.yaml") for name in ("programme", "sources", "values")
        }
        documents |= {name: self._optional(folder / f"{name}.yaml") for name in (*RESOLVED, *TYPED)}
        documents["case"] = self._case(folder / "case.yaml")
        documents["en"] = self.document(folder / "i18n" / "en.yaml")
        documents["rules_en"] = self._optional(folder / "i18n" / "rules-en.yaml")
        head = self.typed(documents["programme"], Programme)
        sources = self.typed(documents["sources"], Sources)
        values = self.typed(documents["values"], Values)
        examples = [self._examples(path) for path in sorted((folder / "cases").glob("*.yaml"))]
        english = self.typed(documents["en"], dict[str, str])
        rules_english = self.typed(documents["rules_en"], dict[str, str])
        parts: dict[str, Any] = {name: self.typed(documents[name], type_) for name, type_ in TYPED.items()}
        there = {**parts, "case": documents["case"], "procedures": documents["procedures"]}
        unread = any(
            there[name] is None and (folder / f"{name}.yaml").exists() for name in there.keys() - CATALOGUES
        ) or (documents["rules_en"] is not None and rules_english is None)
        if head is None or sources is None or values is None or english is None or unread:
            return None
        return ProgrammePack(
            folder=folder.name,
            head=head,
            sources=sources,
            values=values,
            case=documents["case"],
            examples=tuple(e for e in examples if e),
            english={**(rules_english or {}), **english},
            documents={name: document for name, document in documents.items() if document},
            **parts,
        )

    def _optional(self, path: Path) -> Document | None:
        return self.document(path) if path.exists() else None

    def _case(self, path: Path) -> Document | None:
        if not path.exists():
            return None
        found = self.document(path)
        if found is None:
            return None
        expanded, findings = expand(found)
        self.findings += findings
        return expanded

    def _examples(self, path: Path) -> ExampleFile | None:
        document = self.document(path)
        examples = self.typed(document, Examples)
        return ExampleFile(document, examples) if document and examples else None

    def area(self, folder: Path) -> AreaPack | None:
        documents = {
            "area": self.document(folder / "area.yaml"),
            "en": self.document(folder / "i18n" / "en.yaml"),
            "recognition": self._optional(folder / "recognition.yaml"),
        }
        head = self.typed(documents["area"], Area)
        recognition = self.typed(documents["recognition"], Recognition)
        english = self.typed(documents["en"], dict[str, str])
        paths = sorted((folder / "values").glob("*.yaml"))
        overlays = [self._overlay(path) for path in paths]
        rules = [self._rules(path) for path in sorted((folder / "procedures").glob("*.yaml"))]
        if head is None or english is None:
            return None
        return AreaPack(
            folder=folder.name,
            head=head,
            overlays=tuple(o for o in overlays if o),
            procedures=tuple(r for r in rules if r),
            english=english,
            documents={name: document for name, document in documents.items() if document},
            recognition=recognition,
        )

    def _overlay(self, path: Path) -> Overlay | None:
        document = self.document(path)
        content = self.typed(document, LocalValues)
        return Overlay(document, content) if document and content else None

    def _rules(self, path: Path) -> LocalRules | None:
        document = self.document(path)
        content = self.typed(document, LocalProcedures)
        return LocalRules(document, content) if document and content else None

    def editions(self, folder: Path) -> tuple[Edition, ...]:
        try:
            return load_editions(folder)
        except Refusal as refusal:
            file = str(refusal.params.get("file", "calendars"))
            line = refusal.params.get("line", 1)
            message = says("{sentence}")
            self.findings.append(
                Finding(
                    "calendar.edition",
                    message,
                    f"calendars/{file}",
                    line if isinstance(line, int) else 1,
                    "",
                    {"sentence": refusal.sentence()},
                )
            )
            return ()
