"""Words of an index for Chinese and English: pairs of characters, Latin words, numbers.

The same tokens go into PostgreSQL and SQLite, so both find the same.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_TOKENS = 3000
MOST_TERMS = 12
# Of one run of Chinese characters in a question.
MOST_PAIRS = 40
LONGEST = 60
LONGEST_QUESTION = 300
# A word from this length on is also found by its beginning, a number from NUMBER_FROM; one that
# begins like the tickets of a whole century only where it is long enough to be one of them.
PREFIX_FROM, NUMBER_FROM, YEAR_FROM = 3, 5, 8
# What only people may find who read personal data is kept apart by this mark.
PERSONAL = "~"

HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = rf"[^\W_{HAN}]"
DASH = r"[-_\u2010-\u2015\u2212]"
MAIL = r"[a-z0-9][a-z0-9.+_-]*@[a-z0-9][a-z0-9.-]*"
# Words with dashes between them are one thing: a model, a serial number; so is an address.
RUNS = re.compile(rf"(?P<mail>{MAIL})|(?P<han>[{HAN}]+)|(?P<word>{LETTER}+(?:{DASH}{LETTER}+)*)")
PARTS = re.compile(rf"{LETTER}+")
# Digits as people part them: 138 1234 5678, +86 (0)571-8888 1234, 2026-000123-4.
DIGITS = re.compile(
    rf"(?<!{LETTER})(?<!{LETTER}{DASH})\+?\d(?:[\s().\u2010-\u2015\u2212-]{{0,2}}\d){{6,16}}(?!{DASH}?{LETTER}|@)"
)


def normal(text: str) -> str:
    """Full-width forms as plain ones, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def _runs(text: str) -> Iterable[tuple[tuple[str, ...], str]]:
    """The parts of each run in a text, and its sort: han, word or mail."""
    for found in RUNS.finditer(text):
        if found.lastgroup == "han":
            yield (found[0],), "han"
        else:
            yield tuple(part[:LONGEST] for part in PARTS.findall(found[0])), found.lastgroup


def _joined(parts: Iterable[str]) -> str:
    return "".join(parts)[:LONGEST]


def tokens(text: str) -> set[str]:
    """What a text is found by: single Chinese characters, pairs of them, words, and words with
    dashes also without them."""
    found: set[str] = set()
    for parts, sort in _runs(normal(text)):
        if sort == "han":
            found.update(parts[0], _pairs(parts[0]))
        else:
            found.update(parts, (_joined(parts),))
    return found


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def numbers(text: str) -> set[str]:
    """A number people copy with or without its dashes (ticket, serial, order): whole and parts."""
    runs = [part for parts, _ in _runs(normal(text)) for part in parts]
    return tokens(text) | ({_joined(runs)} if runs else set())


def phone(normalised: str) -> set[str]:
    """A phone number in E.164 or digits: whole, as dialled at home, and its tail.

    Chinese landlines also as dialled from another city and within their own.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", normalised))
    if not digits:
        return set()
    forms = {digits, digits[-4:]}
    if normalised.startswith("+86"):
        home = digits[2:]
        forms.add(home)
        if not home.startswith("1"):
            forms |= {"0" + home, home[-8:], home[-7:]}
    return {form[:LONGEST] for form in forms}


def document(open_tokens: Iterable[str], personal_tokens: Iterable[str] = ()) -> list[str]:
    """The tokens of one document, sorted; personal ones marked, and left out where open too.

    Of more than MOST_TOKENS the first given stay, half the room for each sort at least.
    """
    free = dict.fromkeys(open_tokens)
    own = dict.fromkeys(PERSONAL + token for token in personal_tokens if token not in free)
    half = MOST_TOKENS // 2
    room = max(half, MOST_TOKENS - len(free))
    kept = list(own)[:room]
    return sorted([*list(free)[: MOST_TOKENS - len(kept)], *kept])


@dataclass(frozen=True)
class Term:
    """One thing asked for: all of `tokens`, or `whole` where there is one. With `is_prefix` the
    last token and the whole may be beginnings."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    whole: str = ""

    @property
    def ends_open(self) -> bool:
        """Whether the last token may be a beginning; a short part of a long number may not."""
        return self.is_prefix and (not self.whole or _is_beginning(self.tokens[-1]))


@dataclass(frozen=True)
class Query:
    """A question: terms, all of which should be found. Empty where nothing was asked."""

    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)


def query(text: str) -> Query:
    """What somebody typed, as terms. Digits with blanks or dashes between them are one number."""
    text = normal(text[:LONGEST_QUESTION])
    terms: dict[Term, None] = {}
    for part, is_number in _numbers_apart(text):
        if is_number:
            terms[_term(tuple(PARTS.findall(part)))] = None
            continue
        for parts, sort in _runs(part):
            if sort == "han":
                parts = tuple(dict.fromkeys(_pairs(parts[0])))[:MOST_PAIRS] or parts
                terms[Term(parts)] = None
            else:
                terms[_term((_joined(parts),) if sort == "mail" else parts)] = None
    return Query(tuple(terms)[:MOST_TERMS])


def _numbers_apart(text: str) -> Iterable[tuple[str, bool]]:
    here = 0
    for found in DIGITS.finditer(text):
        yield text[here : found.start()], False
        yield found[0], True
        here = found.end()
    yield text[here:], False


def _term(parts: tuple[str, ...]) -> Term:
    whole = _joined(parts) if len(parts) > 1 else ""
    return Term(parts, _is_beginning(whole or parts[0]), whole)


def _is_beginning(word: str) -> bool:
    if not word.isdecimal():
        return len(word) >= PREFIX_FROM
    return len(word) >= (YEAR_FROM if word.startswith("20") else NUMBER_FROM)


