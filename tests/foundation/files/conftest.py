"""Files made here byte by byte, as cameras, offices and phones make them."""

import io
import struct
import zipfile

import pytest
from PIL import Image


def picture(kind: str, size=(8, 6), **rest) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **rest)
    return out.getvalue()


def package(*names: str) -> bytes:
    """A zip archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return out.getvalue()


def boxed(brand: bytes) -> bytes:
    """The beginning of a video or HEIC file: its `ftyp` box."""
    return (
        struct.pack(">I", 24) + b"ftyp" + brand + b"\x00\x00\x02\x00" + b"isommp42" + b"\x00" * 40
    )


def bomb() -> bytes:
    """A small PNG that says it is 30,000 by 30,000."""
    good = picture("PNG")
    import zlib

    head = struct.pack(">II", 30_000, 30_000) + good[24:29]
    return good[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + good[33:]


OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
PPTX = package("[Content_Types].xml", "ppt/presentation.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"

GOOD = [
    # name, content, type
    ("leak.jpg", picture("JPEG"), "image/jpeg"),
    ("漏水.JPEG", picture("JPEG"), "image/jpeg"),
    ("panel.png", picture("PNG"), "image/png"),
    ("spin.gif", picture("GIF"), "image/gif"),
    ("label.webp", picture("WEBP"), "image/webp"),
    ("phone.heic", boxed(b"heic"), "image/heic"),
    ("phone.heif", boxed(b"mif1"), "image/heic"),
    ("invoice.pdf", PDF, "application/pdf"),
    ("letter.docx", DOCX, OFFICE + "wordprocessingml.document"),
    ("list.xlsx", XLSX, OFFICE + "spreadsheetml.sheet"),
    ("deck.pptx", PPTX, OFFICE + "presentationml.presentation"),
    ("old.doc", OLE, "application/msword"),
    ("old.xls", OLE, "application/vnd.ms-excel"),
    ("old.ppt", OLE, "application/vnd.ms-powerpoint"),
    ("all.zip", package("a.txt"), "application/zip"),
    ("error.log", "E04 进水超时\n".encode(), "text/plain"),
    ("note.txt", "你好".encode("gb18030"), "text/plain"),
    ("parts.csv", b"code,name\nP-1,pump\n", "text/csv"),
    ("noise.mp4", boxed(b"isom"), "video/mp4"),
    ("noise.mov", boxed(b"qt  "), "video/quicktime"),
    ("voice.m4a", boxed(b"M4A "), "video/mp4"),
    ("voice.mp3", b"ID3\x03\x00" + b"\x00" * 64, "audio/mpeg"),
    ("voice.amr", b"#!AMR\n" + b"\x00" * 64, "audio/amr"),
]
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 120 + b"PE\x00\x00"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
BAD = [
    # name, content
    ("page.jpg", HTML),
    ("page.html", HTML),
    ("page.pdf", HTML),
    ("drawing.svg", SVG),
    ("drawing.png", SVG),
    ("drawing.svg", picture("PNG")),
    ("setup.exe", EXE),
    ("setup.png", EXE),
    ("setup.txt", EXE),
    ("setup.jpg.exe", picture("JPEG")),
    ("run.sh", b"#!/bin/sh\nrm -rf ~\n"),
    ("run.js", b"alert(1)"),
    ("photo.png", picture("JPEG")),
    ("photo.jpg", picture("PNG")),
    ("photo.pdf", picture("JPEG")),
    ("photo", picture("JPEG")),
    ("photo.", picture("JPEG")),
    (".jpg", HTML),
    ("letter.docx", PDF),
    ("letter.docx", OLE),
    ("letter.docx", package("evil.exe")),
    ("letter.docx", XLSX),
    ("table.xlsx", package("word/document.xml")),
    ("macro.docm", DOCX),
    ("app.jar", package("META-INF/MANIFEST.MF")),
    ("app.apk", package("classes.dex")),
    # Begin like a picture, and are none.
    ("cut.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 40),
    ("cut.png", picture("PNG")[:20]),
    ("script.gif", b"GIF89a/*" + HTML),
    ("script.jpg", b"\xff\xd8\xff" + HTML),
    ("sound.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
    ("none.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 "),
    ("bomb.png", bomb()),
]


def named(rows):
    return [pytest.param(*row, id=f"{number}-{row[0]}") for number, row in enumerate(rows)]
