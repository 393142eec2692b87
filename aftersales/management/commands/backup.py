from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from aftersales import archive


class Command(BaseCommand):
    help = "Write database, files and key into one archive. Safe while the program runs."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="for example backup.tar.gz")

    def handle(self, *, file, **options):
        if not file.resolve().parent.is_dir():
            raise CommandError(f"{file.parent} does not exist. Create it first.")
        try:
            manifest = archive.backup(file)
        except (archive.Refused, OSError) as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1024 / 1024
        self.stdout.write(f"{file}: {len(manifest['members'])} members, {size:.1f} MB.")
        self.stdout.write("It holds the key and personal data: keep it where only you can read it.")
