import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from foundation.messaging import inbound, mime
from foundation.messaging.choices import IncomingOutcome, reason_words

# sysexits.h: a temporary failure; the mail server keeps the mail and delivers it again.
TEMPORARY = 75


class Command(BaseCommand):
    help = "Take one mail from standard input and give it exactly one outcome."
    # A failed check would exit with a code that makes the mail server return the mail.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        parser.add_argument("--mailbox", default="inbox", help="name of the mailbox it came to")

    def handle(self, *args, **options):
        try:
            result = inbound.receive(read(sys.stdin.buffer), mailbox=options["mailbox"])
        except Exception as error:
            # Whatever it is, the mail is not settled here: only another delivery keeps it safe.
            self.stderr.write(f"not received, deliver again: {type(error).__name__}")
            sys.exit(TEMPORARY)
        self.stdout.write(result.as_line() if options["json"] else self.printable(told(result)))

    def printable(self, line: str) -> str:
        encoding = getattr(self.stdout, "encoding", None) or "ascii"
        return line.encode(encoding, "backslashreplace").decode(encoding)


def read(stream) -> bytes:
    """The whole mail; of one that is too large only as much as shows that it is."""
    raw = stream.read(mime.MOST_BYTES + 1)
    while stream.read(1024 * 1024):
        pass
    return raw


def told(result: inbound.Result) -> str:
    row = result.row
    outcome = IncomingOutcome(result.outcome).label
    facts = [row.reference, row.sender, row.subject, reason_words(row.reason)]
    return _("%(outcome)s: %(facts)s") % {
        "outcome": outcome,
        "facts": " · ".join(fact for fact in facts if fact),
    }
