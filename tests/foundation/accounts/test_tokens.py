"""Words that open one row."""

from types import SimpleNamespace

import pytest

from foundation.accounts.tokens import nonce, number_in, opens, token_of

ROW = SimpleNamespace(pk=7, nonce="n")


def test_a_word_opens_its_own_row_and_no_other():
    token = token_of("cases", ROW)
    assert opens(token, "cases", ROW) and number_in(token) == 7
    assert not opens(token, "surveys", ROW)
    assert not opens(token, "cases", SimpleNamespace(pk=7, nonce="another"))
    assert not opens(token, "cases", SimpleNamespace(pk=8, nonce="n"))
    assert not opens(token[:-1], "cases", ROW) and not opens(token + "é", "cases", ROW)


def test_a_former_key_still_opens_until_it_is_forgotten(settings):
    token = token_of("cases", ROW)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert opens(token, "cases", ROW) and token_of("cases", ROW) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert not opens(token, "cases", ROW)


@pytest.mark.parametrize("text", ["", ".", "x.y", "-1.a", "１.a", "²", "9" * 19 + ".a", "7 .a"])
def test_what_names_no_row(text):
    assert number_in(text) is None


def test_nonces_differ():
    assert nonce() != nonce() and len(nonce()) <= 40
