"""What a file really is, judged by its first bytes and never by its name."""

import re
import unicodedata

SIGNATURES = [
    (b"\xff\xd8\xff", "image/jpeg", {"jpg", "jpeg"}),
    (b"\x89PNG\r\n\x1a\n", "image/png", {"png"}),
    (b"GIF87a", "image/gif", {"gif"}),
    (b"GIF89a", "image/gif", {"gif"}),
    (b"%PDF-", "application/pdf", {"pdf"}),
    (b"PK\x03\x04", "application/zip", {"zip", "docx", "xlsx", "pptx"}),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage", {"doc", "xls", "ppt"}),
    (b"ID3", "audio/mpeg", {"mp3"}),
    (b"#!AMR", "audio/amr", {"amr"}),
]
OFFICE = "application/vnd.openxmlformats-officedocument."
BY_EXTENSION = {
    "docx": OFFICE + "wordprocessingml.document",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "pptx": OFFICE + "presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
# The folder inside the package that makes it what its name says.
OFFICE_FOLDER = {
    BY_EXTENSION["docx"]: "word/",
    BY_EXTENSION["xlsx"]: "xl/",
    BY_EXTENSION["pptx"]: "ppt/",
}
FTYP = {
    "heic": ("image/heic", {"heic", "heif"}),
    "heix": ("image/heic", {"heic", "heif"}),
    "mif1": ("image/heic", {"heic", "heif"}),
    "qt  ": ("video/quicktime", {"mov"}),
}
TEXT_EXTENSIONS = {"txt": "text/plain", "log": "text/plain", "csv": "text/csv"}
ACCEPTED = (
    ".jpg,.jpeg,.png,.gif,.webp,.heic,.pdf,.docx,.xlsx,.txt,.log,.csv,.zip,.mp4,.mov,.m4a,.mp3,.amr"
)


def clean_name(name: str) -> str:
    """The sender's file name without paths, control or direction characters, at most 150 long."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(". ")
    name = re.sub(r'[<>:"|?*]', "_", name) or "file"
    stem, dot, end = name.rpartition(".")
    if len(name) > 150 and dot and len(end) <= 20:
        return f"{stem[: 149 - len(end)]}.{end}"
    return name[:150].rstrip(". ")


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type(head: bytes, name: str) -> str | None:
    """The type of a file from its first 512 bytes, or None where name and content disagree.

    Only types that a service department exchanges are known; everything else (programs, HTML,
    SVG, scripts) answers None and is refused.
    """
    end = ending(name)
    for start, kind, endings in SIGNATURES:
        if head.startswith(start):
            return BY_EXTENSION.get(end, kind) if end in endings else None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp" if end == "webp" else None
    if head[4:8] == b"ftyp":
        kind, endings = FTYP.get(head[8:12].decode("latin-1"), ("video/mp4", {"mp4", "m4a", "m4v"}))
        return kind if end in endings else None
    if end in TEXT_EXTENSIONS and b"\x00" not in head:
        return TEXT_EXTENSIONS[end]
    return None
