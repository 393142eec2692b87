import json
import sys

from django.core.management.base import BaseCommand

from aftersales import health


class Command(BaseCommand):
    help = "Say as JSON what /readyz says; exit 1 when something (or what is named) is not ready."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("check", nargs="*", choices=[*health.CHECKS, []])

    def handle(self, *, check, **options):
        ready, checks = health.status(only=check)
        self.stdout.write(json.dumps({"ready": ready, "checks": checks}))
        sys.exit(0 if ready else 1)
