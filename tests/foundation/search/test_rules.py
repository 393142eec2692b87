"""What was typed meets what was written, in Chinese, English and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.search import rules
from foundation.search.rules import PERSONAL


def finds(asked: str, text: str, numbers: str = "", phone: str = "") -> bool:
    held = rules.tokens(text) | rules.numbers(numbers) | rules.phone(phone)
    return bool(rules.query(asked)) and rules.matches(rules.query(asked), held, personal=False)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("脱水", "洗衣机不脱水"),
        ("水", "洗衣机不脱水"),
        ("洗衣机 脱水", "洗衣机不脱水"),
        ("ＷＭ－８００", "WM-800"),
        ("wm800", "型号 WM-800 漏水"),
        ("wm-800", "WM800"),
        ("WM 800", "WM-800"),
        ("leak", "It is leaking."),
        ("E1", "显示E1"),
        ("é", "É"),
        ("wang@example.com", "写给 Wang@Example.com 了"),
        ("wang@exam", "wang@example.com"),
        ("２０２６", "2026年"),
        ("𠮷野家", "在𠮷野家"),
        ("ﬁlter", "filter"),
    ],
)
def test_words_are_found(asked, text):
    assert finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("脱水机", "洗衣机不脱水"),
        ("机洗", "洗衣机"),
        ("ea", "leak"),
        ("in", "inside"),
        ("8", "800"),
        ("", "anything"),
        ("😀 -- ' ; *", "anything"),
    ],
)
def test_other_words_are_not(asked, text):
    assert not finds(asked, text)


NUMBER = "2026-000123-4"


@pytest.mark.parametrize(
    "asked",
    [NUMBER, "2026 000123 4", "20260001234", "000123", "2026-000123", "２０２６—０００１２３—４"],
)
def test_a_ticket_number_however_it_is_typed(asked):
    assert finds(asked, "", numbers=NUMBER)
    assert not finds(asked, "", numbers="2026-000124-1")


@pytest.mark.parametrize(
    "asked",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "8613812345678",
     "(138) 1234.5678", "5678", "1381234", "１３８１２３４５６７８"],
)  # fmt: skip
def test_a_mobile_number_however_it_is_typed(asked):
    assert finds(asked, "", phone="+8613812345678")
    assert not finds(asked, "", phone="+8613912340679")


@pytest.mark.parametrize(
    "asked", ["0571-88881234", "88881234", "057188881234", "+86 571 8888 1234"]
)
def test_a_landline_from_near_and_far(asked):
    assert finds(asked, "", phone="+8657188881234")


@pytest.mark.parametrize("asked", ["SN-2026-0001", "sn20260001", "sn 2026 0001", "SN2026-00"])
def test_a_serial_number_however_it_is_typed(asked):
    assert finds(asked, "", numbers="SN-2026-0001")
    assert not finds(asked, "", numbers="SN-2027-0001")


def test_an_address_of_mail_with_a_number_is_one_thing():
    (term,) = rules.query("13812345678@qq.com").terms
    assert term.tokens == ("13812345678qqcom",)


def test_beginnings_that_would_hold_a_whole_year_are_not_sought():
    is_open = {
        text: rules.query(text).terms[0].is_prefix for text in ("2026", "2026000", "20260001")
    }
    assert is_open == {"2026": False, "2026000": False, "20260001": True}


def test_a_long_question_stays_small():
    asked = rules.query("洗衣机不脱水怎么办呢请问" * 40)
    assert len(asked.terms) <= rules.MOST_TERMS
    assert sum(len(term.tokens) for term in asked.terms) <= rules.MOST_PAIRS
    assert len(rules.query(" ".join(f"word{n}" for n in range(99))).terms) == rules.MOST_TERMS


def test_a_document_keeps_what_came_first_and_some_of_each_sort():
    kept = rules.document((f"a{n:05d}" for n in range(5000)), (f"b{n:05d}" for n in range(5000)))
    assert len(kept) == rules.MOST_TOKENS
    assert "a00000" in kept and PERSONAL + "b00000" in kept and "a04999" not in kept


def test_personal_tokens_that_stand_openly_too_are_kept_once():
    assert rules.document({"a", "b"}, {"b", "c"}) == ["a", "b", "~c"]


@given(st.text(max_size=400))
def test_any_text_is_found_by_its_own_words(text):
    held = rules.tokens(text)
    for token in held:
        assert token and token == rules.normal(token) and not set(token) & set("'\"~* \x00\\")
        assert len(token) <= rules.LONGEST
    asked = rules.query(text)
    for term in asked.terms:
        assert all(term.tokens)


@given(st.text(alphabet="洗衣机不脱水 wm-80X0@.éß１２３ \n😀İ", max_size=60))
def test_a_text_answers_itself(text):
    asked = rules.query(text)
    assert rules.matches(asked, rules.tokens(text), personal=False)


@given(
    st.text(alphabet="洗衣机不脱水 wm-800Ｘ\nİ😀", max_size=40),
    st.text(alphabet="洗衣机不脱水 wm-800Ｘ\nİ😀", max_size=300),
    st.integers(10, 120),
)
def test_an_excerpt_is_a_part_of_the_text(asked, text, width):
    pieces = rules.marked(rules.query(asked), text, width)
    words = "".join(words for words, _ in pieces)
    plain = " ".join(text.split())
    assert words.strip("…") in plain and len(words) <= width + 2
    assert all(words for words, _ in pieces)


def test_the_excerpt_stands_where_most_was_found():
    text = "机器漏水。" + "别的话。" * 60 + "洗衣机漏水不脱水"
    pieces = rules.marked(rules.query("洗衣机 漏水 脱水"), text, 40)
    assert ("洗衣机漏水", True) in pieces and ("脱水", True) in pieces
    assert pieces[0] == ("…", False)


def test_full_width_letters_are_marked_as_they_were_typed():
    assert ("ＷＭ", True) in rules.marked(rules.query("wm-800"), "型号ＷＭ－８００漏水")


def test_a_short_word_is_not_marked_inside_others():
    assert rules.marked(rules.query("in"), "inside in") == [("inside ", False), ("in", True)]
