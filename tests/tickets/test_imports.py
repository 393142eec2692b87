"""Past tickets from sheets: through the verbs of an import."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from care.models import Callback
from customers.models import Customer
from foundation.accounts.models import User
from foundation.clockwork import sweeps
from foundation.messaging.models import OutgoingMessage
from foundation.search import queries
from surveys.models import Invitation
from tests import stories
from tests.foundation.sheets.sheets import bring, checked, imported, problems, undone
from tickets import actions
from tickets.models import Deadline, Ticket, TicketCycle, TicketEvent, TicketMessage

HEAD = (
    "工单编号,工单类型,受理渠道,问题分类,优先级,问题描述,工单状态,受理时间,首次响应时间,解决时间,"
    "关闭时间,客户姓名,手机,地址,型号,序列号,处理人,故障原因,处理措施,处理结果\n"
)
WHOLE = (
    "WO-2025-17,维修,400电话,无法开机或死机,高,洗衣机不脱水,已关闭,2025-03-01 09:30,2025-03-01 10:00,"
    "2025-03-02 16:00,2025/3/4 8:00,王芳,138 1234 5678,文三路1号,WM-800,sn0001,tang,排水泵损坏,"
    "更换排水泵,已更换排水泵，试机正常。\n"
)
RESOLVED = "WO-2025-18,咨询,微信,,,,已解决,2025-03-05 09:00,,2025-03-05 09:10" + "," * 9 + "\n"
OPEN = (
    "WO-2025-19,,,无法开机或死机,P2,不通电,进行中,2026-03-01 08:00,,,,李雷,13900001234,,,,Tang,,,\n"
)
GONE = "WO-2025-20,,,,,买错了,已取消,2025-04-01,,2025-04-02,,,,,,,,,,\n"
NEW = "WO-2025-21,,,,,漏水,,2026-03-02 08:00,,,,,,,,,,,,\n"


def fields(**facts) -> str:
    """A row with only these cells; the state decides what else it needs."""
    names = [
        "number", "kind", "channel", "category", "priority", "symptom", "status", "received_at",
        "first_response_at", "resolved_at", "confirmed_at", "name", "phone", "address", "code",
        "serial", "handler", "cause", "remedy", "result",
    ]  # fmt: skip
    row = {"number": "A1", "symptom": "坏了", "received_at": "2025-03-01 09:00"} | facts
    return ",".join(f'"{row.get(name, "")}"' for name in names) + "\n"


@pytest.fixture
def shelf(db):
    """Wang with a washer."""
    return stories.unit(stories.customer())


@pytest.fixture
def whole(cast, shelf) -> Ticket:
    run = imported(cast.ma, "tickets", HEAD + WHOLE)
    assert problems(run, "check") == []
    return Ticket.objects.get()


def test_a_finished_ticket_comes_with_its_whole_story(whole, cast, shelf):
    assert (whole.status, whole.priority, whole.category.key) == (
        "confirmed", "P1", "technical-no-start",
    )  # fmt: skip
    assert (whole.kind, whole.channel, whole.department.key) == ("fault", "phone", "technical")
    assert (whole.customer, whole.unit, whole.product) == (shelf.customer, shelf, shelf.product)
    assert (whole.handler, whole.former_number) == (cast.tang, "WO-2025-17")
    assert whole.number.startswith("2025-")
    assert not whole.awaits_answer
    cycle = whole.cycles.get()
    zone = timezone.get_current_timezone()
    assert cycle.opened_at == datetime(2025, 3, 1, 9, 30, tzinfo=zone) == whole.received_at
    assert cycle.first_response_at == datetime(2025, 3, 1, 10, 0, tzinfo=zone)
    assert cycle.resolved_at == datetime(2025, 3, 2, 16, 0, tzinfo=zone)
    assert cycle.confirmed_at == datetime(2025, 3, 4, 8, 0, tzinfo=zone) == whole.status_at
    assert (cycle.resolved_by, cycle.cause) == (cast.tang, "排水泵损坏")
    message = whole.messages.get()
    assert (message.body, message.author, message.at) == (
        "已更换排水泵，试机正常。", cast.tang, cycle.resolved_at,
    )  # fmt: skip
    keys = list(whole.events.order_by("at", "pk").values_list("key", flat=True))
    assert keys == [
        "ticket.received", "ticket.classified", "ticket.assigned", "ticket.resolved",
        "ticket.confirmed", "ticket.imported",
    ]  # fmt: skip
    whole.full_clean(exclude=["status"])


def test_nothing_is_promised_sent_asked_or_called(cast, shelf):
    imported(
        cast.ma, "tickets", HEAD + WHOLE + RESOLVED.replace(",,,,已", ",无法开机或死机,P1,x,已")
    )
    for days in (0, 1, 2, 10, 60):
        sweeps.tick(timezone.now() + timedelta(days=days), strict=True)
    assert not Deadline.objects.exists()
    assert not OutgoingMessage.objects.exists()
    assert not Invitation.objects.exists()
    assert not Callback.objects.exists()


def test_states_and_what_they_need(cast, shelf):
    resolved = fields(
        number="R",
        status="已解决",
        resolved_at="2025-03-02",
        category="无法开机或死机",
        priority="P3",
    )
    run = imported(cast.ma, "tickets", HEAD + resolved + OPEN + GONE + NEW)
    assert problems(run, "check") == []
    found = dict(Ticket.objects.values_list("former_number", "status"))
    assert found == {
        "R": "confirmed",
        "WO-2025-19": "in_progress",
        "WO-2025-20": "cancelled",
        "WO-2025-21": "received",
    }
    assert Ticket.objects.get(former_number="WO-2025-19").handler == cast.tang
    # What is open goes on as any other.
    new = Ticket.objects.get(former_number="WO-2025-21")
    assert actions.message(new, by=cast.sun, body="您好")


@pytest.mark.parametrize(
    ("facts", "column", "words"),
    [
        ({"number": "-"}, "number", "number the ticket had"),
        ({"symptom": ""}, "symptom", "empty"),
        ({"received_at": "昨天"}, "received_at", "not a date"),
        ({"received_at": "2099-01-01"}, "received_at", "future"),
        (
            {"status": "已关闭", "category": "无法开机或死机", "priority": "P1"},
            "resolved_at",
            "needs",
        ),
        ({"status": "处理中", "priority": "P1", "handler": "tang"}, "category", "need a category"),
        (
            {"status": "处理中", "category": "无法开机或死机", "handler": "tang"},
            "priority",
            "need a priority",
        ),
        (
            {"status": "处理中", "category": "无法开机或死机", "priority": "P1"},
            "handler",
            "need a handler",
        ),
        ({"category": "没有"}, "category", "no category"),
        ({"handler": "nobody"}, "handler", "Nobody signs in"),
        ({"code": "NONE"}, "code", "no product"),
        ({"status": "待处理", "resolved_at": "2025-03-02"}, "resolved_at", "not finished"),
        ({"status": "好了"}, "status", "not known"),
        ({"phone": "x"}, "phone", "not a phone number"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(cast, shelf, facts, column, words):
    run = checked(cast.ma, "tickets", HEAD + fields(**facts))
    assert [(number, where) for number, where, _ in problems(run, "check")] == [(2, column)]
    assert words in problems(run, "check")[0][2]
    imported(cast.ma, "tickets", HEAD + fields(**facts))
    assert not Ticket.objects.exists()


def test_moments_out_of_order_are_named(cast, shelf):
    row = fields(
        resolved_at="2025-02-01",
        confirmed_at="2025-01-01",
        category="无法开机或死机",
        priority="P1",
    )
    run = checked(cast.ma, "tickets", HEAD + row)
    assert [where for _, where, _ in problems(run, "check")] == ["resolved_at", "confirmed_at"]


def test_a_shown_name_that_several_have_is_not_guessed(cast, shelf):
    User.objects.filter(username__in=("tang", "tian")).update(display_name="小唐")
    run = checked(cast.ma, "tickets", HEAD + fields(handler="小唐"))
    assert "Several people" in problems(run, "check")[0][2]


def test_the_same_sheet_twice_changes_nothing(whole, cast):
    again = imported(cast.ma, "tickets", HEAD + WHOLE.replace("WO-2025-17", "wo 2025 17"))
    assert again.import_job.result == {"same": 1}
    assert Ticket.objects.count() == TicketCycle.objects.count() == 1


def test_customers_are_found_or_recorded(cast, shelf):
    rows = fields(number="1", name="王芳", phone="13812345678") + fields(
        number="2", name="赵六", phone="13700001111"
    )
    rows += fields(number="3", name="赵六", phone="137 0000 1111") + fields(number="4", name="王芳")
    imported(cast.ma, "tickets", HEAD + rows)
    told = dict(Ticket.objects.values_list("former_number", "customer__name"))
    assert told == {"1": "王芳", "2": "赵六", "3": "赵六", "4": None}
    assert Customer.objects.count() == 2


def test_somebody_elses_unit_is_not_linked(cast, shelf):
    rows = fields(number="1", serial="SN-0001", name="赵六", phone="13700001111")
    rows += fields(number="2", serial="SN-0001")
    imported(cast.ma, "tickets", HEAD + rows)
    first, second = Ticket.objects.order_by("former_number")
    assert (first.unit, first.serial_text) == (None, "SN-0001")
    assert (second.unit, second.customer) == (shelf, shelf.customer)


def test_the_old_number_is_found_and_shown(whole, cast, client):
    for words in ("WO-2025-17", "wo202517", "脱水"):
        assert queries.find("tickets", cast.sun, words).hits, words
    client.force_login(cast.sun)
    html = client.get(reverse("admin:tickets_alltickets_change", args=[whole.pk])).text
    assert "formerly WO-2025-17" in html and "Brought in" in html
    client.force_login(cast.an)
    html = client.get(reverse("admin:tickets_alltickets_change", args=[whole.pk])).text
    assert "王芳" not in html and "13812345678" not in html


def test_an_undone_import_leaves_nothing(cast, shelf):
    run = imported(cast.ma, "tickets", HEAD + WHOLE + OPEN)
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 2, "kept": 0}
    for model in (Ticket, TicketCycle, TicketEvent, TicketMessage):
        assert not model.objects.exists()
    assert [row.name for row in Customer.objects.all()] == ["王芳"]


def test_what_somebody_touched_stays(cast, shelf):
    run = imported(cast.ma, "tickets", HEAD + WHOLE + OPEN)
    actions.note(Ticket.objects.get(former_number="WO-2025-19"), by=cast.sun, body="再看看")
    run = undone(cast.ma, run)
    assert run.undo_job.result == {"undone": 1, "kept": 1}
    assert Ticket.objects.get().former_number == "WO-2025-19"


def test_numbers_are_of_the_year_and_go_on(cast, shelf):
    imported(cast.ma, "tickets", HEAD + fields(number="1") + fields(number="2"))
    imported(cast.ma, "tickets", HEAD + fields(number="3", received_at="2024-05-01"))
    numbers = list(Ticket.objects.order_by("pk").values_list("number", flat=True))
    assert len(set(numbers)) == 3
    assert [number.startswith("2025-") for number in numbers] == [True, True, False]
    at = datetime(2025, 6, 1, tzinfo=UTC)
    assert stories.received(at).number not in numbers


@pytest.mark.parametrize("name", ["anna", "sun", "an"])
def test_who_may_not_import_is_refused(cast, name):
    with pytest.raises(PermissionDenied):
        bring(getattr(cast, name), "tickets", HEAD + WHOLE)


def test_a_chunk_asks_as_often_for_one_row_as_for_thirty(
    cast, shelf, django_assert_max_num_queries
):
    counts = []
    for count in (1, 30):
        rows = [
            fields(
                number=f"{count}-{n}",
                name=f"客户{count}-{n}",
                phone=f"1390000{count:02d}{n:02d}",
                code="WM-800",
                serial=f"X{count}-{n}",
                handler="tang",
                resolved_at="2025-03-02",
                category="无法开机或死机",
                priority="P2",
                result="好了",
            )
            for n in range(count)
        ]
        with django_assert_max_num_queries(130) as asked:
            imported(cast.ma, "tickets", HEAD + "".join(rows))
        counts.append(len(asked))
    assert Ticket.objects.count() == 31
    assert counts[1] - counts[0] <= 4
