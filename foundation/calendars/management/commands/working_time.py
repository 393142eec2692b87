"""Working time for auditors: JSON lines in, JSON lines out (see `foundation.calendars.auditing`)."""

import argparse
import json
import sys

from django.core.management.base import BaseCommand

from foundation.calendars.auditing import answer_line


class Command(BaseCommand):
    help = (
        "Answers questions about working time. Reads lines such as "
        '{"calendar": {…}, "op": "add", "start": "2026-02-13T17:50", "minutes": 30} from a file '
        "or the standard input; writes one line for each."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            nargs="?",
            type=argparse.FileType(encoding="utf-8"),
            help="JSON lines; the standard input without it",
        )

    def handle(self, *args, file=None, **options):
        bad = 0
        for line in file or sys.stdin:
            if not line.strip():
                continue
            answer = answer_line(line)
            bad += "error" in answer
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if bad:
            raise SystemExit(1)
