import pytest
from django.urls import reverse

from foundation.accounts.actors import SYSTEM
from knowledgebase import actions
from knowledgebase.models import Article

LIST = "admin:knowledgebase_article_changelist"
YES = {"_form_submitted": "True"}


def page(article):
    return reverse("admin:knowledgebase_article_change", args=[article.pk])


def button(name, article):
    return reverse(f"admin:knowledgebase_article_{name}", args=[article.pk])


def typed(response, **changes):
    """The forms of a page as a browser would send them back, with some boxes changed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    boxes = (box for form in forms for box in form if not box.field.disabled)
    data = {box.html_name: box.value() for box in boxes}
    return {k: v for k, v in data.items() if v is not None and v is not False} | changes


def test_an_agent_writes_both_languages_on_one_page(client, cast):
    client.force_login(cast.anna)
    url = reverse("admin:knowledgebase_article_add")
    data = typed(client.get(url), slug="e4", is_public="on")
    data |= {"texts-0-title": "显示 E4", "texts-0-body": "抖散", "texts-1-title": "Shows E4"}
    refused = client.post(url, data)
    assert refused.status_code == 200 and "显示 E4" in refused.text
    assert client.post(url, data | {"texts-1-body": "Spread"}).status_code == 302
    article = Article.objects.get()
    assert {t.language: (t.title, t.status) for t in article.texts.all()} == {
        "zh-hans": ("显示 E4", "draft"),
        "en": ("Shows E4", "draft"),
    }
    assert (article.owner, article.is_public) == (cast.anna, True)


def test_one_language_is_enough(client, cast):
    client.force_login(cast.anna)
    url = reverse("admin:knowledgebase_article_add")
    data = typed(client.get(url), slug="e4")
    data |= {"texts-1-title": "Shows E4", "texts-1-body": "Spread"}
    assert client.post(url, data).status_code == 302
    assert [t.language for t in Article.objects.get().texts.all()] == ["en"]


def test_publishing_is_a_post(client, cast, e1):
    client.force_login(cast.sun)
    url = button("publish", e1)
    assert client.get(url, {"language": "en", **YES}).status_code == 200
    assert not e1.texts.published("en").exists()
    assert client.post(url, {"language": "zh-hans", **YES}).status_code == 200
    done = client.post(url, {"language": "en", **YES}, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == page(e1)
    assert e1.texts.published("en").get().published_by == cast.sun
    assert client.post(button("unpublish", e1), {"language": "en", **YES}).status_code == 302
    assert not e1.texts.published("en").exists()


def test_publishing_needs_a_token(e1, cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.sun)
    assert strict.post(button("publish", e1), {"language": "en", **YES}).status_code == 403


@pytest.mark.parametrize(("name", "code"), [("anna", 403), ("qian", 403), ("tang", 302)])
def test_others_do_not_publish(client, cast, e1, name, code):
    client.force_login(getattr(cast, name))
    for verb, language in (("publish", "en"), ("unpublish", "zh-hans")):
        assert client.post(button(verb, e1), {"language": language, **YES}).status_code == code
    assert [t.language for t in e1.texts.published()] == ["zh-hans"]
    assert button("publish", e1) not in client.get(page(e1)).text


def test_who_may_not_publish_writes_beside_what_readers_see(client, cast, e1):
    client.force_login(cast.anna)
    response = client.get(page(e1))
    assert "Readers keep version 1 until what you write is published." in response.text
    forms = response.context["inline_admin_formsets"][0].formset.forms
    rows = {form.instance.language: form.prefix for form in forms}
    changes = {f"{rows['zh-hans']}-body": "改", f"{rows['en']}-body": "Changed"}
    assert client.post(page(e1), typed(response, **changes)).status_code == 302
    assert {t.language: t.body for t in e1.texts.all()} == {"zh-hans": "进水", "en": "Changed"}
    assert e1.texts.get(language="zh-hans").next_body == "改"
    again = client.get(page(e1))
    assert typed(again)[f"{rows['zh-hans']}-body"] == "改"
    assert client.post(page(e1), typed(again)).status_code == 302
    assert e1.texts.get(language="zh-hans").version == 2


def test_two_people_on_one_article(client, cast, e1):
    client.force_login(cast.sun)
    data = typed(client.get(page(e1)), kind="guide")
    actions.write(e1, language="en", title="Anna's", body="x", by=cast.anna)
    response = client.post(page(e1), data)
    assert response.status_code == 200 and "Anna saved changes here" in response.text
    assert e1.texts.get(language="en").title == "Anna's"
    assert client.post(page(e1), typed(response)).status_code == 302


def test_readers_read(client, cast, e1):
    client.force_login(cast.an)
    assert "显示 E1" in client.get(page(e1)).text
    assert client.post(page(e1), {"kind": "guide"}).status_code == 403
    assert client.get(reverse("admin:knowledgebase_article_add")).status_code == 403


def test_the_list_shows_the_status_per_language_and_is_searched(client, cast, e1):
    client.force_login(cast.anna)
    shown = client.get(reverse(LIST))
    assert "Shows E1" in shown.text
    row = shown.text[shown.text.index("Shows E1") :]
    assert row.index("published") < row.index("draft")
    for text, count in (("进水", 1), ("E1", 1), ("zebra", 0)):
        assert len(client.get(reverse(LIST), {"q": text}).context["lines"]) == count


def test_the_list_asks_as_often_for_one_as_for_three(client, cast, django_assert_max_num_queries):
    client.force_login(cast.anna)
    counts = []
    for number in range(3):
        article = actions.record_article(slug=f"a{number}", owner=cast.sun, by=SYSTEM)
        actions.write(article, language="en", title="T", body="x", by=SYSTEM)
        client.get(reverse(LIST))
        with django_assert_max_num_queries(14) as asked:
            client.get(reverse(LIST))
        counts.append(len(asked))
    assert counts[0] == counts[-1]
