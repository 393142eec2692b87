"""The desks' lists through their pages: pages, filters, views, columns, many at once, refresh."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.lists import kinds
from foundation.lists.kinds import Filter
from foundation.lists.models import BulkRun, ListChoice, SavedView
from foundation.lists.queries import selection
from foundation.search import actions as search
from tests import stories
from tickets import actions
from tickets.models import Ticket, TicketMessage

pytestmark = pytest.mark.django_db

ALL = "tickets.alltickets"


@pytest.fixture
def start():
    return timezone.now() - timedelta(minutes=25)


@pytest.fixture
def enter(client, cast):
    def go(name):
        client.force_login(User.objects.get(username=name))
        return client

    return go


def page(desk="alltickets"):
    return reverse(f"admin:tickets_{desk}_changelist")


def numbers(answer) -> list[str]:
    return [line["name"] for line in answer.context_data["lines"]]


def found(query, user, at=None) -> set[str]:
    return {row.number for row in selection(ALL, query, user, at=at).rows}


# --- filters -------------------------------------------------------------------------------------


@pytest.fixture
def three(cast, start):
    """Received by a stranger; in progress for a VIP and on hold; resolved yesterday."""
    new = stories.received(start, symptom="漏水")
    work = stories.in_progress(start, cast.tang, contact=cast.anna, kind="installation")
    vip = stories.customer("赵敏", "zhao@example.com", vip=True)
    actions.link(work, by=cast.sun, customer=vip, unit=stories.unit(vip))
    actions.hold(work, by=cast.sun, reason="parts")
    old = stories.resolved(start - timedelta(days=3), cast.tian)
    return {"new": new.number, "work": work.number, "old": old.number}


CASES = {
    "": "new work old",
    "status=open": "new work",
    "status=received&status=resolved": "new old",
    "priority=P2": "new work old",
    "priority=P1": "",
    "category=technical": "work old",
    "category=technical-no-start": "work old",
    "category=logistics": "",
    "department=technical": "work old",
    "department=service&department=logistics": "",
    "handler=nobody": "new",
    "handler=me": "",
    "contact=nobody": "new old",
    "tier=vip": "work",
    "channel=web": "new work old",
    "channel=phone": "",
    "kind=installation": "work",
    "product=WM-800": "new work old",
    "hold=yes": "work",
    "hold=parts": "work",
    "hold=customer": "",
    "hold=no": "new",
    "status=open&hold=no": "new",
    "lateness=late&status=confirmed": "",
    "order=oldest": "new work old",
}


@pytest.mark.parametrize("query", CASES)
def test_each_filter_narrows(query, three, cast):
    assert found(query, cast.sun) == {three[name] for name in CASES[query].split()}


def test_me_is_who_looks(three, cast):
    assert found("contact=me", cast.anna) == {three["work"]}
    assert found(f"handler={cast.tang.pk}&handler=nobody", cast.sun) == {
        three["work"],
        three["new"],
    }


def test_ranges_of_days_are_whole_days_of_the_reader(three, cast, start):
    day = timezone.localtime(start).date()
    old = timezone.localtime(start - timedelta(days=3)).date()
    assert found(f"received={day}..{day}", cast.sun) == {three["new"], three["work"]}
    assert found(f"received.to={old}", cast.sun) == {three["old"]}
    assert found(f"resolved={old}..", cast.sun) == {three["old"]}
    assert found(f"resolved=..{old - timedelta(days=2)}", cast.sun) == set()


def test_lateness_counts_from_now(three, cast):
    due = Ticket.objects.get(number=three["new"]).next_due_at
    assert found("lateness=late", cast.sun, due + timedelta(seconds=1)) >= {three["new"]}
    assert three["new"] in found("lateness=soon", cast.sun, due - timedelta(minutes=5))
    assert three["new"] in found("lateness=on_time", cast.sun, due - timedelta(hours=9))


def test_who_waits_for_an_answer(cast, start):
    ticket = stories.in_progress(start, cast.tang, contact=cast.anna)
    actions.message(ticket, by=cast.anna, body="We come tomorrow.", at=start + timedelta(minutes=3))
    Ticket.objects.filter(pk=ticket.pk).update(last_customer_at=start)
    assert found("awaits=yes", cast.sun) == set()
    Ticket.objects.update(last_customer_at=timezone.now())
    assert found("awaits=yes", cast.sun) == {ticket.number}


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense", "nonsense=1", "handler=abc", "handler=" + "9" * 30, "received=soon",
        "received.from=2026-13-01", "view=77", "category=%27%3B", "tier=%00", "order=title",
        "page=" + "9" * 30, "customer=x&unit=0", "only=a", "status=" + "x" * 3000,
        "&".join(f"a{i}=1" for i in range(300)),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_and_left_out(query, three, enter):
    answer = enter("sun").get(f"{page()}?{query}")
    assert answer.status_code == 200
    if "page" not in query:
        assert len(numbers(answer)) == 3
    if "page" not in query and "order" not in query:
        assert "Left out, because it is not known here" in answer.content.decode()


def test_a_higher_app_adds_a_filter_to_every_list_of_the_family(three, cast, monkeypatch):
    monkeypatch.setattr(kinds, "_added", {})
    signed = Filter(
        "figure",
        "figure",
        known=lambda values, reader: {v: "median" for v in values if v == "good"},
        apply=lambda rows, values, reader: rows.filter(kind="installation"),
        look=kinds.HIDDEN,
    )
    kinds.register_filter("tickets", signed)
    assert found("figure=good", cast.sun) == {three["work"]}
    assert selection(ALL, "figure=bad", cast.sun).asked.ignored == ["figure"]


def test_links_to_all_tickets_of_a_customer(three, cast):
    owner = Ticket.objects.get(number=three["work"]).customer
    assert found(f"customer={owner.pk}", cast.sun) == {three["work"]}
    masked = selection(ALL, f"customer={owner.pk}", cast.an).asked
    assert "赵敏" not in str(masked.filters)


def test_words_within_a_list_find_with_its_filters(three, cast, enter):
    search.sweep(timezone.now())
    assert found("q=漏水", cast.sun) == {three["new"]}
    assert found("q=漏水&status=resolved", cast.sun) == set()
    assert found(f"q={three['old'].replace('-', ' ')}", cast.sun) == {three["old"]}


def test_more_hits_than_are_weighed_are_told(three, enter, monkeypatch):
    from foundation.search import queries as searching

    search.sweep(timezone.now())
    monkeypatch.setattr(searching, "MOST", 1)
    html = enter("sun").get(f"{page()}?q=洗衣机").content.decode()
    assert "More than 2,000 hold these words" in html


# --- who sees what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "seen"),
    [("sun", "new work old"), ("anna", "new work old"), ("an", "new work old"), ("deng", "work")],
)
def test_a_selection_holds_what_the_person_may_see(name, seen, three, cast):
    assert found("", getattr(cast, name)) == {three[key] for key in seen.split()}


def test_nobody_else_opens_a_selection(cast):
    cast.wu.roles.clear()
    with pytest.raises(PermissionDenied):
        selection(ALL, "", cast.wu)
    with pytest.raises(PermissionDenied):
        selection("tickets.toassign", "", cast.anna)
    with pytest.raises(KeyError):
        selection("nonsense", "", cast.sun)


def test_every_column_is_masked_for_who_may_not_read_it(cast, start):
    owner = stories.customer("欧阳若兰")
    ticket = stories.received(
        start, requester_name="欧阳若兰", requester_phone="13812345678",
        symptom="欧阳若兰说漏水 13812345678", order_number="13812345678",
    )  # fmt: skip
    actions.link(ticket, by=cast.sun, customer=owner, unit=None)
    keys = [column.key for column in kinds.get(ALL).columns]
    for user in (cast.an, cast.sun):
        ListChoice.objects.create(user=user, list_key=ALL, columns=keys)
    told = {}
    for user in (cast.an, cast.sun):
        chosen = selection(ALL, "", user)
        assert len(chosen.columns) == len(keys) == len(chosen.labels)
        told[user] = " ".join(str(value) for row in chosen.rows for value in chosen.values(row))
    for secret in ("欧阳若兰", "13812345678"):
        assert secret not in told[cast.an] and secret in told[cast.sun]


# --- pages ---------------------------------------------------------------------------------------


def test_pages_are_turned_without_counting(enter, start, django_assert_max_num_queries):
    for i in range(27):
        stories.received(start + timedelta(seconds=i))
    client = enter("sun")
    with django_assert_max_num_queries(14) as told:
        first = client.get(page())
    assert not [q for q in told.captured_queries if "COUNT(" in q["sql"].upper()]
    second = client.get(f"{page()}?page=2")
    assert (len(numbers(first)), len(numbers(second))) == (25, 2)
    assert not set(numbers(first)) & set(numbers(second))
    assert "1–25" in first.content.decode() and "26–27" in second.content.decode()
    assert 'rel="next"' in first.content.decode() and 'rel="next"' not in second.content.decode()
    past = client.get(f"{page()}?page=500").content.decode()
    assert "Page 500 is past the end" in past and "To the first page" in past


def test_the_newest_stand_first_and_equal_moments_keep_their_place(enter, start):
    rows = [stories.received(start).number for _ in range(4)]
    assert numbers(enter("sun").get(page())) == rows[::-1]
    assert numbers(enter("sun").get(f"{page()}?order=oldest")) == rows


@pytest.mark.parametrize("desk", ["intake", "toclassify", "toassign", "mywork", "alltickets"])
@pytest.mark.parametrize("query", ["", "handler=me&category=technical&tier=vip&product=WM-800"])
def test_a_list_costs_the_same_with_one_row_and_three(
    desk, query, enter, cast, start, django_assert_max_num_queries
):
    client, costs = enter("sun"), []
    keys = [column.key for column in kinds.get(ALL).columns]
    ListChoice.objects.create(user=cast.sun, list_key=f"tickets.{desk}", columns=keys)
    for count in (1, 2):
        for i in range(count):
            owner = stories.customer(f"客户{count}{i}", f"c{count}{i}@example.com", vip=True)
            for make in (stories.received, stories.registered, stories.classified):
                row = make(start)
                actions.link(row, by=cast.sun, customer=owner, unit=None)
            row = stories.assigned(start, cast.sun, contact=cast.sun)
            actions.link(row, by=cast.sun, customer=owner, unit=stories.unit(owner, f"S{count}{i}"))
        with django_assert_max_num_queries(14 if not query else 17) as told:
            assert client.get(f"{page(desk)}?{query}").status_code == 200
        costs.append(len(told.captured_queries))
    assert costs[0] == costs[1]


# --- columns and views ---------------------------------------------------------------------------


def columns_url(desk="alltickets"):
    return reverse("admin:lists_columns", args=[f"tickets.{desk}"])


def test_columns_are_chosen_ordered_and_reset(three, enter, cast):
    client = enter("sun")
    form = {"columns": ["kind", "state"], "rows": "50", "opens_with": ""}
    assert client.post(columns_url(), form).status_code == 302
    heads = [head["key"] for head in client.get(page()).context_data["headers"]]
    assert heads == ["number", "kind", "state"]
    assert [h["key"] for h in client.get(page("intake")).context_data["headers"]][1] == "state"
    assert client.post(columns_url(), {"reset": "1"}).status_code == 302
    choice = ListChoice.objects.get(user=cast.sun, list_key=ALL)
    assert (choice.columns, choice.rows) == ([], 50)
    answer = client.post(columns_url(), form | {"columns": ["requester_phone"]})
    assert answer.status_code == 200 and "requester_phone" in answer.content.decode()


def test_a_view_is_saved_opened_changed_and_deleted(three, enter, cast):
    client = enter("sun")
    save = reverse("admin:lists_save", args=[ALL])
    answer = client.post(f"{save}?status=open&q=pump", {"name": "Open pumps", "for_team": "on"})
    view = SavedView.objects.get()
    assert answer.url == f"{page()}?view={view.pk}"
    assert view.department == cast.sun.department
    assert "q=pump" in view.query and "status=open" in view.query
    client.post(f"{save}?hold=yes", {"name": "Held", "is_first": "on"})
    held = SavedView.objects.get(name="Held")
    assert client.get(page()).url == f"?view={held.pk}"
    assert numbers(client.get(f"{page()}?view={held.pk}")) == [three["work"]]
    assert len(numbers(client.get(f"{page()}?view=all"))) == 3
    one = reverse("admin:lists_view", args=[ALL, held.pk])
    assert client.post(one, {"name": "Held now", "version": 1}).status_code == 302
    html = client.post(one, {"name": "Late", "version": 1}).content.decode()
    assert "Somebody changed this view in the meantime" in html
    update = {"name": "New", "version": 2, "update": "1"}
    assert client.post(f"{one}?view={held.pk}&status=received", update).status_code == 302
    assert numbers(client.get(f"{page()}?view={held.pk}")) == [three["new"]]
    assert client.post(one, {"name": "x", "version": 3, "delete": "1"}).status_code == 302
    assert not SavedView.objects.filter(pk=held.pk).exists()
    assert client.get(page()).status_code == 200


def test_nobody_edits_a_view_that_is_not_theirs(enter, cast, client):
    client = enter("sun")
    client.post(reverse("admin:lists_save", args=[ALL]), {"name": "Mine"})
    client.post(reverse("admin:lists_save", args=[ALL]), {"name": "Ours", "for_team": "on"})
    mine, ours = SavedView.objects.order_by("pk")
    client = enter("anna")
    for view, status in ((mine, 404), (ours, 403)):
        url = reverse("admin:lists_view", args=[ALL, view.pk])
        assert client.get(url).status_code == status
        assert client.post(url, {"name": "x", "version": 1, "delete": "1"}).status_code == status
    html = client.get(page()).content.decode()
    assert "Ours" in html and "Mine" not in html
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("name", ["filters", "columns", "save"])
def test_dialogs_open_as_pages_and_as_parts_in_both_languages(name, enter, cast):
    client = enter("sun")
    url = reverse(f"admin:lists_{name}", args=[ALL]) + "?status=open&received=2026-01-01.."
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        whole = client.get(url).content.decode()
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert "<html" in whole and "<html" not in part and "<form" in part


# --- many at once --------------------------------------------------------------------------------


def bulk_url(verb, desk="alltickets"):
    return reverse("admin:lists_bulk", args=[f"tickets.{desk}", verb])


def tick(*tickets):
    return [f"{ticket.pk}:{Ticket.objects.get(pk=ticket.pk).version}" for ticket in tickets]


def test_a_verb_for_many_tells_what_was_done_and_what_not(enter, cast, start):
    good, stale, done = (stories.classified(start) for _ in range(3))
    ticked = tick(good, stale)
    closed = stories.cancelled(start)
    actions.set_priority(stale, by=cast.ma, priority="P1", reason="as a test")
    client = enter("sun")
    html = client.get(bulk_url("assign"), {"t": ticked}).content.decode()
    assert good.number in html and "Who does the work" in html
    form = {"t": [*ticked, *tick(closed), "999999:1"], "handler": cast.tang.pk, "once": "a" * 32}
    answer = client.post(bulk_url("assign"), form)
    run = BulkRun.objects.get()
    assert answer.url == reverse("admin:lists_done", args=[run.pk])
    assert [line["is_done"] for line in run.lines] == [True, False, False, False]
    assert "In the meantime" in run.lines[1]["why"]
    assert Ticket.objects.get(pk=good.pk).handler == cast.tang
    assert Ticket.objects.get(pk=stale.pk).handler is None
    html = client.get(answer.url).content.decode()
    assert "1 done, 3 not done" in html and f"only={stale.pk}" in html
    again = re.search(r'href="([^"]*only=[^"]*)"', html)[1].replace("&amp;", "&")
    assert set(numbers(client.get(again))) == {stale.number, closed.number}
    assert Ticket.objects.get(pk=done.pk).handler is None


def test_a_second_press_does_nothing_twice(enter, start):
    rows = [stories.received(start) for _ in range(2)]
    client = enter("sun")
    form = {"t": tick(*rows), "body": "Same batch", "once": "b" * 32}
    urls = {client.post(bulk_url("note"), form).url for _ in range(2)}
    assert len(urls) == 1 and TicketMessage.objects.filter(body="Same batch").count() == 2


def test_what_broke_off_goes_on_where_it_stopped(enter, start):
    rows = [stories.received(start) for _ in range(2)]
    client = enter("sun")
    form = {"t": tick(*rows), "body": "Same batch", "once": "c" * 32}
    client.post(bulk_url("note"), form)
    BulkRun.objects.all().delete()  # as if the process had died before the result was kept
    TicketMessage.objects.filter(ticket=rows[1]).delete()
    client.post(bulk_url("note"), form)
    assert TicketMessage.objects.filter(body="Same batch", ticket=rows[0]).count() == 1


@pytest.mark.parametrize(
    ("verb", "facts", "make"),
    [
        ("take", {}, "received"),
        ("register", {}, "received"),
        ("classify", {"priority": "P2", "category": True}, "registered"),
        ("set_priority", {"priority": "P1", "reason": "batch"}, "classified"),
        ("hold", {"reason": "parts"}, "classified"),
        ("note", {"body": "x"}, "classified"),
        ("message", {"body": "x"}, "classified"),
        ("cancel", {"reason": "duplicate"}, "classified"),
        ("restore", {}, "cancelled"),
    ],
)
def test_every_verb_for_many(verb, facts, make, enter, cast, start):
    rows = [getattr(stories, make)(start) for _ in range(2)]
    if facts.get("category"):
        facts = facts | {"category": stories.category().pk}
    client = enter("sun")
    assert client.get(bulk_url(verb), {"t": tick(*rows)}).status_code == 200
    client.post(bulk_url(verb), {"t": tick(*rows), "once": "d" * 32, **facts})
    assert [line["is_done"] for line in BulkRun.objects.get().lines] == [True, True]


def test_hold_is_ended_for_many(enter, cast, start):
    rows = [stories.classified(start) for _ in range(2)]
    for row in rows:
        actions.hold(row, by=cast.sun, reason="parts")
    enter("sun").post(bulk_url("resume"), {"t": tick(*rows), "once": "e" * 32, "reason": ""})
    assert not Ticket.objects.filter(is_on_hold=True).exists()


def test_only_what_the_role_allows(enter, cast, start):
    foreign = stories.assigned(start, cast.tang, contact=cast.sun)
    own = stories.assigned(start, cast.tang, contact=cast.anna)
    client = enter("anna")
    assert client.get(bulk_url("cancel")).status_code == 403
    assert client.post(bulk_url("cancel"), {"t": tick(own)}).status_code == 403
    client.post(bulk_url("accept"), {"t": tick(own, foreign), "once": "f" * 32})
    told = [(line["is_done"], line["name"]) for line in BulkRun.objects.get().lines]
    assert told[1] == (False, "")
    html = enter("an").get(page()).content.decode()
    assert 'name="t"' not in html
    client = enter("sun")
    assert (
        client.get(reverse("admin:lists_done", args=[BulkRun.objects.get().pk])).status_code == 404
    )


def test_a_row_without_its_version_is_an_old_one(enter, start):
    ticket = stories.classified(start)
    form = {"t": [str(ticket.pk)], "priority": "P1", "reason": "x", "once": "g" * 32}
    enter("sun").post(bulk_url("set_priority"), form)
    assert "In the meantime" in BulkRun.objects.get().lines[0]["why"]


@pytest.mark.parametrize("ticked", [[], ["x"], [":"], ["-1:1"], ["9" * 40], ["1:" + "9" * 40]])
def test_nothing_ticked_does_nothing(ticked, enter, cast, start):
    client = enter("sun")
    answer = client.post(bulk_url("note"), {"t": ticked, "body": "x", "once": "h" * 32})
    assert answer.status_code in (200, 302)
    assert not TicketMessage.objects.exists()


# --- refresh -------------------------------------------------------------------------------------


def test_the_rows_come_alone_and_only_when_they_changed(enter, start):
    ticket = stories.received(start)
    client = enter("sun")
    answer = client.get(f"{page()}?part=rows")
    html = answer.content.decode()
    assert ticket.number in html and "<html" not in html and "csrf" not in html
    same = client.get(f"{page()}?part=rows", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304 and not same.content
    stories.received(start)
    new = client.get(f"{page()}?part=rows", headers={"If-None-Match": answer["ETag"]})
    assert new.status_code == 200


def test_the_next_of_a_desk_opens_in_the_order_of_the_desk(enter, cast, start):
    rows = [stories.classified(start + timedelta(minutes=i)) for i in range(2)]
    urgent = stories.classified(start + timedelta(minutes=5))
    Ticket.objects.filter(pk=urgent.pk).update(is_safety=True)
    assert numbers(enter("sun").get(page("toassign")))[0] == urgent.number
    assert len(rows) == 2


def test_a_narrowed_list_without_rows_leads_back(enter, start):
    stories.received(start)
    html = enter("sun").get(f"{page()}?status=confirmed").content.decode()
    assert "Nothing fits these filters" in html and "Clear all" in html


def test_visible_rows_are_the_scopes_rows(three, cast):
    rows = Ticket.objects.visible_to(cast.hu)
    own = Q(department=cast.hu.department) | Q(handler=cast.hu) | Q(contact=cast.hu)
    assert set(rows) == set(Ticket.objects.filter(own))
    assert found("", cast.hu) == {row.number for row in rows}
