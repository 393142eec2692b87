"""The article's page: the verbs that make sense, versions with differences, what a ticket began."""

import pytest
from django.urls import reverse

from foundation.accounts.actors import SYSTEM
from knowledgebase import actions, queries, rules
from knowledgebase.models import Article
from tests import stories
from tests.knowledgebase.test_admin import YES, button, page, typed
from tickets.queries import learned

BUTTONS = ("publish", "unpublish", "submit", "send_back", "discard", "outdate", "renew")


def offered(client, article):
    text = client.get(page(article)).text
    return {name for name in BUTTONS if button(name, article) in text}


def versions(article, **asked):
    address = reverse("admin:knowledgebase_article_versions", args=[article.pk])
    return address + "?" + "&".join(f"{key}={value}" for key, value in asked.items())


def test_only_verbs_that_make_sense_are_offered(client, cast):
    article = actions.record_article(slug="x", by=cast.anna)
    actions.write(article, language="en", title="T", body="b", by=cast.anna)
    client.force_login(cast.sun)
    assert offered(client, article) == {"publish", "submit"}
    actions.submit(article, language="en", by=cast.anna)
    assert offered(client, article) == {"publish", "send_back"}
    actions.publish(article, language="en", by=cast.sun)
    assert offered(client, article) == {"unpublish", "outdate", "renew"}
    actions.write(article, language="en", title="T2", body="b", by=cast.anna)
    assert offered(client, article) == {
        "unpublish",
        "outdate",
        "renew",
        "publish",
        "submit",
        "discard",
    }
    client.force_login(cast.anna)
    assert offered(client, article) == {"submit", "discard", "renew"}
    client.force_login(cast.qian)
    assert offered(client, article) == {"submit", "discard"}
    client.force_login(cast.an)
    assert offered(client, article) == set()


def test_returning_asks_why_and_the_writer_reads_it(client, cast, e1):
    actions.write(e1, language="en", title="T", body="b", by=cast.anna)
    actions.submit(e1, language="en", by=cast.anna)
    client.force_login(cast.sun)
    assert client.post(button("send_back", e1), {"language": "en", **YES}).status_code == 200
    sent = {"language": "en", "because": "Say how long", **YES}
    assert client.post(button("send_back", e1), sent).status_code == 302
    client.force_login(cast.anna)
    assert "Say how long" in client.get(page(e1)).text
    assert "article text returned to you" in client.get("/admin/").text
    listed = client.get(reverse("admin:knowledgebase_article_changelist"), {"waits": "returned"})
    assert [row["pk"] for row in listed.context["lines"]] == [e1.pk]


@pytest.mark.parametrize("waits", ["review", "due", "mine_due", "returned"])
@pytest.mark.parametrize("state", ["draft", "in_review", "published", "outdated", ""])
def test_the_list_is_narrowed(client, cast, e1, waits, state):
    client.force_login(cast.sun)
    address = reverse("admin:knowledgebase_article_changelist")
    assert client.get(address, {"waits": waits, "state": state}).status_code == 200


def test_a_dialog_opened_before_somebodys_change_does_nothing(client, cast, e1):
    client.force_login(cast.sun)
    asked = {"language": "en", "version": Article.objects.get(pk=e1.pk).version, **YES}
    actions.write(e1, language="en", title="Anna's", body="x", by=cast.anna)
    answer = client.post(button("publish", e1), asked, follow=True)
    assert "Anna changed this article in the meantime" in answer.text
    assert not e1.texts.published("en").exists()


def test_the_second_to_write_sees_what_is_stored_and_keeps_what_was_typed(client, cast, e1):
    client.force_login(cast.sun)
    shown = client.get(page(e1))
    forms = shown.context["inline_admin_formsets"][0].formset.forms
    prefix = next(form.prefix for form in forms if form.instance.language == "en")
    data = typed(shown, **{f"{prefix}-body": "Mine"})
    actions.write(e1, language="en", title="Shows E1", body="Anna's words", by=cast.anna)
    refused = client.post(page(e1), data)
    assert "Stored now: Anna&#x27;s words" in refused.text and "Mine" in refused.text
    assert client.post(page(e1), typed(refused)).status_code == 302
    assert e1.texts.get(language="en").body == "Mine"


