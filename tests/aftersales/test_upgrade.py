"""An installation of the version before is brought up to date, with all that it holds.

`tests/upgrades/` has the demo of that version as a dump for either database: 30 tickets.
"""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

DUMPS = Path(__file__).parent.parent / "upgrades"
# Asked in the upgraded installation by a program of its own, as after a restart.
QUESTIONS = """
import json
from django.test import Client
from django.urls import reverse
from foundation.accounts.models import User
from foundation.search import queries
from tickets.models import Ticket, TicketCycle, TicketDocument
from customers.models import Customer, CustomerDocument, Unit, UnitDocument
from knowledgebase.models import Article, ArticleDocument

client, user = Client(SERVER_NAME="localhost"), User.objects.get(username="supervisor")
client.force_login(user)
ticket = Ticket.objects.exclude(customer=None).order_by("pk").first()
pages = ["admin:index", "admin:tickets_alltickets_changelist", "admin:customers_unit_changelist",
         "admin:knowledgebase_article_changelist", "admin:reports_figures"]
print(json.dumps({
    "tickets": Ticket.objects.count(),
    "documents": [
        (model._meta.label, model.objects.count() - document.objects.count())
        for model, document in ((Ticket, TicketDocument), (Customer, CustomerDocument),
                                (Unit, UnitDocument), (Article, ArticleDocument))
    ],
    "found": [pk for pk in queries.candidates("tickets", user, ticket.number)[0]] == [ticket.pk],
    "by name": ticket.pk in queries.candidates("tickets", user, ticket.customer.name)[0],
    "answers": {name: client.get(reverse(name)).status_code for name in pages},
    "held": TicketCycle.objects.filter(held_seconds__gt=0).exists(),
    "asked": TicketCycle.objects.filter(asked_at__isnull=False).exists(),
}))
"""


@pytest.fixture
def before(tmp_path):
    """The environment of an installation that was last run by the version before."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "demo").touch()
    kept = ("PATH", "HOME", "LANG")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {"AFTERSALES_DATA": str(data), "DEMO": "1", "LOG_LEVEL": "ERROR"}
    if connection.vendor == "sqlite":
        script = gzip.decompress((DUMPS / "one-ticket.sqlite.sql.gz").read_bytes()).decode()
        with sqlite3.connect(data / "db.sqlite3") as database:
            database.executescript(script)
        yield env
        return
    if not shutil.which("psql"):
        pytest.skip("psql is missing")
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"upgrade_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        url = urlunsplit(server._replace(path=f"/{name}"))
        script = gzip.decompress((DUMPS / "one-ticket.postgresql.sql.gz").read_bytes())
        subprocess.run(
            ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", url],
            input=script,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield env | {"DATABASE_URL": url}
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(env: dict, *words: str, told: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=env,
        input=told,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.django_db
def test_what_the_version_before_left_is_all_there_and_found(before):
    manage(before, "setup")
    answer = manage(before, "shell", "--verbosity", "0", "-c", QUESTIONS).strip().splitlines()[-1]
    assert json.loads(answer) == {
        "tickets": 30,
        "documents": [
            ["tickets.Ticket", 0],
            ["customers.Customer", 0],
            ["customers.Unit", 0],
            ["knowledgebase.Article", 0],
        ],
        "found": True,
        "by name": True,
        "answers": {
            "admin:index": 200,
            "admin:tickets_alltickets_changelist": 200,
            "admin:customers_unit_changelist": 200,
            "admin:knowledgebase_article_changelist": 200,
            "admin:reports_figures": 200,
        },
        "held": True,
        "asked": True,
    }
    # Once more changes nothing.
    assert "ndexed" not in manage(before, "setup")
