import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.files import rules

KNOWN = [e.lstrip(".") for e in rules.ACCEPTED.split(",")]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("leak.jpg", "leak.jpg"),
        ("洗衣机 漏水.jpg", "洗衣机 漏水.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\fakepath\\leak.jpg", "leak.jpg"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        (".jpg", "jpg"),
        (" . leak.jpg . ", "leak.jpg"),
        ("a\x00b\r\nc\t.jpg", "abc.jpg"),
        # Direction characters let "gpj.exe" read as "exe.jpg".
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u200bb\ufeff.pdf", "ab.pdf"),
        ('a<b>"c|d?e*f:g.pdf', "a_b__c_d_e_f_g.pdf"),
    ],
)
def test_names_lose_what_is_dangerous_in_them(given_name, kept):
    assert rules.clean_name(given_name) == kept


def test_a_long_name_keeps_its_ending():
    kept = rules.clean_name("长" * 300 + ".docx")
    assert len(kept) == 150 and kept.endswith("长.docx")
    assert len(rules.clean_name("x" * 300)) == 150
    assert len(rules.clean_name("a." + "b" * 300)) == 150


@given(st.text(max_size=400))
@example("a." + "b" * 200)
@example("\ud800.jpg")
def test_any_name_comes_out_short_flat_and_plain(name):
    kept = rules.clean_name(name)
    assert 0 < len(kept) <= 150
    assert not set(kept) & set("/\\\x00\r\n\u202e")
    assert kept not in (".", "..")
    assert kept.encode()
    assert rules.clean_name(kept) == kept


@given(
    st.binary(max_size=64) | st.sampled_from([start for start, *_ in rules.SIGNATURES]),
    st.text(max_size=20) | st.sampled_from(KNOWN).map(lambda end: f"a.{end}"),
)
def test_any_beginning_gets_an_answer(head, name):
    kind = rules.content_type(head, name)
    assert kind is None or "/" in kind
    if kind:
        assert rules.ending(name)


@given(st.binary(max_size=64), st.text(string.ascii_lowercase, min_size=1, max_size=6))
def test_only_known_endings_are_ever_accepted(head, end):
    known = {e for *_, endings in rules.SIGNATURES for e in endings}
    known |= {"webp", "heic", "heif", "mov", "mp4", "m4a", "m4v", *rules.TEXT_EXTENSIONS}
    if end not in known:
        assert rules.content_type(head, f"a.{end}") is None
