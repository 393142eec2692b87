"""How long a supervisor waits for each page; medians and 95th percentiles in milliseconds."""

from urllib.parse import quote

from benchmarks.client import Client, Times

LIST = "/admin/tickets/alltickets/"
# What is searched: found in very many tickets, in few, in none but one.
COMMON, RARE = ("冰箱", "washing machine"), ("螺丝", "thermostat")


def questions(number: str, pk: int, tail: str, bare: bool = True) -> list[tuple[str, list[str]]]:
    """(what, addresses asked in turn) for the program and, where it has one, the bare view."""
    searches = [f"/admin/search/?q={quote(word)}" for word in (*COMMON, *RARE)]
    return [
        ("list", [LIST]),
        ("list filtered", [f"{LIST}?state=in_progress&priority=P2"]),
        *((f"search “{word}”", [f"/admin/search/?q={quote(word)}"]) for word in (*COMMON, *RARE)),
        ("search, four words in turn", searches),
        ("search in the list “冰箱”", [f"{LIST}?q={quote('冰箱')}"]),
        ("search the end of a phone", [f"/admin/search/?q={tail}"]),
        ("search two characters of a name", [f"/admin/search/?q={quote('建华')}"]),
        ("page 500 of the list", [f"{LIST}?page=500"]),
        ("ticket", [f"{LIST}{pk}/change/"]),
        ("home", ["/admin/"]),
        ("figures, 30 days", ["/admin/reports/figures/"]),
        ("figures, this year so far", ["/admin/reports/figures/?period=year"]),
        ("customers", ["/admin/customers/customer/"]),
        ("units", ["/admin/customers/unit/"]),
        ("bare: list", ["/bare/list"]),
        ("bare: list filtered", ["/bare/filtered"]),
        ("bare: search “冰箱”", [f"/bare/search?q={quote('冰箱')}"]),
        ("bare: search “螺丝”", [f"/bare/search?q={quote('螺丝')}"]),
        ("bare: page 500", ["/bare/deep"]),
        ("bare: ticket", [f"/bare/ticket?pk={pk}"]),
    ]


def measure(port: int, count: int) -> list[tuple[str, Times]]:
    from customers.models import ContactPoint
    from tickets.models import Ticket

    newest = Ticket.objects.filter(status="in_progress").order_by("-received_at").first()
    tail = ContactPoint.objects.exclude(tail4="").order_by("-pk").first().tail4
    client = Client(port)
    client.sign_in("supervisor")
    found = []
    for what, paths in questions(newest.number, newest.pk, tail):
        try:
            times = client.times(paths, 5 if "year" in what else count, 1 if "year" in what else 4)
        except SystemExit as error:
            print(f"| {what} | {error} |", flush=True)
            continue
        found.append((what, times))
        print(
            f"| {what} | {times.median:.0f} | {times.p95:.0f} | {times.size // 1024} |", flush=True
        )
    return found
