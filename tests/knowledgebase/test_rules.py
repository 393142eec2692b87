import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase import rules, samples
from knowledgebase.templatetags.prose import TAGS, prose


def bare(html):
    """Without what browsers do not show."""
    return re.sub(r"\s+<", "<", re.sub(r"<br>\s*", "<br>", html))


def test_a_text_becomes_html():
    assert bare(prose("# H\n\na\nb\n\n- x\n\n1. y")) == (
        "<h2>H</h2><p>a<br>b</p><ul><li>x</li></ul><ol><li>y</li></ol>"
    )
    assert prose(None) == prose("") == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("先看：\n1、一\n2）二\n", "<p>先看：</p><ol><li>一</li><li>二</li></ol>"),
        ("Look:\n• a\n• b\nThen", "<p>Look:</p><ul><li>a</li><li>b</li></ul><p>Then</p>"),
        ("1.5升", "<p>1.5升</p>"),
        ("**注意：**请先断电", "<p><strong>注意：</strong>请先断电</p>"),
        ("5*3*2 a_b_c", "<p>5<em>3</em>2 a_b_c</p>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("    deep", "<p>deep</p>"),
        (
            "代码：\n| 码 | 意思 |\n|---|---|\n| E1 | 水 |\n完",
            "<p>代码：</p><table><thead><tr><th>码</th><th>意思</th></tr></thead>"
            "<tbody><tr><td>E1</td><td>水</td></tr></tbody></table><p>完</p>",
        ),
        (
            "[x](https://example.com/b)",
            '<p><a href="https://example.com/b" rel="noopener noreferrer nofollow">x</a></p>',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://example.com/b.png)", '<p>!<a href="https://example.com/b.png" rel="noopener noreferrer nofollow">x</a></p>'),
    ],
)  # fmt: skip
def test_the_small_markdown(text, html):
    assert bare(prose(text)) == html


@pytest.mark.parametrize("sample", samples.articles(), ids=lambda sample: sample.slug)
def test_what_was_written_before_looks_the_same(sample):
    """Headings, lists and steps that began a line made blocks before there was Markdown."""
    for _title, body in sample.texts.values():
        html = prose(body)
        lines = body.splitlines()
        assert html.count("<h2>") == sum(line.startswith("# ") for line in lines)
        items = sum(bool(re.match(r"[-•] |\d+\. ", line)) for line in lines)
        assert html.count("<li>") == items
        assert not set(re.findall(r"<(\w+)", html)) - {"h2", "p", "br", "ul", "ol", "li"}


@pytest.mark.parametrize("mark", ["", "# ", "- ", "1. "])
def test_markup_in_a_text_is_shown_not_run(mark):
    html = prose(f'{mark}<script>alert("1")</script> {{% now %}} & <b onclick=x>')
    assert "<script" not in html and "<b " not in html
    assert "&lt;script&gt;" in html


@given(text=st.text(alphabet="<>&\"'#-1. \n\r\tab汉*[]()|:\x00\ue000", max_size=160))
def test_no_text_makes_a_tag_of_its_own(text):
    html = prose(text)
    assert set(re.findall(r"<(\w+)", html)) <= TAGS
    for attribute in re.findall(r"<\w+ ([^>]*)>", html):
        assert re.fullmatch(r'href="[^"]*" rel="[^"]*"|start="\d+"', attribute)


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
