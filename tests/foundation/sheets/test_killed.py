"""A worker killed in the middle of a chunk, and two at once, on a real database."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from customers.models import Customer, Product, ProductCategory, Unit
from foundation.accounts.matrix import ship_matrix
from foundation.accounts.models import Role, User
from foundation.clockwork import jobs
from foundation.sheets import imports
from foundation.sheets.models import Import, ImportedRow
from tests.foundation.sheets.sheets import checked, work

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]
WORKER = """
import django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = {name!r}
settings.MEDIA_ROOT = {media!r}
from foundation.clockwork import jobs
jobs.run({pk})
"""


@pytest.fixture
def manager():
    ship_matrix()
    user = User.objects.create(username="manager")
    user.roles.add(Role.objects.get(key="manager"))
    category = ProductCategory.objects.create(key="w", name_zh="洗衣机", name_en="Washing machines")
    Product.objects.create(code="XQG100", category=category, name_zh="洗", name_en="W")
    return user


def units(rows: int) -> str:
    lines = (f"U{at:05d},XQG100,李{at // 2},139{at // 2:08d}\n" for at in range(rows))
    return "序列号,型号,客户,电话\n" + "".join(lines)


def worker(job) -> subprocess.Popen:
    code = WORKER.format(
        name=connection.settings_dict["NAME"], media=str(settings.MEDIA_ROOT), pk=job.pk
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "aftersales.settings", "LOG_LEVEL": "ERROR"}
    return subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env)


def test_a_killed_worker_loses_nothing_and_doubles_nothing(manager):
    run = checked(manager, "units", units(6000))
    job = imports.go(run, by=manager)
    process = worker(job)
    end = time.monotonic() + 60
    while not ImportedRow.objects.exists() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    connection.close()
    some = Unit.objects.count()
    assert 0 < some < 6000
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", some)
    assert ImportedRow.objects.count() == some
    # Its claim runs out, and another worker goes on.
    while (
        job := jobs.run(job.pk, at=timezone.now() + timedelta(minutes=11))
    ) and job.is_unfinished:
        pass
    assert (job.state, job.result) == ("done", {"new": 6000})
    assert Unit.objects.count() == ImportedRow.objects.count() == 6000
    assert Customer.objects.count() == 3000


def test_two_people_with_the_same_sheet_make_nothing_twice(manager):
    runs = [checked(manager, "units", units(1500)) for _each in range(2)]
    started = [imports.go(run, by=manager) for run in runs]

    def go(job):
        try:
            work(job)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(job,)) for job in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [Import.objects.get(pk=run.pk).import_job.result for run in runs]
    assert sum(result.get("new", 0) for result in results) == 1500
    assert sum(result.get("same", 0) for result in results) == 1500
    assert (Unit.objects.count(), Customer.objects.count()) == (1500, 750)
