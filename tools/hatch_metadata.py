"""The wheel's dependencies are requirements/base.in, written once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class CustomMetadataHook(MetadataHookInterface):
    def update(self, metadata: dict[str, object]) -> None:
        lines = (Path(self.root) / "requirements" / "base.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [
            line for line in lines if line and not line.startswith(("#", "hatchling", "editables"))
        ]
