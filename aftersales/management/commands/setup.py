import hashlib
import shutil
from pathlib import Path

from babel.messages import mofile, pofile
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from aftersales import archive, schedule


class Command(BaseCommand):
    help = "Prepare this installation: translations, static files, tables, search. Safe to repeat."
    requires_system_checks = ()

    def add_arguments(self, parser):
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--translations-only", action="store_true", help="compile the translations and stop"
        )
        only.add_argument(
            "--anew", action="store_true", help="throw the demo's data away first (DEMO only)"
        )

    def handle(self, *, translations_only, anew, **options):
        for path in compile_translations(settings.BASE_DIR / "locale"):
            self.stdout.write(f"Compiled {path.relative_to(settings.BASE_DIR)}")
        if translations_only:
            return
        tell_demo_from_real(anew)
        call_command("migrate", verbosity=0, interactive=False)
        schedule.ensure()
        # What an upgrade brought into the search, or an interrupted one left out of it.
        call_command("reindex", missing=True, stdout=self.stdout)
        if collect_static():
            self.stdout.write("Collected the static files")


def tell_demo_from_real(anew: bool) -> None:
    """The demo never touches data that it did not begin, and only its data is thrown away."""
    mark = settings.DATA_DIR / "demo"
    if not settings.DEMO:
        if anew:
            raise CommandError("--anew is for the demo only.")
        if mark.exists():
            raise CommandError(
                f"{settings.DATA_DIR} holds the demo, whose passwords everybody knows. "
                "Choose another place: AFTERSALES_DATA=/path/to/data"
            )
        return
    if not mark.exists() and archive.in_the_way():
        raise CommandError(
            f"{settings.DATA_DIR} holds data that is not the demo's. "
            "Choose another place: AFTERSALES_DATA=/path/to/demo"
        )
    mark.touch()
    if anew:
        try:
            throw_away()
        except archive.Refused as error:
            raise CommandError(str(error)) from error


def throw_away() -> None:
    with archive.nobody_running():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(archive.EMPTY)
        else:
            path = connection.settings_dict["NAME"]
            connection.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def compile_translations(root: Path) -> list[Path]:
    """Write each `.mo` that is older than its `.po`; a fresh machine has no gettext."""
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parent.parent.name)
        with target.open("wb") as file:
            mofile.write_mo(file, catalogue)
        written.append(target)
    return written


def collect_static() -> bool:
    """Collect when any source file differs from the last time."""
    if settings.STORAGES["staticfiles"]["BACKEND"].startswith("django."):
        return False
    stamp = settings.STATIC_ROOT / ".collected"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
