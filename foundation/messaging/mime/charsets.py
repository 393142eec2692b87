"""Bytes to text, as Chinese mail really is: the label is often wrong, narrow or missing."""

import re
import unicodedata

GB = "gb18030"
# Every older name is a subset: mail labelled gb2312 uses characters that only gb18030 has.
LABELS = {
    **dict.fromkeys(
        [
            *("gb2312", "gb_2312", "gb_2312-80", "gb2312-80", "csgb2312", "euc-cn", "euccn"),
            *("gbk", "x-gbk", "cn-gb", "gb", "x-gb", "cp936", "ms936", "windows-936", "csgbk"),
            *("gb18030", "gb-18030", "gb18030-2000", "gb18030-2005", "gb18030-2022"),
        ],
        GB,
    ),
    **dict.fromkeys(["big5", "big-5", "cn-big5", "x-big5", "big5-hkscs", "big5hkscs"], "big5hkscs"),
    **dict.fromkeys(["cp950", "ms950", "windows-950"], "cp950"),
    **dict.fromkeys(["hz", "hz-gb-2312", "hz-gb2312", "x-hz"], "hz"),
    **dict.fromkeys(["utf8", "utf-8", "unicode-1-1-utf-8", "x-utf-8"], "utf-8"),
    **dict.fromkeys(["utf-7", "unicode-1-1-utf-7"], "utf-7"),
    **dict.fromkeys(["utf-16", "utf-16le", "utf-16be"], "utf-16"),
    **dict.fromkeys(["iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252"], "cp1252"),
}
# Codecs of Python that are no character sets (zip, rot13 …) must not be reached by a label.
KNOWN = re.compile(r"(iso-?8859-\d+|windows-125\d|cp125\d|koi8-[ru]|shift_?jis|euc-jp|euc-kr)")
KNOWN_2022 = re.compile(r"iso-2022-(jp|kr)")
BOMS = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]
CHINESE = re.compile(r"[\u2000-\u206f\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]*")


def codec(label: str) -> str | None:
    """The codec that reads a charset label, or None for one that says nothing."""
    name = re.sub(r"[\s\"'<>;]", "", label.lower()).partition("*")[0]
    if name in LABELS:
        return LABELS[name]
    return name if KNOWN.fullmatch(name) or KNOWN_2022.fullmatch(name) else None


def decode(data: bytes, label: str = "") -> str:
    """The text of `data`; never raises. Follows a label that fits, else utf-8, else gb18030."""
    is_plain = data.isascii() and b"\x1b" not in data
    if is_plain and codec(label) not in {"hz", "utf-7", "utf-16"}:
        return data.decode("ascii")
    for bom, name in BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace")
    name = codec(label)
    if name in {GB, "cp1252"} and _is_really_utf8(data):
        name = "utf-8"
    for candidate in [name, "utf-8", GB]:
        if candidate and (text := _fits(data, candidate)) is not None:
            return text
    return data.decode(name or GB, "replace")


def _fits(data: bytes, name: str) -> str | None:
    """The text, allowing for a few damaged or cut-off characters in utf-8."""
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        if name != "utf-8":
            return None
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    sound = sum(ord(character) > 127 for character in text) - damaged
    return text if sound >= 10 * damaged else None


def _is_really_utf8(data: bytes) -> bool:
    """Mail labelled with an old name that a later system wrote in utf-8."""
    try:
        wide = [character for character in data.decode("utf-8") if ord(character) > 127]
    except UnicodeDecodeError:
        return False
    return len(wide) > 1 and CHINESE.fullmatch("".join(wide)) is not None


def visible(character: str) -> bool:
    """Whether a character may be kept: no control, direction or half character. Rare and private
    ones stay, for names use them, and so does the joiner of compound emoji."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs"} or character == "\u200d"
