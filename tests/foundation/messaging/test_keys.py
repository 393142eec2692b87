import pytest

from foundation.messaging import keys


@pytest.fixture(autouse=True)
def address(settings):
    settings.MAIL_ADDRESS = "service@example.com"


def test_a_message_id_carries_its_conversation():
    identity = keys.message_id("ticket-123", "a1b2")
    assert identity == f"<ticket-123.{keys.sign('ticket-123')}.a1b2@example.com>"
    assert keys.thread_in(identity) == "ticket-123"


def test_a_reply_address_carries_its_conversation_through_any_case():
    address = keys.reply_address("ticket-123")
    assert address.startswith("service+ticket-123.") and address.endswith("@example.com")
    for seen in (address, address.upper(), f'"Service" <{address}>', f"a@b.c, {address}"):
        assert keys.thread_in(seen) == "ticket-123"


def test_no_thread_no_key():
    assert keys.reply_address("") == "service@example.com"
    assert keys.message_id("", "a1b2") == "<a1b2@example.com>"
    assert keys.thread_in(keys.message_id("", "a1b2")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Re: ticket-123",
        "<ticket-123.aaaaaaaaaaaaaaaa.x@example.com>",
        "service+ticket-123.aaaaaaaaaaaaaaaa@example.com",
        "ticket-123." * 2000,
    ],
)
def test_a_forged_key_names_nothing(text):
    assert keys.thread_in(text) is None


def test_a_signature_is_good_for_its_own_conversation_only():
    moved = keys.reply_address("ticket-123").replace("ticket-123", "ticket-124")
    assert keys.thread_in(moved) is None
    assert keys.thread_in(f"x{keys.reply_address('ticket-123')}").endswith("ticket-123")


def test_the_valid_key_is_found_behind_a_forged_one():
    forged = "<ticket-7.aaaaaaaaaaaaaaaa.x@example.com>"
    assert keys.thread_in(f"{forged} {keys.message_id('ticket-8', 'n')}") == "ticket-8"


def test_a_former_secret_still_opens_old_mail(settings):
    old = keys.reply_address("ticket-1")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert keys.reply_address("ticket-1") != old
    assert keys.thread_in(old) == "ticket-1"
    settings.SECRET_KEY_FALLBACKS = []
    assert keys.thread_in(old) is None


@pytest.mark.parametrize("thread", ["", "Ticket 1", "a" * 61, "票-1", "x\n"])
def test_only_plain_names_are_signed(thread):
    with pytest.raises(ValueError, match="not a conversation"):
        keys.sign(thread)
