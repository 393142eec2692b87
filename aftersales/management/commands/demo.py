import time
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from aftersales.demo import logins
from aftersales.demo.hours import ZONE
from tickets.choices import Status
from tickets.models import Deadline, Ticket

# So many live their whole life by the verbs; what is asked for beyond are copies of them.
MOST = 2000
ORIGINALS = 500


class Command(BaseCommand):
    help = "Fill an empty installation with a lifelike example of an appliance maker."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=7, help="another number, another story")
        parser.add_argument("--until", help="the end moment, such as 2026-11-21T18:00")
        parser.add_argument(
            "--tickets", type=int, default=200, help="beyond 2000 on PostgreSQL only"
        )
        parser.add_argument("--logins", action="store_true", help="only say who can sign in")
        parser.add_argument("--force", action="store_true", help="without DEMO=1 too")

    def handle(self, *, seed, until, tickets, force, **options):
        from aftersales.demo import growth
        from aftersales.demo.load import is_loaded, load

        if options["logins"]:
            self.tell_logins()
            return
        if not (settings.DEMO or force):
            raise CommandError(
                "The passwords of the demo are public. Set DEMO=1, or add --force if nobody else "
                "can reach this installation."
            )
        refuse_impossible(tickets)
        until = moment(until)
        if is_loaded():
            self.stdout.write("There is data already; the demo is not loaded again.")
            return
        began = time.monotonic()
        originals = tickets if tickets <= MOST else ORIGINALS
        load(seed=seed, until=until, tickets=originals, tell=self.progress)
        if tickets > originals:
            growth.grow(tickets, tell=lambda words: self.stdout.write(f"  copied {words}"))
        self.tell_counts(time.monotonic() - began)
        self.tell_logins()

    def progress(self, days: int, most: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\rLoading the demo: day {days} of {most}  ", ending="")
            self.stdout.flush()
        elif days % 20 == 0:
            self.stdout.write(f"Loading the demo: day {days} of {most}")

    def tell_counts(self, seconds: float) -> None:
        counts = dict(Ticket.objects.values_list("status").annotate(Count("pk")).order_by())
        self.stdout.write(f"\nLoaded {sum(counts.values())} tickets in {seconds:.0f} s")
        for status in Status.values:
            self.stdout.write(f"  {counts.get(status, 0):>5}  {status}")
        ended = dict(
            Deadline.objects.filter(state__in=("met", "breached"))
            .values_list("state")
            .annotate(Count("pk"))
            .order_by()
        )
        if total := sum(ended.values()):
            self.stdout.write(f"  {100 * ended.get('met', 0) / total:.0f} % of promises met")

    def tell_logins(self) -> None:
        self.stdout.write("")
        for login in logins():
            self.stdout.write(str(login))


def refuse_impossible(tickets: int) -> None:
    if tickets < 1:
        raise CommandError("Choose at least 1 ticket.")
    if tickets > MOST and connection.vendor != "postgresql":
        raise CommandError(f"More than {MOST} tickets need PostgreSQL: set DATABASE_URL.")


def moment(text: str | None) -> datetime:
    """The end moment: as given (local where it names no zone), else the last full hour."""
    if not text:
        return timezone.now().replace(minute=0, second=0, microsecond=0)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError("Write --until as 2026-11-21T18:00.") from None
    return given if given.tzinfo else given.replace(tzinfo=ZONE)
