"""Which terms hold for a ticket, and why."""

from hypothesis import given
from hypothesis import strategies as st

from tickets.rules import policies

VIP = {"tier": ["vip"], "priority": ["P1", "P2"]}


def test_all_facts_must_fit_and_any_value_does():
    assert policies.fits(VIP, {"tier": {"vip"}, "priority": {"P2"}})
    assert not policies.fits(VIP, {"tier": {"vip"}, "priority": {"P3"}})
    assert not policies.fits(VIP, {"priority": {"P1"}})


def test_no_conditions_fit_every_ticket():
    assert policies.fits({}, {})


def test_a_parent_covers_its_children():
    facts = {"category": {"technical-leak", "technical"}}
    assert policies.fits({"category": ["technical"]}, facts)
    assert not policies.fits({"category": ["technical-noise"]}, facts)


def test_a_fact_that_nobody_knows_fits_nothing():
    assert not policies.fits({"weather": ["rain"]}, {"tier": {"vip"}})
    assert not policies.fits({"tier": []}, {"tier": {"vip"}})


def test_the_checks_say_what_is_wanted_and_what_is_there():
    first, second = policies.checks(VIP, {"tier": {"regular"}, "priority": {"P1"}})
    assert (first.fact, first.wanted, first.given, first.fits) == (
        "tier", ("vip",), ("regular",), False,
    )  # fmt: skip
    assert second.fits


def test_the_first_that_fits_decides():
    facts = {"tier": {"vip"}, "priority": {"P1"}}
    assert policies.choose([({"tier": ["gold"]}, 1), (VIP, 2), ({}, 3)], facts) == 2
    assert policies.choose([({"tier": ["gold"]}, 1)], facts) is None


names, values = st.sampled_from("abc"), st.sampled_from("xyz")


@given(
    st.dictionaries(names, st.lists(values, max_size=2)),
    st.dictionaries(names, st.sets(values, max_size=2)),
)
def test_it_fits_exactly_where_every_check_does(conditions, facts):
    found = policies.checks(conditions, facts)
    assert policies.fits(conditions, facts) == all(check.fits for check in found)
