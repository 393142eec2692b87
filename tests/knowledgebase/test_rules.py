import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase import rules
from knowledgebase.templatetags.prose import prose


def test_a_text_is_made_of_blocks():
    text = "# Safety\nOff first.\nThen wait.\r\n\r\nNext.\n- a\n\n- b\n1. one\n2、二\n"
    assert [(block.kind, block.lines) for block in rules.blocks(text)] == [
        ("heading", ("Safety",)),
        ("paragraph", ("Off first.", "Then wait.")),
        ("paragraph", ("Next.",)),
        ("list", ("a", "b")),
        ("steps", ("one", "二")),
    ]


def test_a_text_becomes_html():
    assert prose("# H\n\na\nb\n\n- x\n\n1. y") == (
        "<h2>H</h2>\n<p>a<br>b</p>\n<ul><li>x</li></ul>\n<ol><li>y</li></ol>"
    )
    assert prose(None) == prose("") == ""


@pytest.mark.parametrize("mark", ["", "# ", "- ", "1. "])
def test_markup_in_a_text_is_shown_not_run(mark):
    html = prose(f'{mark}<script>alert("1")</script> {{% now %}} & <b onclick=x>')
    assert "<script" not in html and "<b " not in html
    assert "&lt;script&gt;" in html


@given(text=st.text(alphabet="<>&\"'#-1. \n\r\tab汉", max_size=120))
def test_no_text_makes_a_tag_of_its_own(text):
    html = prose(text)
    for tag in ("h2", "p", "ul", "ol", "li"):
        assert html.count(f"<{tag}>") == html.count(f"</{tag}>")
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in html.replace("<br>", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("洗衣机 E1", ["洗衣", "衣机", "e1"]),
        ("我的冰箱不制冷", ["的冰", "冰箱", "箱不", "不制", "制冷"]),
        ("The heater is leaking!", ["heater", "leak"]),
        ("ＬＥＡＫＳ　ａ", ["leak"]),
        ("的 ？ a 1", []),
        ("", []),
    ],
)
def test_words_are_pairs_and_latin_words(text, words):
    assert rules.words(text) == words


@given(text=st.text(max_size=400))
def test_words_are_few(text):
    found = rules.words(text)
    assert len(found) == len(set(found)) <= rules.MOST_WORDS
    assert all(len(word) >= 2 for word in found)
