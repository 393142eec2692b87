"""Who does what: the people of the demo by what they are chosen for."""

from collections import Counter
from random import Random

from customers.models import Product
from foundation.accounts.models import User
from tickets.models import Ticket

FAR = {"合肥市", "广州市", "成都市", "南京市", "Nanjing"}


class Staff:
    """The people, and who takes what."""

    def __init__(self, people: dict[str, User], products: dict[str, Product]):
        """`products` is {category key: the model most people have}."""
        self.people, self.products = people, products
        # The same objects all along: each reads its rights once.
        self.by_id = {person.pk: person for person in people.values()}

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
        if "onsite" not in story.methods and story.category.startswith("logistics"):
            return self.huanghy
        if "onsite" not in story.methods and story.category.startswith("quality"):
            return self.luowen
        if story.kind in ("consultation", "suggestion"):
            return self.agent_for(story.language, rng)
        return self._technician(case, rng, but)

    def _technician(self, case, rng: Random, but: User | None) -> User:
        city = case.owner.customer.city if case.owner else "杭州市"
        names = ["technician", "wangjun", "liuyang"]
        if city in FAR and "onsite" in case.story.methods:
            names = ["provider", "technician"]
        people = [self.people[name] for name in names if self.people[name] != but]
        load = self._open_jobs(people)
        fewest = min(load[person.pk] for person in people)
        return rng.choice([person for person in people if load[person.pk] == fewest])

    def _open_jobs(self, people: list[User]) -> Counter[int]:
        rows = Ticket.objects.open().filter(handler__in=people)
        return Counter(rows.values_list("handler", flat=True))
