"""A real mail server on this machine, and the words the messages use."""

import os
import socket
import sqlite3
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from foundation.messaging import inbound, templates
from foundation.messaging.inbound import Outcome
from foundation.messaging.models import MessageTemplate


class Postbox:
    """Keeps what is delivered; answers what the test tells it to answer."""

    def __init__(self):
        self.mails, self.rcpt, self.data = [], None, None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    box = Postbox()
    servers = []

    def start():
        servers.append(Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT))
        servers[-1].start()

    box.start, box.stop = start, lambda: servers.pop().stop()
    box.start()
    yield box
    if servers:
        box.stop()


@pytest.fixture
def system(transactional_db, settings, tmp_path):
    """Run Python in other processes on this test's database: `system("-c", code)`.

    SQLite's test database lives in this process's memory, so the others get a copy in a file,
    as it is at the first start.
    """
    path = tmp_path / "db.sqlite3"
    facts = connection.settings_dict
    url = f"sqlite:///{path}"
    if connection.vendor != "sqlite":
        port = facts["PORT"] or 5432
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{port}/{NAME}".format(**facts, port=port)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "AFTERSALES_DATA": str(tmp_path / "data"),
        "SECRET_KEY": settings.SECRET_KEY,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT or 9}",
        "MAIL_ADDRESS": settings.MAIL_ADDRESS,
        "LANGUAGE_CODE": "en",
    }

    def start(*words, **changes):
        if connection.vendor == "sqlite" and not path.exists():
            copy = sqlite3.connect(path)
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.close()
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env={**environment, **changes},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


@pytest.fixture
def kinds():
    """The registered kinds are the test's own and gone after it."""
    before = dict(templates._kinds)
    yield templates
    templates._kinds.clear()
    templates._kinds.update(before)


@pytest.fixture
def received(db, kinds):
    """A kind of message with its two texts."""
    kinds.register(
        "received",
        "Request received",
        {"ticket.number": "26-000123-4", "ticket.title": "No start", "link": "https://x.example/t"},
    )
    MessageTemplate.objects.filter(key="received").delete()
    MessageTemplate.objects.create(
        key="received",
        language="zh-hans",
        subject="已收到您的报修 {{ ticket.number }}",
        body="您好，\n{{ ticket.title }} 已受理。\n\n进度：{{ link }}。\n{{ organisation.name }}",
    )
    return MessageTemplate.objects.create(
        key="received",
        language="en",
        subject="We have your request {{ ticket.number }}",
        body="Hello,\n\n{{ ticket.title }}\n{{ link }}\n{{ organisation.name }}",
    )


@pytest.fixture
def context():
    return {
        "ticket": {"number": "26-000001-5", "title": "不制冷 <b>急</b>"},
        "link": "https://service.example/t/abc?x=1&y=2",
    }


@pytest.fixture
def desk():
    """A higher app that takes mail; it remembers what it was given and answers as it is told."""
    before = list(inbound._handlers)
    taken = SimpleNamespace(mails=[], threads=[], error=None)

    def handler(mail, row, thread, at):
        taken.mails.append(mail)
        taken.threads.append(thread)
        if taken.error:
            raise taken.error
        kind = "reply" if thread else "ticket"
        return Outcome(kind, thread or "ticket-9", "", "26-000009-1")

    inbound.register(handler)
    yield taken
    inbound._handlers[:] = before
