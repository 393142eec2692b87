"""Whatever is asked of whatever is written: the database answers as `rules.matches` does.

The suite runs on both databases, so both agree with it and with each other.
"""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerDocument
from foundation.search import rules

WRITTEN = "洗衣机不脱水𠮷 wm-800XéßΣΙİ@.０１２３4\n～~'\"*()😀\\:&|!"
texts = st.text(alphabet=WRITTEN, max_size=40) | st.text(max_size=20)
asked = (
    st.text(alphabet=WRITTEN, min_size=1, max_size=12)
    | st.text(min_size=1, max_size=8)
    | st.sampled_from(
        ["AND", "a OR b", "NEAR(洗 衣)", "洗衣 NOT 机", "^wm", "-800", "tokens:x", "''"]
    )
)


@pytest.fixture
def owners(db) -> list[Customer]:
    return [Customer.objects.create(name=f"{n}") for n in range(4)]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    documents=st.lists(st.tuples(texts, texts), min_size=4, max_size=4),
    question=asked,
    personal=st.booleans(),
    every=st.booleans(),
)
def test_the_database_answers_as_the_rule(owners, documents, question, personal, every):
    kept = {}
    CustomerDocument.objects.all().delete()
    for owner, (free, own) in zip(owners, documents, strict=True):
        kept[owner.pk] = rules.document(rules.tokens(free), rules.tokens(own))
        CustomerDocument.objects.create(pk=owner.pk, at=timezone.now(), tokens=kept[owner.pk])
    query = rules.query(question)
    found = CustomerDocument.objects.matching(query, personal=personal, every=every)
    expected = {
        pk
        for pk, tokens in kept.items()
        if query and rules.matches(query, tokens, personal=personal, every=every)
    }
    assert {row.pk for row in found} == expected
    assert {row.pk: set(row.tokens) for row in CustomerDocument.objects.all()} == {
        pk: set(tokens) for pk, tokens in kept.items()
    }


@pytest.mark.parametrize(
    "question",
    ["洗衣机不脱水怎么办" * 40, "a-b " * 100, "wm " * 150, "1 " * 200, "脱" * 300, "'\"*():&|!<->"],
)
def test_no_question_is_too_long_or_too_odd(owners, question):
    query = rules.query(question)
    for every in (True, False):
        list(CustomerDocument.objects.matching(query, personal=True, every=every))


def test_written_again_and_gone(owners):
    def found(text):
        rows = CustomerDocument.objects.matching(rules.query(text), personal=False)
        return [row.pk for row in rows]

    row = CustomerDocument.objects.create(pk=owners[0].pk, at=timezone.now(), tokens=["old"])
    assert found("old") == [row.pk]
    row.tokens = ["new"]
    row.save()
    assert found("old") == [] and found("new") == [row.pk]
    owners[0].delete()
    assert found("new") == []
