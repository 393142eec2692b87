"""Every string that is marked for translation: read from the sources, without gettext's programs."""

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

# A string: its context or None, and one or two forms.
Word = tuple[str | None, tuple[str, ...]]

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TWO = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
TWO_WITH_CONTEXT = {"npgettext", "npgettext_lazy"}
QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(((?:\s*u?(?:{QUOTED})\s*,?)+)", re.DOTALL)

OURS = ("aftersales", "reports", "surveys", "care", "dispatch", "tickets", "knowledgebase", "customers", "foundation")  # fmt: skip
# What of each package is in use here.
THEIRS = {
    "unfold": ("*.py", "mixins/*.py", "templatetags/*.py", "templates/**/*.html", "contrib/filters/**/*.py", "contrib/filters/**/*.html"),
    "axes": ("models.py", "admin.py"),
    "rest_framework": ("*.py", "authtoken/*.py"),
    "django_filters": ("*.py", "rest_framework/*.py"),
    "django_q": ("models.py", "admin.py"),
}  # fmt: skip
THEME_WORDS = "foundation/desk/theme_words.py"


def _word(name: str, texts: list[str]) -> Word | None:
    if name in ONE and texts:
        return None, (texts[0],)
    if name in TWO and len(texts) > 1:
        return None, tuple(texts[:2])
    if name in WITH_CONTEXT and len(texts) > 1:
        return texts[0], (texts[1],)
    if name in TWO_WITH_CONTEXT and len(texts) > 2:
        return texts[0], tuple(texts[1:3])
    return None


def in_python(source: str) -> Iterator[Word]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            word = _word(name, [text for text in texts if isinstance(text, str)])
            if word:
                yield word


def in_template(source: str) -> Iterator[Word]:
    for name, quoted in CALL.findall(templatize(source)):
        word = _word(
            name, [ast.literal_eval(text) for text in re.findall(QUOTED, quoted, re.DOTALL)]
        )
        if word:
            yield word


def in_files(paths) -> set[Word]:
    words: set[Word] = set()
    for path in paths:
        read = in_python if path.suffix == ".py" else in_template
        words |= set(read(path.read_text()))
    return {word for word in words if word[1][0]}


def ours() -> set[Word]:
    paths = []
    for app in OURS:
        for ending in ("*.py", "*.html", "*.txt"):
            found = (settings.BASE_DIR / app).rglob(ending)
            paths += [p for p in found if "/static/" not in str(p) and "/migrations/" not in str(p)]
    return in_files(paths)


def place(package: str) -> Path:
    return Path(find_spec(package).origin).parent


def theirs() -> set[Word]:
    """What the packages say and neither they nor Django say in Chinese."""
    paths = [path for name, globs in THEIRS.items() for g in globs for path in place(name).glob(g)]
    return in_files(paths) - translated_elsewhere()


def translated_elsewhere() -> set[Word]:
    catalogues = list(place("django").glob("**/locale/zh_Hans/LC_MESSAGES/django.mo"))
    for package in THEIRS:
        catalogues += place(package).glob("**/locale/zh_Hans/LC_MESSAGES/django.mo")
    return {key(entry) for path in catalogues for entry in entries(path) if all(forms(entry))}


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="zh_Hans")


def entries(path: Path) -> list:
    return [entry for entry in catalogue(path) if entry.id]


def forms(entry) -> tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, tuple | list) else (entry.string,)


def key(entry) -> Word:
    texts = tuple(entry.id) if isinstance(entry.id, tuple | list) else (entry.id,)
    return entry.context, texts


def as_source(words: set[Word]) -> str:
    """The lines of theme_words.py for these words."""
    lines = []
    for context, texts in sorted(words, key=lambda word: (word[1], word[0] or "")):
        given = ", ".join(repr(text) for text in ([context] if context else []) + list(texts))
        name = {(False, 1): "_", (False, 2): "ngettext_lazy", (True, 1): "pgettext_lazy"}
        lines.append(f"    {name[bool(context), len(texts)]}({given}),")
    return "\n".join(lines)
