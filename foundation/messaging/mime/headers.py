"""Headers: encoded words, raw 8-bit text, parameters and addresses, as they really arrive."""

import base64
import binascii
import quopri
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from urllib.parse import unquote_to_bytes

from foundation.messaging.mime.charsets import decode, visible

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
ADDRESS = re.compile(r"[^\s<>\"',;:()]{1,64}@[A-Za-z0-9.-]{1,190}")
PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


def raw(part: Message, name: str) -> str:
    """A header's first value, unfolded, 8-bit bytes still as surrogates; "" without one."""
    return next(iter(every(part, name)), "").strip()


def every(part: Message, name: str) -> list[str]:
    # Not get_all(): it replaces 8-bit bytes by question marks.
    values = [str(value) for key, value in part.raw_items() if key.lower() == name.lower()]
    return [re.sub(r"[\r\n]+[ \t]*", " ", value) for value in values]


def eight_bit(value: str) -> str:
    """Raw bytes that a parser kept as surrogates, decoded."""
    return decode(value.encode("utf-8", "surrogateescape")) if not value.isascii() else value


def text(value: str) -> str:
    """A header value as a person reads it."""
    return tidy(words(eight_bit(value)))


def words(value: str) -> str:
    """RFC 2047 words decoded; neighbours of one charset are joined first, for they may have been
    split inside a character."""
    out, end, run = [], 0, []
    for found in WORD.finditer(value):
        between = value[end : found.start()]
        if between.strip() or not run:
            out += [_joined(run), between]
            run = []
        run.append(found.groups())
        end = found.end()
    return "".join([*out, _joined(run), value[end:]])


def _joined(run: list[tuple[str, str, str]]) -> str:
    return "".join(
        decode(_bytes(list(group)), charset)
        for charset, group in groupby(run, key=lambda word: word[0].lower().partition("*")[0])
    )


def _bytes(group: list[tuple[str, str, str]]) -> bytes:
    """Words of one charset; base64 cut at an odd place is joined before it is decoded."""
    data = b""
    for kind, same in groupby(group, key=lambda word: word[1].lower()):
        payloads = [payload for _, _, payload in same]
        if kind == "q":
            data += b"".join(_quoted(payload) for payload in payloads)
        elif all(len(payload.strip()) % 4 == 0 for payload in payloads):
            data += b"".join(_base64(payload) for payload in payloads)
        else:
            data += _base64("".join(payload.rstrip("= ") for payload in payloads))
    return data


def _quoted(payload: str) -> bytes:
    return quopri.decodestring(payload.encode("utf-8", "replace"), header=True)


def _base64(payload: str) -> bytes:
    digits = re.sub(r"[^A-Za-z0-9+/]", "", payload)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4))
    except (binascii.Error, ValueError):
        return b""


def tidy(value: str) -> str:
    """One line without control or direction characters, storable in any database."""
    kept = "".join(c if visible(c) else " " if c.isspace() else "" for c in value)
    return " ".join(kept.split())


def addresses(values: list[str]) -> list[tuple[str, str]]:
    """[(name, address)]; a broken header still gives the addresses that can be seen in it."""
    found = []
    for value in values:
        good = [pair for pair in _named(eight_bit(value)) if ADDRESS.fullmatch(pair[1])]
        seen = ADDRESS.findall(tidy(words(eight_bit(value))))
        found += good or [("", address) for address in seen]
    return found


def _named(value: str) -> list[tuple[str, str]]:
    try:
        return [(text(name), tidy(address)) for name, address in getaddresses([value])]
    except RecursionError:
        return []


def parameters(value: str) -> dict[str, str]:
    """{name: text} of a Content-Type or Content-Disposition: RFC 2231, RFC 2047 or raw bytes."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, content in PARAMETER.findall(eight_bit(value)):
        section = SECTION.fullmatch(name.lower())
        if section:
            order = (int(section[2] or 0), bool(section[3]), _unquoted(content))
            pieces.setdefault(section[1].strip(), []).append(order)
    return {name: _assembled(sorted(found)) for name, found in pieces.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return value


def _assembled(sections: list[tuple[int, bool, str]]) -> str:
    """A parameter's sections; `charset'language'` stands at the first one that is percent-coded."""
    charset, data, is_coded = "", b"", any(coded for _, coded, _ in sections)
    if not is_coded:
        return _plain("".join(content for _, _, content in sections))
    for _, coded, content in sections:
        if coded and not data and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        as_bytes = content.encode("utf-8", "replace")
        data += unquote_to_bytes(as_bytes) if coded else as_bytes
    return decode(data, charset)


def _plain(value: str) -> str:
    if WORD.search(value):
        return words(value)
    if re.search(r"%[89A-Fa-f][0-9A-Fa-f]", value):
        return decode(unquote_to_bytes(value.encode("utf-8", "replace")))
    return value


def date(value: str) -> datetime | None:
    """An aware moment, or None for a date that is missing or impossible."""
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
