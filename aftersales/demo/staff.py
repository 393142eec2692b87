"""Who does what: the people of the demo by what they are chosen for."""

from collections import Counter
from random import Random

from customers.models import Product
from foundation.accounts.models import User

NEAR = {"杭州市", "绍兴市", "Hangzhou"}


class Staff:
    """The people, and how much each has in hand."""

    def __init__(self, people: dict[str, User], products: dict[str, Product]):
        """`products` is {category key: the model most people have}."""
        self.people, self.products = people, products
        # The same objects all along: each reads its rights once.
        self.by_id = {person.pk: person for person in people.values()}
        self.load: Counter[str] = Counter()

    def __getattr__(self, username: str) -> User:
        try:
            return self.__dict__["people"][username]
        except KeyError:
            raise AttributeError(username) from None

    def agent_for(self, language: str, rng: Random) -> User:
        """Lily speaks with English customers; the others share the rest."""
        if language == "en":
            return self.lily
        return self.people[rng.choices(("agent", "zhangyu", "lily"), weights=(6, 4, 1))[0]]

    def handler_for(self, case, rng: Random, *, but: User | None = None) -> User:
        """Who does the work: by category and place, the least loaded technician."""
        story = case.story
        if story.kind == "complaint":
            return self.supervisor
        if story.category.startswith("logistics"):
            return self.huanghy
        if story.category.startswith("quality") and "onsite" not in story.methods:
            return self.luowen
        if story.kind in ("consultation", "suggestion"):
            return self.agent_for(story.language, rng)
        return self._technician(case, rng, but)

    def _technician(self, case, rng: Random, but: User | None) -> User:
        city = case.owner.customer.city if case.owner else "杭州市"
        names = ["technician", "wangjun", "liuyang"]
        if city not in NEAR and case.story.how == "onsite":
            names = ["provider", "liuyang"]
        names = [name for name in names if self.people[name] != but]
        fewest = min(self.load[name] for name in names)
        name = rng.choice([name for name in names if self.load[name] <= fewest + 1])
        self.load[name] += 1
        return self.people[name]
