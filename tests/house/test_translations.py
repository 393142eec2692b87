"""Both languages are whole: every marked string has its Chinese, and says the same."""

import ast
import os
import re
import shutil
import subprocess
import sys
from string import Formatter

import pytest
from django.conf import settings

from tests.house import words

PO = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
NAMED = re.compile(r"%\(\w+\)[sd]|%[sd]|%%")
TAGS = re.compile(r"</?\w+[^>]*>")


@pytest.fixture(scope="module")
def entries():
    if not PO.exists():
        pytest.fail("locale/zh_Hans is missing. Run: make messages, then translate.")
    return words.entries(PO)


@pytest.fixture(scope="module")
def used():
    return words.ours()


def shown(found: set) -> list[str]:
    return sorted(texts[0] for _context, texts in found)


def test_the_extraction_finds_strings_of_every_kind(used):
    texts = {text for _context, pair in used for text in pair}
    assert len(used) > 500
    # In Python, over two lines, in a plural, in a template, in a block.
    assert "To classify" in texts
    assert {"%(n)d day", "%(n)d days"} <= texts
    found = set(
        words.in_template('{% translate "A" %}{% blocktranslate %}B {{ c }}{% endblocktranslate %}')
    )
    assert found == {(None, ("A",)), (None, ("B %(c)s",))}
    assert set(words.in_python('_("a" "b"); ngettext("c", "d", 2); pgettext("x", "y")')) == {
        (None, ("ab",)), (None, ("c", "d")), ("x", ("y",)),
    }  # fmt: skip


def test_every_string_is_in_the_catalogue(entries, used):
    assert shown(used - {words.key(entry) for entry in entries}) == []


def test_nothing_in_the_catalogue_is_out_of_use(entries, used):
    assert shown({words.key(entry) for entry in entries} - used) == []


def test_every_string_has_its_chinese(entries):
    assert [words.key(e)[1][0] for e in entries if not all(words.forms(e))] == []


def test_nothing_is_marked_as_doubtful(entries):
    assert [words.key(entry)[1][0] for entry in entries if entry.fuzzy] == []


def braces(text: str) -> list[str]:
    try:
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return []


def test_variables_are_the_same_on_both_sides(entries):
    different = []
    for entry in entries:
        _context, texts = words.key(entry)
        for chinese in filter(None, words.forms(entry)):
            # Chinese has one form, which stands for the plural.
            for kind in (NAMED.findall, braces, TAGS.findall):
                if sorted(kind(chinese)) != sorted(kind(texts[-1])):
                    different.append(f"{texts[-1]} → {chinese}")
    assert different == []


def test_spaces_and_lines_at_the_ends_are_the_same(entries):
    def ends(text):
        return text[:1].isspace(), text[-1:].isspace()

    different = [
        texts[0]
        for entry in entries
        for _context, texts in [words.key(entry)]
        for chinese in filter(None, words.forms(entry))
        # What parts the words of a list has no space in Chinese.
        if re.search(r"\w", texts[0]) and ends(chinese) != ends(texts[0])
    ]
    assert different == []


def test_chinese_uses_chinese_punctuation(entries):
    """A half-width comma or full stop after a Chinese character is a slip of the keyboard."""
    slips = [
        chinese
        for entry in entries
        for chinese in words.forms(entry)
        if chinese
        and re.search(r"[\u4e00-\u9fff][,;?!](?!\w)|[\u4e00-\u9fff]\.(?:\s|$)|[!！]", chinese)
    ]
    assert slips == []


def test_words_of_the_theme_and_the_libraries_are_listed(used):
    """foundation/desk/theme_words.py lists what only the packages' sources mark.

    After an upgrade, put there what this test prints.
    """
    listed = words.in_files([settings.BASE_DIR / words.THEME_WORDS])
    theirs = words.theirs()
    assert words.as_source(theirs - listed) == "", "missing in the list"
    assert words.as_source(listed - theirs) == "", "no longer needed"


def test_gettext_goes_by_names_that_are_collected():
    """Under another name its words are in no catalogue, and stay English for ever."""
    known = words.ONE | words.TWO | words.WITH_CONTEXT | words.TWO_WITH_CONTEXT
    strange = [
        f"{path.relative_to(settings.BASE_DIR)}: {alias.asname}"
        for app in words.OURS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in known and (alias.asname or alias.name) not in known
    ]
    assert strange == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is not installed")
def test_make_messages_finds_what_this_extraction_finds(tmp_path, used):
    """The catalogue is collected by xgettext; both must read the sources alike."""
    copy = tmp_path / "copy"
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
    for name in (*words.OURS, "locale"):
        shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=ignore)
    shutil.copy(settings.BASE_DIR / "manage.py", copy)
    command = [sys.executable, "manage.py", "makemessages"]
    command += ["--locale", "zh_Hans", "--no-wrap", "--no-obsolete"]
    env = os.environ | {"AFTERSALES_DATA": str(tmp_path)}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    collected = {
        words.key(entry)
        for path in copy.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
        for entry in words.entries(path)
    }
    assert shown(collected ^ used) == []
