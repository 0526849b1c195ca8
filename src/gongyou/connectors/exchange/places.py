"""Where a file is to be written: said before any work is done, not after."""

from __future__ import annotations

import os
from pathlib import Path

from gongyou.basics.refusal import Refusal, says


def check_folder(out: Path) -> None:
    """Raises Refusal where `out` can't be written: no such folder, no right, or a folder of that name."""
    if out.is_dir():
        raise Refusal("out_folder", says("“{out}”是文件夹。"), says("请写明文件名。"), field="out", out=out)
    if not out.parent.is_dir():
        raise Refusal(
            "no_folder",
            says("没有文件夹“{folder}”。"),
            says("请先建立，或换一个位置。"),
            field="out",
            folder=out.parent,
        )
    if not os.access(out.parent, os.W_OK):
        raise Refusal(
            "closed_folder",
            says("文件夹“{folder}”不能写入。"),
            says("请换一个位置。"),
            field="out",
            folder=out.parent,
        )
