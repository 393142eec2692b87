"""Other programs are told: a real server on this machine, which answers as it is told to."""

import hashlib
import hmac
import json
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from foundation.messaging import actions, webhooks
from foundation.messaging.channels import Permanent, Unreachable
from foundation.messaging.channels.webhook import wire
from foundation.messaging.models import Endpoint, OutgoingMessage
from tests import stories
from tickets import actions as tickets

pytestmark = pytest.mark.django_db


class Receiver:
    """Keeps what it is told; `status`, `location` and `drip` (seconds a byte) say how it answers."""

    def __init__(self):
        self.got, self.status, self.location, self.drip = [], 204, "", 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                if outer.drip:
                    for _ in range(200):
                        self.wfile.write(b"H")
                        self.wfile.flush()
                        time.sleep(outer.drip)
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?a=1"

    def events(self) -> list[dict]:
        return [json.loads(body) for _path, _headers, body in self.got]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    one = Receiver()
    yield one
    one.stop()


@pytest.fixture
def hook(receiver, cast, now):
    """(endpoint, secret) that is told of everything."""

    def make(url="", **facts):
        facts = {"name": "Web shop", "events": list(webhooks.events()), **facts}
        return actions.record_endpoint(url=url or receiver.url, by=cast.root, at=now, **facts)

    return make


def is_genuine(secret: str, header: str, body: bytes, *, now: float, most: int = 300) -> bool:
    """The check of docs/API.md."""
    parts = [part.partition("=")[::2] for part in header.split(",")]
    stamp = next(value for name, value in parts if name == "t")
    wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    good = any(hmac.compare_digest(wanted, value) for name, value in parts if name == "v1")
    return good and abs(now - int(stamp)) <= most


def test_a_ticket_that_moves_is_told_and_signed(hook, receiver, now):
    _endpoint, secret = hook()
    ticket = stories.classified(now)
    assert actions.deliver_due(now + timedelta(hours=1)) == 3
    path, headers, body = receiver.got[0]
    assert path == "/hooks?a=1"
    assert is_genuine(secret, headers["Aftersales-Signature"], body, now=time.time())
    assert not is_genuine("whsec_x", headers["Aftersales-Signature"], body, now=time.time())
    told = receiver.events()
    assert [event["type"] for event in told] == [
        "ticket.received", "ticket.registered", "ticket.classified",
    ]  # fmt: skip
    assert [event["ticket"]["version"] for event in told] == [1, 2, 3]
    assert told[2]["ticket"]["number"] == ticket.number
    assert (told[2]["ticket"]["status"], told[2]["ticket"]["before"]) == ("classified", "received")
    assert told[2]["ticket"]["url"].endswith(f"/api/v1/tickets/{ticket.number}/")
    assert len({event["id"] for event in told}) == 3


def test_nothing_personal_leaves(hook, receiver, cast, now):
    hook()
    ticket = stories.resolved(now, cast.tang, requester_phone="13812345678")
    tickets.message(ticket, by=cast.sun, at=now, body="您好王芳 13812345678")
    actions.deliver_due(now + timedelta(hours=4))
    words = b"".join(body for *_rest, body in receiver.got).decode()
    assert "ticket.message" in words
    for secret in ("王芳", "13812345678", "wang@example.com", "不脱水", "tang", "Tang", "排水泵"):
        assert secret not in words


def test_only_what_was_asked_for_is_told(hook, receiver, now):
    logistics = stories.category("logistics").owner
    hook(events=["ticket.classified"])
    hook(name="Warehouse", events=["ticket.classified"], department=logistics)
    hook(name="Off", is_active=False)
    stories.classified(now)
    assert OutgoingMessage.objects.filter(channel="webhook").count() == 1
    assert actions.deliver_due(now + timedelta(hours=1)) == 1


def test_without_a_listener_one_question_is_all(now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not actions.announce(
            "ticket.received", identity="x", title="", data=dict, department_id=None, at=now
        )


def test_an_event_written_twice_is_told_once(hook, receiver, now):
    hook(events=["ticket.received"])
    for _ in range(2):
        actions.announce(
            "ticket.received", identity="evt_1", title="1", data=dict, department_id=None, at=now
        )
    assert actions.deliver_due(now) == 1
    assert actions.deliver_due(now) == 0


def test_what_was_taken_back_is_told_to_nobody(hook, receiver, cast, now):
    hook()
    with pytest.raises(ValidationError):
        tickets.receive(by=cast.anna, channel="phone", facts={"symptom": " "}, at=now)
    assert not OutgoingMessage.objects.filter(channel="webhook").exists()


@pytest.mark.parametrize(
    ("status", "reason"), [(500, "HTTP 500"), (404, "HTTP 404"), (302, "redirect")]
)
def test_a_refusal_is_tried_again_later(hook, receiver, now, status, reason):
    endpoint, _secret = hook(events=["ticket.received"])
    receiver.status, receiver.location = status, "http://127.0.0.1:1/elsewhere"
    stories.received(now)
    assert actions.deliver_due(now) == 0
    message = OutgoingMessage.objects.get(endpoint=endpoint)
    assert (message.status, message.last_error, message.attempts) == ("waiting", reason, 1)
    assert message.due_at == now + timedelta(minutes=1)
    assert actions.deliver_due(now) == 0 and len(receiver.got) == 1
    receiver.status, receiver.location = 200, ""
    assert actions.deliver_due(now + timedelta(minutes=2)) == 1
    first, second = receiver.events()
    assert first == second
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.last_error) == (0, "")


