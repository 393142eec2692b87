"""The command as a mail server calls it: another process, bytes in, one line and a code out."""

import json

import pytest

from tests.foundation.messaging.letters import gb_letter, letter


def command(system, raw, *words, **environment):
    process = system("manage.py", "receive_mail", *words, **environment)
    out, err = process.communicate(raw, timeout=60)
    return process.returncode, out, err


def test_one_json_line_on_a_terminal_that_knows_no_chinese(system):
    code, out, err = command(system, gb_letter(), "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (code, err, out.count(b"\n")) == (0, b"", 1)
    answer = json.loads(out)
    assert list(answer) == ["outcome", "ticket", "sender", "subject", "text", "attachments"]
    assert answer["subject"] == "洗衣机不启动（朱镕）"
    assert json.loads(command(system, gb_letter(), "--json")[1])["outcome"] == "duplicate"
    vip = command(system, gb_letter(), "--json", "--mailbox", "vip")[1]
    assert json.loads(vip)["outcome"] != "duplicate"


def test_one_line_for_people(system):
    code, out, _ = command(system, gb_letter(), PYTHONIOENCODING="ascii")
    assert (code, out.count(b"\n")) == (0, 1)
    assert b"tao@customer.example" in out
    code, out, _ = command(system, b"", PYTHONIOENCODING="utf-8")
    assert (code, out.count(b"\n")) == (0, 1)


def test_the_database_is_down(system, tmp_path):
    for url in (f"sqlite:///{tmp_path}/no/such/place.sqlite3", "postgres://u:p@127.0.0.1:9/x"):
        code, out, err = command(system, letter(), "--json", DATABASE_URL=url)
        assert (code, out) == (75, b"")
        assert err == b"not received, deliver again: OperationalError\n"


def test_one_mail_delivered_twice_at_once_has_one_effect(system):
    command(system, b"")
    start = [system("manage.py", "receive_mail", "--json") for _ in range(3)]
    answers = []
    for process in start:
        process.stdin.write(letter())
    for process in start:
        process.stdin.close()
    for process in start:
        answers.append(json.loads(process.stdout.read())["outcome"])
        assert process.wait(timeout=60) == 0
    assert answers.count("duplicate") == 2


@pytest.mark.parametrize("raw", [b"\x00" * 100, b"\xff\xfe\r\n\r\n\x80" * 50, b"\n" * 1000])
def test_noise_has_an_outcome_too(system, raw):
    code, out, _ = command(system, raw, "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "quarantined")
