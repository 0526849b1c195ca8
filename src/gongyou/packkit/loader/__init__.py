"""Reading packs from their folder: YAML with lines → frozen definitions, every mistake a sentence."""

from gongyou.packkit.loader.document import Document, Keys, dotted, read_document
from gongyou.packkit.loader.packs import (
    AreaPack,
    ExampleFile,
    LocalRules,
    Overlay,
    Packs,
    ProgrammePack,
    load_areas,
    load_packs,
)
from gongyou.packkit.loader.typed import read_as, suggestion

__all__ = [
    "AreaPack",
    "Document",
    "ExampleFile",
    "Keys",
    "LocalRules",
    "Overlay",
    "Packs",
    "ProgrammePack",
    "dotted",
    "load_areas",
    "load_packs",
    "read_as",
    "read_document",
    "suggestion",
]