def test_who_says_gone_is_not_asked_again(hook, receiver, now, cast):
    endpoint, _secret = hook(events=["ticket.received"])
    receiver.status = 410
    stories.received(now)
    actions.deliver_due(now)
    message = OutgoingMessage.objects.get(endpoint=endpoint)
    assert (message.status, message.last_error) == ("failed", "gone")
    receiver.status = 200
    actions.send_again(message, by=cast.root, at=now)
    assert actions.deliver_due(now) == 1


def test_who_drips_is_cut_off(hook, receiver, now, monkeypatch):
    monkeypatch.setattr(wire, "LONGEST_SECONDS", 1)
    endpoint, _secret = hook(events=["ticket.received"])
    receiver.drip = 0.1
    stories.received(now)
    began = time.monotonic()
    assert actions.deliver_due(now) == 0
    assert time.monotonic() - began < 8
    message = OutgoingMessage.objects.get(endpoint=endpoint)
    assert (message.status, message.last_error) == ("waiting", "timeout")


def test_a_dead_endpoint_keeps_nobody_waiting(hook, receiver, now):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    gone, _secret = hook(url=dead, name="Dead", events=["ticket.received"])
    alive, _secret = hook(events=["ticket.received"])
    for _ in range(3):
        stories.received(now)
    assert actions.deliver_due(now) == 3
    attempts = gone.messages.order_by("pk").values_list("attempts", flat=True)
    assert list(attempts) == [1, 0, 0]
    gone.refresh_from_db()
    assert gone.failures == 1 and gone.paused_until == now + timedelta(minutes=1)
    assert alive.messages.filter(status="sent").count() == 3


def test_after_many_failures_it_is_switched_off_and_administrators_are_told(
    hook, receiver, cast, now
):
    cast.root.email = "root@example.com"
    cast.root.save()
    endpoint, _secret = hook(events=["ticket.received"])
    receiver.status = 500
    Endpoint.objects.update(failures=19, failing_since=now - timedelta(days=2))
    stories.received(now)
    stories.received(now + timedelta(minutes=1))
    actions.deliver_due(now)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_at) == (False, now)
    assert set(endpoint.messages.values_list("last_error", flat=True)) == {"switched_off"}
    letter = OutgoingMessage.objects.get(template_key="webhook.disabled")
    assert (letter.to_address, letter.channel) == ("root@example.com", "email")
    stories.received(now)
    assert endpoint.messages.count() == 2
    again = actions.change_endpoint(endpoint, by=cast.root, at=now, is_active=True)
    assert (again.failures, again.disabled_at) == (0, None)


def test_a_short_outage_of_a_busy_endpoint_does_not_switch_it_off(hook, receiver, now):
    endpoint, _secret = hook(events=["ticket.received"])
    receiver.status = 500
    Endpoint.objects.update(failures=40, failing_since=now - timedelta(hours=1))
    stories.received(now)
    actions.deliver_due(now)
    endpoint.refresh_from_db()
    assert endpoint.is_active and endpoint.paused_until > now


def test_both_secrets_are_good_while_they_are_exchanged(hook, receiver, cast, now):
    endpoint, former = hook(events=["ticket.received"])
    _endpoint, fresh = actions.rotate_secret(endpoint, by=cast.root, at=timezone.now())
    stories.received(now)
    actions.deliver_due(now)
    _path, headers, body = receiver.got[0]
    for secret in (former, fresh):
        assert is_genuine(secret, headers["Aftersales-Signature"], body, now=time.time())
    Endpoint.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    stories.received(now)
    actions.deliver_due(now)
    _path, headers, body = receiver.got[1]
    assert not is_genuine(former, headers["Aftersales-Signature"], body, now=time.time())


def test_a_new_signing_key_leaves_the_receivers_secret_good(hook, receiver, settings, now):
    _endpoint, secret = hook(events=["ticket.received"])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    stories.received(now)
    actions.deliver_due(now)
    _path, headers, body = receiver.got[0]
    assert is_genuine(secret, headers["Aftersales-Signature"], body, now=time.time())


# --- where it must not go -----------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "ff02::1",
]  # fmt: skip


