"""The words of a mail: HTML to plain text, and what was written now apart from what it quotes."""

import html
import re

import nh3

from foundation.messaging.mime.charsets import visible

LONGEST = 100_000
# Deeper or longer HTML than any letter has is stripped by pattern instead of being parsed.
MOST_HTML, MOST_TAGS = 1_000_000, 20_000
BREAKS = re.compile(r"<\s*(?:br|/p|/div|/tr|/li|/h[1-6]|/table|/blockquote|hr)\b[^<>]*>", re.I)
CELLS = re.compile(r"<\s*/t[dh]\b[^<>]*>", re.I)
TAGS = re.compile(r"<[^<>]{0,2000}>")
HIDDEN = {"script", "style", "title", "head", "template", "noscript"}
NAME = r"[^\n]{0,200}"
SEPARATOR = re.compile(
    r"^[ \t>]*-{2,}[ \t]*(?:原始邮件|原始信件|原邮件|原始郵件|回复的原邮件|回复的邮件|"
    r"Original Message|Original Mail|Ursprüngliche Nachricht)[ \t]*-{2,}",
    re.I | re.M,
)
WROTE = re.compile(
    rf"^(?:On\b{NAME}(?:\n{NAME})?\bwrote[ \t]*[:：]"
    rf"|{NAME}(?:\n{NAME})?(?:写道|寫道|来信说|编写)[ \t]*[:：])[ \t]*$",
    re.M,
)
# "The customer wrote:" is part of the story; a mail program also says when or from where.
DATED = re.compile(r"\d{1,2}[:：]\d\d|\d{4}|@")
HEAD = re.compile(
    r"^[ \t*]*(?:发件人|寄件者|From)[ \t*]*[:：][^\n]*\n"
    r"(?:[^\n]*\n){0,3}?[ \t*]*(?:发送时间|发送日期|日期|时间|寄件日期|Sent|Date)[ \t*]*[:：]",
    re.I | re.M,
)
RULE = re.compile(r"\n[ \t]*[_\-=—]{5,}[ \t]*$")


def from_html(source: str) -> str:
    """The visible text of an HTML part."""
    source = source[:MOST_HTML]
    marked = CELLS.sub("\t", BREAKS.sub("\n", re.sub(r"[\r\n]+", " ", source)))
    if marked.count("<") + marked.count("&") > MOST_TAGS:
        bare = TAGS.sub("", marked)
    else:
        bare = nh3.clean(marked, tags=set(), clean_content_tags=HIDDEN, link_rel=None)
    return clean(html.unescape(bare))


def clean(text: str) -> str:
    """Line breaks alike, no invisible characters, at most one empty line, at most 100,000 long."""
    text = text[: 2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    text = "".join(c for c in text if c in "\n\t" or visible(c))
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST].rstrip()


def without_history(text: str) -> str:
    """What the sender wrote this time. Text that is nothing but history is left whole."""
    found = [match for match in (SEPARATOR.search(text), HEAD.search(text)) if match]
    start = min((match.start() for match in found), default=len(text))
    kept = RULE.sub("", text[:start].rstrip())
    wrote = next((m for m in WROTE.finditer(kept) if DATED.search(m.group())), None)
    if wrote:
        kept = _around(kept[: wrote.start()], kept[wrote.end() :])
    kept = re.sub(r"(?:\n[ \t]*>[^\n]*)+\s*$", "", "\n" + kept).strip()
    return kept or text


def _around(above: str, below: str) -> str:
    """Some answer below what they quote; without `>` marks below is all quotation."""
    lines = below.strip("\n").split("\n")
    if not lines[0].lstrip().startswith(">"):
        return above
    rest = "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()
    return f"{above.rstrip()}\n\n{rest}".strip() if rest else above