def test_saving_one_text_leaves_the_other_as_it_is(client, cast, e1):
    """Browsers send CRLF; that alone neither begins a draft nor ends a review."""
    actions.write(e1, language="en", title="Shows E1", body="One\nTwo", by=cast.anna)
    actions.submit(e1, language="en", by=cast.anna)
    actions.write(e1, language="zh-hans", title="显示 E1", body="一\n二", by=cast.anna)
    actions.publish(e1, language="zh-hans", by=cast.sun)
    client.force_login(cast.anna)
    data = typed(client.get(page(e1)))
    data = {
        key: value.replace("\n", "\r\n") if key.endswith("body") else value
        for key, value in data.items()
    }
    assert client.post(page(e1), data | {"kind": "guide"}).status_code == 302
    states = {text.language: (text.status, text.next_status) for text in e1.texts.all()}
    assert states == {"zh-hans": ("published", ""), "en": ("in_review", "")}
    assert Article.objects.get(pk=e1.pk).kind == "guide"


def test_versions_show_what_changed_and_come_back(client, cast, e1):
    actions.write(e1, language="zh-hans", title="显示 E1", body="进水慢", by=cast.anna)
    client.force_login(cast.anna)
    shown = client.get(versions(e1, language="zh-hans")).text
    assert "<ins>慢</ins>" in shown and "shown now" in shown
    assert client.post(versions(e1, language="zh-hans"), {"number": "1"}).status_code == 302
    actions.publish(e1, language="zh-hans", by=cast.sun)
    assert client.post(versions(e1, language="zh-hans"), {"number": "1"}).status_code == 302
    assert e1.texts.get(language="zh-hans").next_body == "进水"
    assert client.post(versions(e1, language="zh-hans"), {"number": "x"}).status_code == 404
    client.force_login(cast.an)
    assert "Bring back" not in client.get(versions(e1, language="zh-hans")).text
    assert client.post(versions(e1, language="zh-hans"), {"number": "1"}).status_code == 403


def test_differences_are_told_word_by_word_and_far_lines_are_left_out():
    old = "\n".join(["一", "二", "三", "四", "关闭电源开关", "五"])
    lines = rules.differences(old, old.replace("电源", "进水"))
    assert [line.kind for line in lines] == ["gap", "same", "same", "gone", "new", "same"]
    assert lines[3].pieces == (("关闭", False), ("电源", True), ("开关", False))
    assert rules.differences("a", "a") == [rules.Line("gap")]


def test_a_draft_is_looked_at_by_people_of_ours_only(client, cast, e1):
    actions.write(e1, language="zh-hans", title="下一版", body="**新**", by=cast.anna)
    asked = {"draft": "zh-hans"}
    assert "下一版" not in client.get("/help/e1/", asked).text
    client.force_login(cast.tang)
    assert "<strong>新</strong>" in client.get("/help/e1/", asked).text
    assert client.get("/help/e1/", {"draft": "xx"}).status_code == 200


def test_a_solved_ticket_begins_an_article_without_names(client, cast, now):
    ticket = stories.resolved(now, cast.tang, contact=cast.anna, requester_phone="13812345678")
    begun = learned.beginning(str(ticket.pk), cast.anna)
    assert begun.language == ticket.language and begun.title and "# " in begun.body
    assert ticket.requester_name not in begun.body
    client.force_login(cast.anna)
    link = f"{reverse('admin:knowledgebase_article_add')}?from=ticket&amp;key={ticket.pk}"
    assert link in client.get(reverse("admin:tickets_alltickets_change", args=[ticket.pk])).text
    shown = client.get(link.replace("&amp;", "&"))
    assert begun.title in shown.text and "13812345678" not in shown.text
    data = typed(shown, slug="from-ticket")
    assert client.post(reverse("admin:knowledgebase_article_add"), data).status_code == 302
    text = Article.objects.get(slug="from-ticket").texts.get()
    assert (text.title, text.status) == (begun.title, "draft")


def test_others_begin_nothing(client, cast, now):
    ticket = stories.resolved(now, cast.tang, contact=cast.anna)
    assert learned.beginning(str(ticket.pk), cast.an) is None
    assert learned.beginning(str(stories.received(now).pk), cast.anna) is None
    assert learned.beginning("x", cast.anna) is None
    client.force_login(cast.anna)
    add = reverse("admin:knowledgebase_article_add")
    assert client.get(add, {"from": "nothing", "key": "1"}).status_code == 200


def test_the_page_of_an_article_asks_as_often_for_one_version_as_for_three(
    client, cast, e1, django_assert_max_num_queries
):
    client.force_login(cast.sun)
    counts = []
    for number in range(3):
        actions.write(e1, language="zh-hans", title=f"T{number}", body="x", by=SYSTEM)
        text = actions.publish(e1, language="zh-hans", by=SYSTEM)
        actions.vote(text, is_helpful=False, why="x", voter=f"v{number}")
        client.get(page(e1))
        with django_assert_max_num_queries(40) as asked:
            client.get(page(e1))
        counts.append(len(asked))
    assert counts[0] == counts[-1]
    assert len(queries.comments(e1)) == 3
