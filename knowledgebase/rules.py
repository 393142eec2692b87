"""What a text is made of, which words of a question find an article, and how versions differ."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from foundation.search import rules as search

MOST_WORDS = 24
MOST_OF_A_TEXT = 2000
HAN = search.HAN
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "about after all also and any are been but can cannot did does doesn don for from get gets "
        "had has have help her here him his how into its just machine more not now off only our out "
        "over own please she should some than that the their them then there these they thing this "
        "those too very want was were what when where which while who why will with won would "
        "you your",
    )
)
STOP_PAIRS = frozenset(
    re.findall(
        r"\w+",
        "一个 一下 一直 不能 不了 了怎 什么 今天 他们 但是 你们 你好 可以 就是 我们 我家 我的 怎么 "
        "怎样 时候 昨天 是不 有没 没有 现在 这个 那个 还是 麻烦 问题 请问 谢谢 么办 家的 为什 么会 "
        "怎办 了吗 的时 一点 有点 是什 出现 请帮 帮忙 需要 应该 如何 哪里 能不 会不 有时 几天 自己 "
        "您好 好的 家里 里的 老是 总是 突然 刚刚 已经 使用 买的",
    )
)


# --- how a text is written ------------------------------------------------------------------------

STEP = re.compile(r"^(\d{1,2})(?:[.)]\s*(?![\d.)])|[、）．]\s*)(?=\S)")
BULLET = re.compile(r"^[•·]\s*")
BOLD = re.compile(r"\*\*(?=[^\s*])([^*]*[^\s*])\*\*")
# Markdown takes “**注意：**请” for bold only where a letter stands before the mark.
EDGE = "\ue000"


def lines(text: str) -> str:
    """A text with one kind of line end, without blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def markdown(text: str) -> str:
    """What people type, as Markdown: "1、" and "1)" are steps, "•" is a list, as "1." and "-" are.

    Lines may be indented; a blank line goes before a list and after a table, where Markdown wants
    one.
    """
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = STEP.sub(r"\1. ", BULLET.sub("- ", _outdent(line)))
        if lines and _begins(lines[-1], line):
            lines.append("")
        lines.append(BOLD.sub(f"**{EDGE}\\1{EDGE}**", line))
    return "\n".join(lines)


def _outdent(line: str) -> str:
    """Deep blanks are taken for care, not for code; a list may stand in a list."""
    bare = line.strip()
    depth = len(line) - len(line.lstrip())
    is_item = bool(ITEM.match(STEP.sub(r"\1. ", BULLET.sub("- ", bare))))
    return (" " * min(depth, 3) if is_item and depth > 1 else "") + bare


ITEM = re.compile(r"^\s*([-*]\s|\d{1,2}\.\s)")


def _begins(before: str, line: str) -> bool:
    """Whether a list or a table begins right below a paragraph, or a paragraph below one of them."""
    if not before.strip() or not line.strip() or " " in (before[0], line[0]):
        return False
    was, now = ITEM.match(before), ITEM.match(line)
    if line.startswith("|") != before.startswith("|"):
        return True
    return bool(was) != bool(now) or bool(was and now and _mark(before) != _mark(line))


def _mark(line: str) -> bool:
    return line.lstrip()[0].isdigit()