def resolving(monkeypatch, *answers):
    """A resolver that answers each time the next; the last one again and again."""
    asked = []

    def getaddrinfo(host, port, *args, **kwargs):
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_our_network_is_refused(monkeypatch, address):
    resolving(monkeypatch, address)
    with pytest.raises(Permanent) as refused:
        wire.post("https://shop.example/hooks", b"{}", {})
    assert refused.value.reason == "private_address"


def test_numbers_in_odd_forms_lead_nowhere():
    for host in ("2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]", "localhost"):
        with pytest.raises((Permanent, Unreachable)):
            wire.post(f"https://{host}/", b"{}", {})


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch):
    """The address that was checked is the one that is connected to."""
    asked = resolving(monkeypatch, "93.184.216.34", "127.0.0.1")
    connected = []

    def connect(address, timeout=None, *args):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        wire.post("https://shop.example/hooks", b"{}", {})
    assert asked == ["shop.example"]
    assert connected == [("93.184.216.34", 443)]


def test_the_host_keeps_its_name_whatever_address_it_has(receiver, monkeypatch):
    port = receiver.server.server_port
    resolving(monkeypatch, "127.0.0.1")
    assert wire.post(f"http://shop.example:{port}/x", b"{}", {}) == 204
    path, headers, _body = receiver.got[0]
    assert (path, headers["Host"]) == ("/x", f"shop.example:{port}")


def test_in_the_open_only_https(monkeypatch, settings):
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/8"]
    resolving(monkeypatch, "93.184.216.34")
    with pytest.raises(Permanent) as refused:
        wire.post("http://shop.example/", b"{}", {})
    assert refused.value.reason == "not_https"


def test_a_redirect_into_our_network_is_not_followed(hook, receiver, now):
    hook(events=["ticket.received"])
    receiver.status, receiver.location = 307, receiver.url
    stories.received(now)
    actions.deliver_due(now)
    assert len(receiver.got) == 1


# --- the desk -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://u:p@a.example/",
        "nonsense",
        "http://shop.example/",
        "https://",
        "https://127.0.0.1/hooks",
        "https://[::1]/hooks",
    ],
)
def test_addresses_that_cannot_be(cast, now, url):
    with pytest.raises(ValidationError) as refused:
        actions.record_endpoint(name="x", url=url, events=["ticket.received"], by=cast.root, at=now)
    assert list(refused.value.message_dict) == ["url"]


def test_events_that_nobody_tells_are_refused(cast, now):
    for events in ([], ["ticket.exploded"]):
        with pytest.raises(ValidationError):
            actions.record_endpoint(
                name="x", url="https://a.example/", events=events, by=cast.root, at=now
            )


def test_only_who_edits_messages_makes_and_changes_them(cast, now, hook):
    endpoint, _secret = hook()
    with pytest.raises(PermissionDenied):
        actions.record_endpoint(
            name="x", url="https://a.example/", events=["ticket.received"], by=cast.sun, at=now
        )
    for verb in (actions.change_endpoint, actions.rotate_secret, actions.ping):
        with pytest.raises(PermissionDenied):
            verb(endpoint, by=cast.sun, at=now)


def test_the_desk_makes_one_shows_the_secret_once_and_tries_it(client, cast, settings, receiver):
    client.force_login(cast.root)
    typed = {
        "name": "Shop", "url": receiver.url, "events": ["ticket.received"], "department": "",
        "is_active": "on",
    }  # fmt: skip
    made = client.post(reverse("admin:messaging_endpoint_add"), typed)
    endpoint = Endpoint.objects.get()
    secret = webhooks.secret_of(endpoint.nonce)
    assert secret in made.content.decode() and "no-store" in made["Cache-Control"]
    change = reverse("admin:messaging_endpoint_change", args=[endpoint.pk])
    assert secret not in client.get(change).content.decode()
    ping = reverse("admin:messaging_endpoint_ping", args=[endpoint.pk])
    assert client.get(ping).status_code == 200 and not endpoint.messages.exists()
    assert client.post(ping, {"_form_submitted": "on"}).status_code in (200, 302)
    assert actions.deliver_due() == 1
    assert receiver.events()[0]["type"] == "ping"
    rotate = reverse("admin:messaging_endpoint_rotate", args=[endpoint.pk])
    client.post(rotate, {"_form_submitted": "on"})
    endpoint.refresh_from_db()
    assert webhooks.secret_of(endpoint.nonce) != secret
    typed["name"] = "Web shop"
    assert client.post(change, typed).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.name == "Web shop" and endpoint.failures == 0
    wrong = client.post(change, typed | {"url": "ftp://a.example/"})
    assert wrong.status_code == 200


def test_the_minute_tick_tells(hook, receiver, now):
    from foundation.clockwork import sweeps

    hook(events=["ticket.received"])
    stories.received(now)
    assert sweeps.tick(now, strict=True)["webhooks"] == 1
