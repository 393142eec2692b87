import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from aftersales import archive


class Command(BaseCommand):
    help = "Put a backup's database, files and key in place of what is here."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace the data that is here")

    def handle(self, *, file, force, **options):
        try:
            manifest = archive.restore(file, force=force)
        except (archive.Refused, OSError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        self.stdout.write(f"Restored the backup of {manifest['made_at']}.")
        if os.environ.get("SECRET_KEY"):
            self.stdout.write("SECRET_KEY is set by the environment: it must be the old one.")
        self.stdout.write("Next: manage.py setup, then start the program.")
