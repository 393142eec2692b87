"""What a text is made of, and which words of a question find an article."""

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 24
HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "about after and are but can did does doesn for from has have how machine not please that "
        "the then there this was what when why will with you your",
    )
)
STOP_PAIRS = frozenset(
    re.findall(
        r"\w+",
        "一个 一下 一直 不能 不了 了怎 什么 今天 他们 但是 你们 你好 可以 就是 我们 我家 我的 怎么 "
        "怎样 时候 昨天 是不 有没 没有 现在 这个 那个 还是 麻烦 问题 请问 谢谢 么办 家的",
    )
)


@dataclass(frozen=True)
class Block:
    """A piece of a text: `kind` is heading, paragraph, list or steps; `lines` has no marks."""

    kind: str
    lines: tuple[str, ...]


MARKS = (
    ("heading", re.compile(r"^#{1,6}\s+(.*)")),
    ("list", re.compile(r"^[-*•]\s+(.*)")),
    ("steps", re.compile(r"^\d{1,2}[.、)]\s*(.*)")),
)


def _kind_of(line: str) -> tuple[str, str]:
    for kind, mark in MARKS:
        if found := mark.match(line):
            return kind, found.group(1)
    return "paragraph", line


def blocks(text: str) -> list[Block]:
    """The blocks of a plain text: `# heading`, `- list`, `1. steps`, else paragraphs.

    A blank line ends a block; a change of mark does too.
    """
    found: list[tuple[str, list[str]]] = []
    fresh = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not (line := line.strip()):
            fresh = True
            continue
        kind, words = _kind_of(line)
        goes_on = found and found[-1][0] == kind and kind != "heading"
        if goes_on and (not fresh or kind != "paragraph"):
            found[-1][1].append(words)
        else:
            found.append((kind, [words]))
        fresh = False
    return [Block(kind, tuple(lines)) for kind, lines in found]


def words(text: str) -> list[str]:
    """The words to look for: pairs of Chinese characters and Latin words, at most MOST_WORDS.

    Latin words lose an English ending, so that "leaking" finds "leaks". Codes such as E1 count.
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("\x00", " ")
    found: dict[str, None] = {}
    for run in re.findall(f"[{HAN}]+|[a-z0-9]+", text):
        found |= dict.fromkeys(_latin(run) if run.isascii() else _pairs(run))
    return list(found)[:MOST_WORDS]


def _latin(word: str) -> list[str]:
    if word in STOP_WORDS or len(word) < (2 if re.search(r"\d", word) else 3):
        return []
    return [re.sub(r"(?<=\w{4})(ing|ed|s)$", "", word)]


def _pairs(run: str) -> list[str]:
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [pair for pair in pairs if pair not in STOP_PAIRS]
