from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from foundation.clockwork import sweeps
from foundation.messaging.models import OutgoingMessage


def message(*, late: timedelta, **more):
    now = timezone.now()
    facts = {"dedupe_key": "k", "to_address": "li@example.com", "language": "en", "body": "b"}
    return OutgoingMessage.objects.create(
        **(facts | {"message_id": "m", "subject": "s", "created_at": now} | more),
        due_at=now - late,
    )


def checks(client, status):
    response = client.get("/readyz")
    assert response.status_code == status
    assert response.json()["ready"] is (status == 200)
    return response.json()["checks"]


def test_alive_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_a_probe_by_address_needs_no_known_host(client):
    assert client.get("/healthz", headers={"host": "10.1.2.3"}).status_code == 200


@pytest.mark.django_db
def test_ready(client):
    sweeps.beat("worker", timezone.now())
    found = checks(client, 200)
    assert found["database"] == found["migrations"] == "ok"
    assert found["messages"] == "none waiting"


@pytest.mark.django_db
def test_asking_is_cheap(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(3):
        client.get("/readyz")


@pytest.mark.django_db
def test_a_worker_never_seen(client):
    assert checks(client, 503)["worker"] == "never seen"


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(2, 200), (4, 503)])
def test_a_silent_worker(client, minutes, status):
    sweeps.beat("worker", timezone.now() - timedelta(minutes=minutes))
    assert checks(client, status)["worker"].startswith("seen")


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(10, 200), (20, 503), (-60, 200)])
def test_a_message_that_waits(client, minutes, status):
    sweeps.beat("worker", timezone.now())
    message(late=timedelta(minutes=minutes))
    checks(client, status)


@pytest.mark.django_db
def test_a_sent_message_does_not_wait(client):
    sweeps.beat("worker", timezone.now())
    message(late=timedelta(hours=2), status="sent")
    assert checks(client, 200)["messages"] == "none waiting"


def test_a_lost_database_is_told_and_not_where_it_is(bare):
    bare.env["DATABASE_URL"] = "postgres://hidden:secret@127.0.0.1:1/nothing"
    said = bare.python(
        "from django.test import Client\n"
        "response = Client().get('/readyz')\n"
        "print(response.status_code, response.content.decode(), Client().get('/healthz').content)"
    )
    assert said.startswith("503 ")
    assert '"database": "cannot be asked"' in said and "b'ok" in said
    assert "secret" not in said and "hidden" not in said


def test_tables_behind_the_program(house):
    house.manage("migrate", "clockwork", "zero")
    said = house.python(
        "from django.test import Client; print(Client().get('/readyz').content.decode())"
    )
    assert "not applied" in said and '"worker": "cannot be asked"' in said


@pytest.mark.django_db
def test_the_schedule_is_there_after_migrating():
    assert Schedule.objects.get().func == "foundation.clockwork.tasks.tick"
