import pytest
from django.urls import reverse

from foundation.accounts.actors import SYSTEM
from knowledgebase import actions

LIST = "/help/"


def chinese(client):
    client.cookies["django_language"] = "zh-hans"


def test_the_list_shows_public_articles_by_category_in_the_readers_language(client, library):
    english = client.get(LIST).text
    assert "Washing machines" in english and "Washing machine shows E1" in english
    assert english.index("Washing machines") < english.index("Refrigerators")
    assert "Script:" not in english and "话术" not in english
    chinese(client)
    page = client.get(LIST).text
    assert "洗衣机显示E1" in page and "Washing machine shows" not in page


def test_words_narrow_the_list(client, library):
    page = client.get(LIST, {"q": "sheet of paper"}).text
    assert "refrigerator does not get cold" in page and "rice cooker" not in page
    none = client.get(LIST, {"q": "<b>zebra"}).text
    assert "Nothing was found" in none and "<b>zebra" not in none
    assert client.get(LIST, {"q": "\x00%" + "x" * 5000}).status_code == 200


def test_an_article_is_read_in_both_languages(client, library):
    url = library["washer-e1"].get_absolute_url()
    page = client.get(url).text
    assert "<li>Switch the machine off" in page and 'lang="en"' in page
    chinese(client)
    assert "按电源键关机" in client.get(url).text


def test_the_other_language_is_shown_with_a_word_about_it(client, e1):
    page = client.get("/help/e1/").text
    assert "available in Chinese only" in page and "显示 E1" in page and "Shows E1" not in page
    chinese(client)
    assert "in Chinese only" not in client.get("/help/e1/").text


def test_internal_and_unpublished_articles_do_not_exist_for_the_public(client, cast, library):
    url = library["script-no-power"].get_absolute_url()
    assert client.get(url).status_code == 404
    actions.unpublish(library["washer-e1"], language="en", by=SYSTEM)
    actions.unpublish(library["washer-e1"], language="zh-hans", by=SYSTEM)
    assert client.get("/help/washer-e1/").status_code == 404
    assert client.get("/help/nothing/").status_code == 404
    client.force_login(cast.anna)
    assert "Internal" in client.get(url).text


def test_pages_are_only_read(client, e1):
    for url in (LIST, "/help/e1/"):
        assert client.post(url).status_code == 405


def test_pages_carry_nothing_inline(client, library):
    for url in (LIST, "/help/washer-e1/"):
        html = client.get(url).text
        main = html[html.index("<h1") :]
        assert "style=" not in main and "onclick" not in main and "<script>" not in main


@pytest.mark.parametrize("slug", ["washer-e1", "washer-e4"])
def test_pages_ask_little(client, library, slug, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(LIST)
    with django_assert_max_num_queries(8):
        client.get(reverse("knowledgebase:article", args=[slug]))


def test_the_list_asks_as_often_for_one_as_for_three(client, db, django_assert_max_num_queries):
    counts = []
    for number in range(3):
        article = actions.record_article(slug=f"a{number}", is_public=True, by=SYSTEM)
        actions.write(article, language="en", title=f"T{number}", body="x", by=SYSTEM)
        actions.publish(article, language="en", by=SYSTEM)
        with django_assert_max_num_queries(7) as asked:
            assert f"T{number}" in client.get(LIST).text
        counts.append(len(asked))
    assert counts[0] == counts[-1]
