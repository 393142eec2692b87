from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from tickets.queries.diagram import document


class Command(BaseCommand):
    help = "Draw docs/STATE_MACHINE.md from the code."

    def handle(self, *args, **options):
        path = Path(settings.BASE_DIR) / "docs" / "STATE_MACHINE.md"
        path.write_text(document(), encoding="utf-8")
        self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
