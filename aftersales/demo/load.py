"""Puts it all together: company, catalogue, customers, articles, and the lives of the tickets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.test.utils import override_settings

from aftersales.demo import catalogue, company, orders, owners
from aftersales.demo.clock import Clock
from aftersales.demo.life import Life
from aftersales.demo.plot import DAYS, Plot
from aftersales.demo.staff import Staff
from customers.models import Customer
from foundation.accounts.models import User
from foundation.messaging import actions as outbox
from tickets.models import Ticket

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


def is_loaded() -> bool:
    """Whether there is anything that a demo must not be mixed with."""
    return Ticket.objects.exists() or Customer.objects.exists() or User.objects.exists()


@transaction.atomic
def load(
    *,
    seed: int,
    until: datetime,
    tickets: int,
    tell: Callable[[int, int], None] = lambda done, all: None,
) -> None:
    """Fill an empty installation with `tickets` tickets whose last steps happen just before `until`.

    One transaction: it is there as a whole or not at all. Mail goes nowhere, and counts as sent at
    its moment.
    """
    rng = Random(seed)
    start = until - timedelta(days=DAYS + 2)
    people = company.found()
    batches = catalogue.stock(rng, start.date())
    customers = owners.settle(rng, start, batches)
    orders.take(customers, batches, start)
    products = {category: rows[0].product for category, rows in batches.items()}
    write_articles(people["lily"], people["supervisor"], start)
    staff = Staff(people, products)
    cases = Plot(customers, until, rng).cases(tickets)
    lives = [
        Life(case, staff, Random(f"{seed}/{number}"), until).run()
        for number, case in enumerate(cases)
    ]
    with override_settings(EMAIL_BACKEND=NOWHERE):
        Clock(start, until, tell).run(lives)
        outbox.send_due(until)


def write_articles(writer: User, publisher: User, at: datetime) -> None:
    """The sample articles, written by one and published by another; the last stays a draft."""
    from customers.models import ProductCategory
    from knowledgebase import actions, samples

    categories = {category.key: category for category in ProductCategory.objects.all()}
    articles = samples.articles()
    for number, sample in enumerate(articles):
        moment = at - timedelta(days=40 - number)
        article = actions.record_article(
            slug=sample.slug,
            kind=sample.kind,
            category=categories.get(sample.category),
            is_public=sample.is_public,
            by=writer,
            at=moment,
        )
        for language, (title, body) in sample.texts.items():
            actions.write(article, language=language, title=title, body=body, by=writer, at=moment)
            if number < len(articles) - 1:
                actions.publish(
                    article, language=language, by=publisher, at=moment + timedelta(hours=3)
                )
