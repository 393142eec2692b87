import contextlib
import fcntl
import importlib
import os
import socket
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from aftersales import schedule
from aftersales.supervisor import Child, Supervisor
from foundation.clockwork.models import Heartbeat

BEAT_EVERY = 15.0


class Command(BaseCommand):
    help = "Run the web server and the worker until Ctrl-C; start again what dies."
    requires_system_checks = ()

    def add_arguments(self, parser):
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--bind", default=f"127.0.0.1:{port}", help="address:port to listen on")
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--web-only", action="store_true")
        only.add_argument("--worker-only", action="store_true")

    def handle(self, *, bind, web_only, worker_only, **options):
        children = []
        if not worker_only:
            refuse_taken(bind)
            children.append(Child("web", web_command(bind)))
        if not web_only:
            children.append(Child("worker", manage("qcluster"), silence=Silence()))
        with running(alone=not web_only and connection.vendor == "sqlite"):
            self.prepare()
            greeting = Greeting(self.stdout, bind) if not worker_only else lambda: None
            os.chdir(settings.BASE_DIR)
            Supervisor(children, greeting).run()
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        try:
            schedule.ensure()
        except DatabaseError as error:
            raise CommandError("The database is not ready. Run: manage.py setup") from error
        finally:
            connection.close()


def manage(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def web_command(bind: str) -> list[str]:
    memory = Path("/dev/shm")
    return [
        *(sys.executable, "-m", "gunicorn", "aftersales.wsgi", "--bind", bind),
        *("--worker-class", "gthread", "--logger-class", "aftersales.serving.GunicornLogger"),
        *("--workers", str(settings.WEB_WORKERS), "--threads", str(settings.WEB_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
        *(("--worker-tmp-dir", str(memory)) if os.access(memory, os.W_OK) else ()),
    ]


def parts(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        raise CommandError("Write --bind as address:port, for example 127.0.0.1:8000.")
    return host.strip("[]") or "0.0.0.0", int(port)


def refuse_taken(bind: str) -> None:
    """Say that the port is taken now, instead of failing again and again below."""
    host, port = parts(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Choose another port, "
                f"for example: make demo PORT={port + 1}, or manage.py up --bind {host}:{port + 1}"
            ) from error


@contextlib.contextmanager
def running(*, alone: bool):
    """Hold the locks beside the data: `restore` waits for none to run, and SQLite bears only
    one worker."""
    with contextlib.ExitStack() as locks:
        _lock(locks, "up.lock", fcntl.LOCK_SH, "A restore is running. Wait until it is done.")
        if alone:
            _lock(
                locks,
                "worker.lock",
                fcntl.LOCK_EX,
                "A worker already runs on this data. Stop it first (SQLite bears only one).",
            )
        yield


def _lock(locks: contextlib.ExitStack, name: str, kind: int, refusal: str) -> None:
    file = locks.enter_context((settings.DATA_DIR / name).open("w"))
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(refusal) from None


class Silence:
    """Seconds since the worker's last beat, asked of the database now and then."""

    def __init__(self):
        self.asked_at = time.monotonic()
        self.known: float | None = 0.0

    def __call__(self) -> float | None:
        if time.monotonic() - self.asked_at >= BEAT_EVERY:
            self.asked_at = time.monotonic()
            self.known = self._ask()
        return self.known

    def _ask(self) -> float | None:
        try:
            beat = Heartbeat.objects.filter(name="worker").first()
        except DatabaseError:
            # Restarting the worker does not bring a database back.
            return 0.0
        finally:
            connection.close()
        return (timezone.now() - beat.beat_at).total_seconds() if beat else None


class Greeting:
    """Tells the address, and who can sign in to a demo, once the web answers."""

    def __init__(self, out, bind: str):
        self.out = out
        self.host, self.port = parts(bind)
        self.done = False

    def __call__(self) -> None:
        if self.done or not self._answers():
            return
        self.done = True
        self.out.write(f"\n  Aftersales runs at {settings.SITE_URL}   (Ctrl-C stops it)\n")
        if settings.DEMO and (text := logins()):
            self.out.write(f"\n{text}\n")
        self.out.flush()

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        with contextlib.suppress(OSError), socket.create_connection((host, self.port), 1):
            return True
        return False


def logins() -> str:
    """What the demo says about its people, where there is one."""
    try:
        told = importlib.import_module("aftersales.demo").logins()
    except (ImportError, AttributeError):
        return ""
    return told if isinstance(told, str) else "\n".join(map(str, told))