def loosened(asked: Query) -> Query:
    """The question with each pair of characters and each part of a number as a term of its own."""
    terms: dict[Term, None] = {}
    for term in asked.terms:
        if term.whole:
            terms[term] = None
            continue
        for token in term.tokens:
            terms[Term((token,), term.is_prefix)] = None
    return Query(tuple(terms)[: MOST_TERMS * 2])


def _said(asked: Query, every: bool, ops: tuple[str, str], word) -> str:
    """A question in the words of a database: `word(token, is_prefix)`, and its AND and OR."""
    both, either = ops
    said = []
    for term in asked.terms:
        *first, last = term.tokens
        parts = [word(token, False) for token in first] + [word(last, term.ends_open)]
        one = "(" + both.join(parts) + ")"
        if term.whole:
            one = "(" + word(term.whole, term.is_prefix) + either + one + ")"
        said.append(one)
    return (both if every else either).join(said)


def _marks(personal: bool) -> tuple[str, ...]:
    return ("", PERSONAL) if personal else ("",)


def tsquery(asked: Query, *, personal: bool, every: bool = True) -> str:
    """The question in PostgreSQL's words; `every` term, or any of them."""

    def word(token: str, is_prefix: bool) -> str:
        star = ":*" if is_prefix else ""
        return "(" + " | ".join(f"'{mark}{token}'{star}" for mark in _marks(personal)) + ")"

    return _said(asked, every, (" & ", " | "), word)


def fts5(asked: Query, *, personal: bool, every: bool = True) -> str:
    """The question in SQLite's words; `every` term, or any of them."""

    def word(token: str, is_prefix: bool) -> str:
        star = "*" if is_prefix else ""
        return "(" + " OR ".join(f'"{mark}{token}"{star}' for mark in _marks(personal)) + ")"

    return _said(asked, every, (" AND ", " OR "), word)


def matches(asked: Query, held: Collection[str], *, personal: bool, every: bool = True) -> bool:
    """Whether a document answers the question: what both databases are held to."""
    verdict = all if every else any
    return verdict(holds(term, held, personal=personal) for term in asked.terms)


def holds(term: Term, held: Collection[str], *, personal: bool) -> bool:
    """Whether these tokens of a document hold one term."""
    marks = _marks(personal)

    def has(token: str, is_prefix: bool) -> bool:
        if not is_prefix:
            return any(mark + token in held for mark in marks)
        beginnings = tuple(mark + token for mark in marks)
        return any(one.startswith(beginnings) for one in held)

    if term.whole and has(term.whole, term.is_prefix):
        return True
    *first, last = term.tokens
    return all(has(token, False) for token in first) and has(last, term.ends_open)


def answers(asked: Query, held: Collection[str]) -> bool:
    """Whether one fact (its tokens) is among what was asked for."""
    return bool(held) and matches(asked, held, personal=False, every=False)


def is_in(asked: Query, text: str) -> bool:
    """Whether any of the question stands in a text, as `marked` would show it."""
    folded, _ = _folded(text)
    return any(pattern.search(folded) for pattern in _patterns(asked))


def marked(asked: Query, text: str, width: int = 90) -> list[tuple[str, bool]]:
    """The part of a text where most of the question was found, as pieces (words, is it a hit).

    `width` is how many characters at most; an ellipsis stands where text was left out. Without a
    hit it is the beginning of the text.
    """
    text = " ".join(text.split())
    spans = _spans(asked, text)
    begin = max(0, _densest(spans, width) - width // 3) if spans else 0
    begin = max(0, min(begin, len(text) - width))
    end = min(len(text), begin + width)
    pieces, here = [("…", False)] if begin else [], begin
    for a, b in spans:
        a, b = max(a, begin), min(b, end)
        if a >= b:
            continue
        if a > here:
            pieces.append((text[here:a], False))
        pieces.append((text[a:b], True))
        here = b
    if here < end:
        pieces.append((text[here:end], False))
    if end < len(text):
        pieces.append(("…", False))
    return pieces


def _densest(spans: list[tuple[int, int]], width: int) -> int:
    """Where the excerpt finds most of what was asked; the first such place."""
    reach = width * 2 // 3

    def found(start: int) -> int:
        return sum(b - a for a, b in spans if start <= a and b <= start + reach)

    return max((a for a, _ in spans[:50]), key=lambda start: (found(start), -start))


def _spans(asked: Query, text: str) -> list[tuple[int, int]]:
    """Where the words of the question stand in a text; what touches is one."""
    folded, places = _folded(text)
    found = []
    for pattern in _patterns(asked):
        for one in pattern.finditer(folded):
            found.append((places[one.start()], places[one.end() - 1] + 1))
    merged: list[tuple[int, int]] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """A text as it is compared, and for each character of it the place where it stood."""
    forms = [_character(one) for one in text]
    folded = "".join(forms)
    if len(folded) == len(text):
        return folded, range(len(text))
    return folded, [place for place, form in enumerate(forms) for _ in form]


_character = lru_cache(maxsize=8192)(normal)


@lru_cache(maxsize=128)
def _patterns(asked: Query) -> tuple[re.Pattern, ...]:
    """Where the words of a question are sought: words where words begin."""
    words = {word for term in asked.terms for word in (*term.tokens, term.whole) if word}
    return tuple(re.compile(_pattern(word)) for word in sorted(words))


def _pattern(word: str) -> str:
    if not PARTS.fullmatch(word):
        return re.escape(word)
    # A short word is not found inside others, and must not be shown as if.
    end = rf"(?!{LETTER})" if len(word) < PREFIX_FROM else ""
    return rf"(?<!{LETTER}){re.escape(word)}{end}"
