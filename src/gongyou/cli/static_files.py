"""Style sheets, scripts and icons: collected once per version, before the first page is served."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

from gongyou import __version__


def collect(stamp: Path) -> bool:
    """Collect what pages ask for, unless `stamp` says these very files stand there already. True: collected.

    Where files are served from the tree (demo, tests) there is nothing to collect.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return False
    place = Path(staticfiles_storage.location)
    wanted = f"{place} {_digest()}"
    has_manifest = (place / staticfiles_storage.manifest_name).is_file()
    if has_manifest and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=place.is_dir())
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _digest() -> str:
    """Of version, names, sizes and times: reading every font at every start would take longer than serving."""
    summary = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            state = Path(storage.path(name)).stat()
            summary.update(f"\0{name}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return summary.hexdigest()
