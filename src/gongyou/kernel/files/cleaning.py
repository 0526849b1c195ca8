"""From what somebody uploaded to what is kept: type by content, no place and camera data, no bombs, no torsos."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from io import BytesIO

import filetype
from PIL import Image, ImageOps

from gongyou.basics.refusal import Refusal, says

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_SIDE = 2560
"""Pixels of the longer side: a page of handwriting stays readable, a phone's photo shrinks to a tenth."""

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# The sniffer's names → ours.
SOUND_AND_FILM = {
    "audio/amr": "audio/amr",
    "audio/mpeg": "audio/mpeg",
    "audio/mp4": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "video/mp4": "video/mp4",
    "video/webm": "video/webm",  # what browsers on phones record voice as
}
PDF = "application/pdf"
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    PDF: ".pdf",
}
LEAST_BYTES = 32
ISO_6709 = re.compile(rb"[+-]\d{2}\.\d{2,8}[+-]\d{3}\.\d{2,8}")
"""A place on earth as phones write it into films and recordings."""


@dataclass(frozen=True)
class Clean:
    """Content that may be kept."""

    content: bytes
    media_type: str


def clean(content: bytes) -> Clean:
    """What is kept of an upload. Raises Refusal with a sentence for everything that can't be kept."""
    if not content:
        raise Refusal("file_empty", says("这个文件是空的。"), says("请重新选择文件。"), field="file")
    if len(content) > MAX_BYTES:
        raise Refusal(
            "file_too_large",
            says("文件有{size_mb} MB，超过了{limit_mb} MB的上限。"),
            says("请压缩后再传，或分成几个文件。"),
            field="file",
            status=413,
            size_mb=-(-len(content) * 10 // (1024 * 1024)) / 10,
            limit_mb=MAX_BYTES // (1024 * 1024),
        )
    kind = filetype.guess(content)
    sniffed = kind.mime if kind else ""
    if sniffed in PICTURES or sniffed == "image/apng":
        return _clean_picture(content, "image/png" if sniffed == "image/apng" else sniffed)
    if sniffed == PDF:
        return _clean_pdf(content)
    if sniffed in SOUND_AND_FILM:
        return _clean_recording(content, SOUND_AND_FILM[sniffed])
    raise _unknown(sniffed)


def _unknown(sniffed: str) -> Refusal:
    if sniffed in {"image/heic", "image/avif"}:
        return Refusal(
            "file_picture_format",
            says("暂不支持HEIC格式的照片。"),
            says("请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或截图后上传。"),
            field="file",
            status=415,
        )
    return Refusal(
        "file_type",
        says("无法识别或不支持这种文件。"),
        says("可以上传照片（JPG、PNG、WebP）、PDF、录音（AMR、MP3、M4A、WAV）和MP4短视频。"),
        field="file",
        status=415,
    )


def _broken() -> Refusal:
    return Refusal(
        "file_broken",
        says("文件不完整或已损坏，打不开。"),
        says("请重新拍摄或导出后再传；网络不好时请换个地方重试。"),
        field="file",
    )


def _clean_picture(content: bytes, media_type: str) -> Clean:
    form = PICTURES[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(BytesIO(content), formats=[form])
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels()
        if form == "JPEG":
            picture.draft(None, (MAX_SIDE, MAX_SIDE))  # decodes large photos at a fraction of their size
        picture.load()
        picture = _bare(ImageOps.exif_transpose(picture), form)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _broken() from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    kept = BytesIO()
    picture.save(kept, format=form, **({} if form == "PNG" else {"quality": 88}))
    return Clean(kept.getvalue(), media_type)


def _bare(picture: Image.Image, form: str) -> Image.Image:
    """Pixels alone: no EXIF, no place, no comment, no thumbnail of what was cropped away."""
    if form == "JPEG":
        bare = picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    elif picture.mode in {"P", "LA", "PA"} or "transparency" in picture.info:
        bare = picture.convert("RGBA")
    else:
        bare = picture if picture.mode in {"1", "L", "RGB", "RGBA"} else picture.convert("RGB")
    bare = bare.copy()
    bare.info = {}
    return bare


def _too_many_pixels() -> Refusal:
    return Refusal(
        "file_pixels",
        says("这张图片的像素过多，无法处理。"),
        says("请用手机相机直接拍摄，或缩小后再传。"),
        field="file",
        status=413,
    )


def _clean_pdf(content: bytes) -> Clean:
    if b"%%EOF" not in content[-2048:]:
        raise _broken()
    return Clean(content, PDF)


def _clean_recording(content: bytes, media_type: str) -> Clean:
    if len(content) < LEAST_BYTES:
        raise _broken()
    if media_type == "audio/wav":
        _check_wav(content)
    if media_type in {"audio/mp4", "video/mp4"}:
        content = _without_place(content)
    return Clean(content, media_type)


def _check_wav(content: bytes) -> None:
    told = int.from_bytes(content[4:8], "little")
    # Recorders that stream write 0 or all ones because they don't know the length yet.
    if told not in {0, 0xFFFFFFFF} and told + 8 > len(content) + 1:
        raise _broken()


def _without_place(content: bytes) -> bytes:
    """The same film with zeros where its index (moov) says where it was taken; ISO/IEC 14496-12 boxes."""
    place, moov = 0, None
    while place < len(content):
        size = _box_size(content, place)
        if size < 8 or place + size > len(content):
            raise _broken()
        if content[place + 4 : place + 8] == b"moov":
            moov = (place, place + size)
        place += size
    if moov is None:
        raise _broken()
    start, end = moov
    bare = ISO_6709.sub(lambda found: re.sub(rb"\d", b"0", found[0]), content[start:end])
    return content[:start] + bare + content[end:]


def _box_size(content: bytes, place: int) -> int:
    size = int.from_bytes(content[place : place + 4], "big")
    if size == 0:
        return len(content) - place  # the last box reaches to the end
    if size == 1:
        return int.from_bytes(content[place + 8 : place + 16], "big")
    return size
