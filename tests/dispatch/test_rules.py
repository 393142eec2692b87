import pytest

from dispatch import rules


@pytest.mark.parametrize(
    ("possible", "verb"),
    [
        (["note", "hold", "refuse", "start", "accept"], "accept"),
        (["refuse", "start", "hold"], "start"),
        (["resolve", "hold", "resume"], "resume"),
        (["resolve", "note"], "resolve"),
        (["note"], ""),
    ],
)
def test_one_step_is_offered_first(possible, verb):
    assert rules.next_verb(possible) == verb


@pytest.mark.parametrize(
    ("status", "accepted", "started", "held", "section"),
    [
        ("assigned", False, False, False, "to_accept"),
        ("assigned", False, False, True, "to_accept"),
        ("assigned", True, False, False, "to_start"),
        ("assigned", True, False, True, "on_hold"),
        ("in_progress", True, True, False, "in_work"),
        ("in_progress", True, True, True, "on_hold"),
        ("in_progress", False, False, False, "reopened"),
    ],
)
def test_a_job_belongs_to_one_part_of_the_day(status, accepted, started, held, section):
    found = rules.section(status, is_accepted=accepted, is_started=started, is_on_hold=held)
    assert found == section
