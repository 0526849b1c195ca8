"""Attachments: cleaned, content-addressed, encrypted on disk, opened with an access record, really erased."""

from gongyou.kernel.files.cleaning import MAX_BYTES
from gongyou.kernel.files.storing import (
    FileView,
    OpenFile,
    bind_files,
    erase_files,
    files_of,
    move_files,
    open_file,
    receive_file,
    store_file,
)

__all__ = [
    "MAX_BYTES",
    "FileView",
    "OpenFile",
    "bind_files",
    "erase_files",
    "files_of",
    "move_files",
    "open_file",
    "receive_file",
    "store_file",
]