# --- words ---------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """The words to look for: pairs of Chinese characters and Latin words, at most MOST_WORDS.

    Latin words lose an English ending, so that "leaking" finds "leaks". Codes such as E1 count.
    """
    return _words(text)[:MOST_WORDS]


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).lower().replace("\x00", " ")
    found: dict[str, None] = {}
    for run in re.findall(f"[{HAN}]+|[a-z0-9]+", text):
        found |= dict.fromkeys(_latin(run) if run.isascii() else _pairs(run))
    return list(found)


def _latin(word: str) -> list[str]:
    if word in STOP_WORDS or len(word) < (2 if re.search(r"\d", word) else 3):
        return []
    return [re.sub(r"(?<=\w{4})(ing|ed|es|s)$", "", word)[: search.LONGEST]]


def _pairs(run: str) -> list[str]:
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [pair for pair in pairs if pair not in STOP_PAIRS]


def asked(text: str) -> list[str]:
    """What somebody typed into the search of the articles: its telling words; a single character
    where there is nothing else."""
    if found := words(text):
        return found
    return re.findall(f"[{HAN}]", unicodedata.normalize("NFKC", text))[:1]


def text_words(title: str, body: str) -> dict[str, bool]:
    """What a published text is found by: {word: is it in the title}, with "" for the text itself."""
    heads = dict.fromkeys((*_all_words(title), *re.findall(f"[{HAN}]", title)), True)
    return {"": False} | dict.fromkeys(_all_words(body), False) | heads


def _all_words(text: str) -> list[str]:
    return _words(text)[:MOST_OF_A_TEXT]


def beginning(word: str) -> tuple[str, str] | None:
    """For a word of letters the first and the last that begin like it; codes must be whole."""
    if not (word.isascii() and word.isalpha()):
        return None
    return word, word[:-1] + chr(ord(word[-1]) + 1)


# --- how well a text answers ---------------------------------------------------------------------

# A word of the title says more than one of the text.
TITLE, BODY = 3.0, 1.0
# Below this sum of weights nothing is suggested: a title with one rare word reaches it, two words
# of a text do.
FLOOR = 1.1
MOSTLY = 0.6
# Beside the best, only what comes near it.
NEAR = 0.4
# Postings that are read and weighed for one question; the rarest words come first.
MOST_POSTINGS = 4000


def rarity(texts_with: int, texts: int) -> float:
    """How much a word tells: 1 for one that a single text has, near 0 for one that all have."""
    # In a handful of texts every word is frequent; that says nothing about the word.
    texts = max(texts, 10)
    return math.log((texts + 1) / max(texts_with, 1)) / math.log(texts + 1)


def worth_reading(counts: Mapping[str, int]) -> list[str]:
    """The words that are weighed: those that occur, rarest first, up to MOST_POSTINGS in all."""
    chosen, total = [], 0
    for word in sorted((w for w, n in counts.items() if n), key=lambda w: (counts[w], w)):
        total += counts[word]
        if chosen and total > MOST_POSTINGS:
            break
        chosen.append(word)
    return chosen


def weigh(
    postings: Iterable[tuple[str, bool, int]], counts: Mapping[str, int], texts: int
) -> dict[int, tuple[float, int]]:
    """{text: (score, how many of the words it has)} from (word, is it in the title, text).

    The score is the sum of the words' rarity. A word that stands there in two forms counts once.
    """
    rare = {word: rarity(count, texts) for word, count in counts.items()}
    best: dict[tuple[int, str], float] = {}
    for word, is_title, text in postings:
        worth = rare[word] * (TITLE if is_title else BODY)
        best[text, word] = max(best.get((text, word), 0.0), worth)
    scores: dict[int, tuple[float, int]] = {}
    for (text, _word), worth in best.items():
        score, held = scores.get(text, (0.0, 0))
        scores[text] = (score + worth, held + 1)
    return {text: (round(score, 6), held) for text, (score, held) in scores.items()}


def near_best(scores: Mapping[int, tuple[float, int]]) -> dict[int, float]:
    """Those that come near the best."""
    best = max((score for score, _ in scores.values()), default=0)
    return {text: score for text, (score, _) in scores.items() if score >= best * NEAR}


def worth_suggesting(
    scores: Mapping[int, tuple[float, int]], counts: Mapping[str, int], texts: int
) -> dict[int, float]:
    """Those near the best that say enough: FLOOR, or two words and most of what can be found.

    The second is for words that many texts have: “the fridge is not cold” where fridges are sold.
    """
    findable = sum(rarity(count, texts) for count in counts.values() if count)
    return {
        text: score
        for text, score in near_best(scores).items()
        if score >= FLOOR or (scores[text][1] >= 2 and score >= MOSTLY * findable)
    }


# --- what readers are told ------------------------------------------------------------------------


def review_day(published: date, days: int) -> date:
    """The day on which a text published on `published` is looked at again."""
    return published + timedelta(days=days)


def share(helpful: int, votes: int) -> int | None:
    """Percent of the voices that found it helpful; None without any."""
    return round(100 * helpful / votes) if votes else None


# With fewer voices a share says little.
FEW_VOTES = 10


def plain(text: str) -> str:
    """A text without its marks, for an excerpt."""
    text = re.sub(r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    text = re.sub(r"(?m)^\s*(#{1,6}\s+|[-*•>]\s+|\|?[\s:|-]+\|?\s*$)", "", text)
    return re.sub(r"\*\*|__|`|\|", " ", text)


# --- how versions differ --------------------------------------------------------------------------

# Unchanged lines shown around a change.
AROUND = 2
PIECES = re.compile(rf"[A-Za-z0-9]+|\s+|[^\W{HAN}]+|.", re.DOTALL)


@dataclass(frozen=True)
class Line:
    """A line of a comparison: `kind` is same, gone, new or gap (lines left out).

    `pieces` are (words, did they change).
    """

    kind: str
    pieces: tuple[tuple[str, bool], ...] = ()


def differences(old: str, new: str) -> list[Line]:
    """What changed from one text to the next, line by line, and within a line word by word."""
    before, after = _lines(old), _lines(new)
    found: list[Line] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            found += [Line("same", ((line, False),)) for line in before[a:b]]
        else:
            found += _changed(before[a:b], after[c:d])
    return _fold(found)


def _lines(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return [line for line in lines if line]


def _changed(gone: list[str], new: list[str]) -> list[Line]:
    pairs = [_within(a, b) for a, b in zip(gone, new, strict=False)]
    both = min(len(gone), len(new))
    return [
        *(Line("gone", a) for a, _ in pairs),
        *(Line("gone", ((line, True),)) for line in gone[both:]),
        *(Line("new", b) for _, b in pairs),
        *(Line("new", ((line, True),)) for line in new[both:]),
    ]


def _within(gone: str, new: str) -> tuple[tuple, tuple]:
    a, b = PIECES.findall(gone), PIECES.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.4:
        return ((gone, True),), ((new, True),)
    steps = matcher.get_opcodes()
    old = tuple(("".join(a[i:j]), step != "equal") for step, i, j, _, _ in steps if j > i)
    now = tuple(("".join(b[i:j]), step != "equal") for step, _, _, i, j in steps if j > i)
    return old, now


def _fold(lines: list[Line]) -> list[Line]:
    """Leave out what is the same and far from a change."""
    near = set()
    for place, line in enumerate(lines):
        if line.kind != "same":
            near.update(range(place - AROUND, place + AROUND + 1))
    found: list[Line] = []
    for place, line in enumerate(lines):
        if line.kind != "same" or place in near:
            found.append(line)
        elif not found or found[-1].kind != "gap":
            found.append(Line("gap"))
    return found
