"""What may be kept of an upload, and what is left of it."""

from __future__ import annotations

import io
import wave

import pytest
from PIL import Image

from gongyou.basics.refusal import Refusal
from gongyou.kernel.files import MAX_BYTES
from gongyou.kernel.files.cleaning import clean

PDF = b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 4 + b"trailer <<>>\n%%EOF\n"


def picture(form="JPEG", size=(60, 40), mode="RGB", **more):
    image = Image.new(mode, size, "red" if mode in {"RGB", "RGBA"} else 1)
    kept = io.BytesIO()
    image.save(kept, form, **more)
    return kept.getvalue()


def photo_with_place(**more):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 4.0, 12.3)})
    return picture(exif=exif, comment=b"hidden comment", **more)


def sound():
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 800)
    return kept.getvalue()


def box(kind, content):
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def film(brand=b"isom", place=b"\xa9xyz+35.0712+116.3109/"):
    return (
        box(b"ftyp", brand + b"\0\0\2\0" + brand)
        + box(b"mdat", b"\x01+35.0712+116.3109 is picture data here")
        + box(b"moov", box(b"mvhd", b"\0" * 24) + box(b"udta", place))
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture(), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("PNG", mode="RGBA"), "image/png"),
        (picture("PNG", mode="P"), "image/png"),
        (picture("PNG", mode="1"), "image/png"),
        (picture("PNG", mode="I;16"), "image/png"),
        (picture("JPEG", mode="L"), "image/jpeg"),
        (picture("JPEG", mode="CMYK"), "image/jpeg"),
        (PDF, "application/pdf"),
        (sound(), "audio/wav"),
        (film(), "video/mp4"),
        (film(b"M4A "), "audio/mp4"),
        (b"#!AMR\n" + b"\x3c" * 64, "audio/amr"),
        (b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 40, "audio/mpeg"),
    ],
)
def test_known_kinds_are_kept(content, media_type):
    kept = clean(content)
    assert kept.media_type == media_type
    if media_type.startswith("image/"):
        Image.open(io.BytesIO(kept.content)).verify()


def test_a_photo_loses_place_camera_and_comment_and_is_turned():
    dirty = photo_with_place()
    assert b"SecretPhone" in dirty
    kept = clean(dirty).content
    image = Image.open(io.BytesIO(kept))
    assert dict(image.getexif()) == {}
    assert b"SecretPhone" not in kept
    assert b"hidden comment" not in kept
    assert image.size == (40, 60)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_lose_their_data_too(form):
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    assert b"SecretPhone" not in clean(picture(form, exif=exif)).content


@pytest.mark.parametrize(
    ("size", "kept"), [((5120, 1280), (2560, 640)), ((100, 3000), (85, 2560)), ((2560, 10), (2560, 10))]
)
def test_large_photos_are_scaled_down(size, kept):
    assert Image.open(io.BytesIO(clean(picture(size=size)).content)).size == kept


def test_a_film_forgets_where_it_was_taken_and_nothing_else():
    dirty = film()
    kept = clean(dirty).content
    assert len(kept) == len(dirty)
    assert b"\xa9xyz+00.0000+000.0000/" in kept
    assert b"+35.0712+116.3109 is picture data" in kept


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "file_empty", "空的"),
        (b"hello", "file_type", "不支持"),
        (b"MZ" + b"\0" * 100, "file_type", "不支持"),
        (b"PK\x03\x04" + b"\0" * 100, "file_type", "不支持"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type", "不支持"),
        (b"<html><script>alert(1)</script>", "file_type", "不支持"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "file_picture_format", "HEIC"),
        (picture()[:200], "file_broken", "不完整"),
        (picture("PNG", size=(300, 300))[:100], "file_broken", "不完整"),
        (PDF[:-8], "file_broken", "不完整"),
        (sound()[:400], "file_broken", "不完整"),
        (film()[:-10], "file_broken", "不完整"),
        (box(b"ftyp", b"isom\0\0\2\0isom") + box(b"mdat", b"x"), "file_broken", "不完整"),
        (box(b"ftyp", b"isom\0\0\2\0isom") + b"\0\0\0\4free", "file_broken", "不完整"),
        (b"#!AMR\n" + b"\x3c" * 8, "file_broken", "不完整"),
        (picture("GIF"), "file_type", "不支持"),
    ],
)
def test_what_cannot_be_kept_is_a_sentence(content, code, words):
    with pytest.raises(Refusal) as refusal:
        clean(content)
    assert refusal.value.code == code
    assert words in refusal.value.sentence()
    assert refusal.value.field == "file"


def test_a_large_file_is_refused_with_its_size_and_the_limit():
    with pytest.raises(Refusal) as refusal:
        clean(b"\0" * (MAX_BYTES + 1))
    assert refusal.value.sentence().startswith("文件有10.1 MB，超过了10 MB的上限。")
    clean(PDF.replace(b"trailer", b" " * (MAX_BYTES - len(PDF)) + b"trailer"))


def test_a_decompression_bomb_is_refused_before_it_unpacks():
    bomb = picture("PNG", size=(9000, 9000), mode="1")
    assert len(bomb) < 50_000
    with pytest.raises(Refusal) as refusal:
        clean(bomb)
    assert refusal.value.code == "file_pixels"
