"""Who will ask for what, when, and how it will go: the cases of the demo, decided beforehand.

Most belong to the past and have ended. The last ones are placed so that at the end moment every
desk has work: what they still wait for counts back from there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from aftersales.demo import phrases
from aftersales.demo.case import Case
from aftersales.demo.hours import HURRY, at_work, moment_on
from aftersales.demo.owners import Owner
from aftersales.demo.stories import CHINESE, ENGLISH, Story

DAYS = 60
QUIET = timedelta(minutes=7)
OPEN_SHARE = 0.31
CHANNELS = {"phone": 34, "web": 26, "wechat": 16, "email": 12, "chat": 6, "counter": 3, "social": 3}
ENDS = {"survey": 50, "call": 16, "link": 14, "staff": 11, "silence": 9}
WANDERERS = [
    ("尹小姐", "158 0000 7001"), ("顾先生", "139 0000 7018"), ("江一凡", "jiang.yifan@example.net"),
    ("金阿姨", "186 0000 7035"), ("石磊", "shilei@example.org"), ("戴女士", "177 0000 7052"),
    ("钟先生", "150 0000 7069"), ("汪倩", "wang.qian@example.com"), ("田野", "199 0000 7086"),
    ("任先生", "138 0000 7103"), ("姚远", "yaoyuan@example.net"), ("卢女士", "139 0000 7120"),
]  # fmt: skip
FOREIGN_WANDERERS = [
    ("Olivia Brown", "olivia.brown@example.org"),
    ("Tom Becker", "tomb@example.net"),
]
BAD, FAIR = 0.07, 0.17


class Plot:
    """Draws cases by chance, fairly: every story and customer in turn."""

    def __init__(self, owners: list[Owner], until: datetime, rng: Random):
        self.owners, self.until, self.rng = owners, until - QUIET, rng
        self.told: Counter[Story] = Counter()
        self.asked: Counter[int] = Counter()
        self.strangers = list(WANDERERS)
        self.foreigners = list(FOREIGN_WANDERERS)

    def cases(self, count: int) -> list[Case]:
        """`count` cases, about a third of them open at the end."""
        now = list(self._present(count))[:count]
        return [*self._past(count - len(now)), *now]

    # the past

    def _past(self, count: int) -> Iterator[Case]:
        spam, doubles, withdrawn = count // 46, count // 30, count // 15
        made = []
        for number in range(count - spam - doubles):
            cancel = "withdrawn" if number % 12 == 7 and number < withdrawn * 12 else ""
            made.append(self._bygone(cancel, number))
        yield from made
        for _ in range(spam):
            yield self._spam(self._day(2))
        again = [
            case
            for case in made
            if case.owner and not case.cancel and case.story.kind != "consultation"
        ]
        for case in self.rng.sample(again, min(doubles, len(again))):
            yield self._double(case)

    def _bygone(self, cancel: str, number: int) -> Case:
        rng = self.rng
        back = number % 12 == 3
        story = self._story(quick=not (cancel or back), comes_back=back, broken=bool(cancel))
        long = number % 5 == 4 and bool(story.part) and not story.is_safety
        reopened = (2 if number % 36 == 3 else 1) if back else 0
        end = rng.choices(list(ENDS), weights=list(ENDS.values()))[0]
        slow = long or reopened or end == "silence"
        by_night = number % 23 == 11
        at = moment_on(self._day(13 if slow else 3), rng, by_night=by_night)
        roll = rng.random()
        return self._case(
            at,
            story,
            waits="parts" if long else "customer" if number % 17 == 5 else "",
            end=end,
            mood="bad" if roll < BAD else "fair" if roll < FAIR else "good",
            reopened=reopened,
            cancel=cancel,
            restored=bool(cancel) and number % 36 == 7,
            refused=number % 14 == 2,
            reassigned=number % 19 == 6,
            late=self._slips(),
            # At night nobody is at the counter, and only danger is worth a call.
            channel="" if not by_night else "phone" if story.is_safety else "web",
        )

    def _slips(self) -> frozenset[str]:
        """What goes wrong now and then: about one promise in thirty."""
        stages = ("first_answer", "classify", "plan", "start")
        return frozenset(stage for stage in stages if self.rng.random() < 0.035)

    def _day(self, least: int) -> datetime:
        """A day of the past, busier towards the present and on working days."""
        back = least + (DAYS - least) * self.rng.random() ** 1.15
        return self.until - timedelta(days=back)

    def _double(self, case: Case) -> Case:
        at = case.at + timedelta(minutes=self.rng.randrange(25, 240))
        return replace(case, at=at, channel="web", cancel="duplicate", restored=False,
                       late=frozenset(), reopened=0)  # fmt: skip

    def _spam(self, day: datetime) -> Case:
        words, sender = self.rng.choice(phrases.SPAM)
        language = "en" if words.isascii() else "zh-hans"
        story = Story("", "", (words,), "", kind="suggestion", language=language)
        return Case(moment_on(day, self.rng), story, None, "email", cancel="spam",
                    is_answered=False, wanderer=("", sender))  # fmt: skip

    # the present

    def _present(self, count: int) -> Iterator[Case]:
        """What is open at the end, per desk: (how many of 200, what), soonest shortage first."""
        desks = [
            (4, self._at_intake), (2, self._asked_back), (8, self._to_classify),
            (9, self._to_assign), (5, self._to_accept), (3, self._accepted), (5, self._planned),
            (7, self._at_work), (4, self._waits_for_parts), (2, self._waits_for_customer),
            (3, self._reopened), (1, self._taken_up), (10, self._resolved), (2, self._unhappy),
        ]  # fmt: skip
        for share, make in desks:
            for number in range(max(1, round(share * count / 200))):
                yield make(number)

    def _back(self, **time) -> datetime:
        return self.until - timedelta(**time)

    def _now(self, at: datetime, stop: str, story: Story | None = None, **rest) -> Case:
        facts = {"stop": stop, "pace": 0.35, "round_the_clock": True} | rest
        appoint = {key: self._by_day(moment) for key, moment in facts.pop("appoint", {}).items()}
        story = story or self._story(quick=False)
        return self._case(self._by_day(at), story, appoint=appoint, **facts)

    def _by_day(self, at: datetime) -> datetime:
        """Within working hours, but for the last ones: at the end every desk is at work."""
        return at if at > self.until - HURRY else at_work(at, self.rng)

    def _at_intake(self, number: int) -> Case:
        """Just come in, nobody has answered; one already for too long."""
        minutes = 41 if number == 1 else 3 + number * 6
        channel = ("web", "email", "web", "wechat")[number % 4]
        return self._now(self._back(minutes=minutes), "arrive", channel=channel,
                         is_answered=False, stranger=number == 0)  # fmt: skip

    def _asked_back(self, number: int) -> Case:
        return self._now(self._back(minutes=38 + number * 22), "arrive", channel="web",
                         stranger=number == 1)  # fmt: skip

    def _to_classify(self, number: int) -> Case:
        """Registered within the hour; one waits for longer."""
        minutes = 96 if number == 2 else 4 + number * 6
        story = self._story(quick=False, urgent=number == 0)
        at = self._back(minutes=minutes + 30)
        return self._now(at, "register", story, appoint={"register": self._back(minutes=minutes)})

    def _to_assign(self, number: int) -> Case:
        minutes = 530 if number == 4 else 6 + number * 16
        story = self._story(quick=False, urgent=number == 1, unusable=number == 4)
        at = self._back(minutes=minutes + 55)
        return self._now(at, "classify", story, appoint={"classify": self._back(minutes=minutes)})

    def _to_accept(self, number: int) -> Case:
        """Given to somebody who has not said yes; the last is not planned in time."""
        minutes = 141 if number == 3 else 9 + number * 17
        return self._visit(minutes, "assign", urgent=number == 2)

    def _accepted(self, number: int) -> Case:
        return self._visit(14 + number * 25, "accept")

    def _planned(self, number: int) -> Case:
        return self._visit(40 + number * 55, "plan", last_words=self._words(number, 25))

    def _at_work(self, number: int) -> Case:
        return self._visit(35 + number * 70, "start", urgent=number == 0,
                           last_words=self._words(number, 12))  # fmt: skip

    def _visit(self, minutes: int, stage: str, *, urgent: bool = False, **rest) -> Case:
        story = self._story(quick=False, urgent=urgent, visited=True)
        lead = {"assign": 55, "accept": 65, "plan": 105, "start": 150}[stage]
        at = self._back(minutes=minutes + lead)
        return self._now(at, stage, story, appoint={stage: self._back(minutes=minutes)}, **rest)

    def _words(self, number: int, minutes: int) -> datetime | None:
        return self._back(minutes=minutes + number * 9) if number % 3 == 1 else None

    def _waits_for_parts(self, number: int) -> Case:
        since = self._back(hours=20 + number * 19)
        story = self._story(quick=False, parts=True)
        return self._now(since - timedelta(hours=9), "waiting", story, waits="parts",
                         appoint={"waiting": since}, last_words=self._words(number, 45))  # fmt: skip

    def _waits_for_customer(self, number: int) -> Case:
        since = self._back(hours=5 + number * 17)
        story = self._story(quick=False, visited=True)
        return self._now(since - timedelta(hours=8), "waiting", story, waits="customer",
                         appoint={"waiting": since})  # fmt: skip

    def _reopened(self, number: int) -> Case:
        """Not solved, not yet taken up; one longer than promised."""
        since = self._back(minutes=(24, 505, 52)[number % 3])
        story = self._story(quick=False, comes_back=True)
        rounds = 2 if number == 2 else 1
        return self._now(since - timedelta(hours=22 * rounds), "reopened", story,
                         reopened=rounds, appoint={"reopened": since})  # fmt: skip

    def _taken_up(self, number: int) -> Case:
        story = self._story(quick=False, comes_back=True)
        since = self._back(hours=4)
        return self._now(since - timedelta(hours=20), "taken_up", story, reopened=1,
                         appoint={"reopened": since})  # fmt: skip

    def _resolved(self, number: int) -> Case:
        """Not yet confirmed: fresh, on the list of calls, or silent for days."""
        hours = (0.6, 1.5, 2.5, 4, 5.5, 7, 11, 14, 18, 74)[number % 10]
        story = self._story(quick=False, unusable=6 <= number % 10 < 9)
        since = self._back(hours=hours)
        return self._now(since - timedelta(hours=12), "resolve", story,
                         appoint={"resolve": since})  # fmt: skip

    def _unhappy(self, number: int) -> Case:
        """Solved, but badly rated: the supervisor owes a call."""
        since = self._back(hours=3 + number * 4)
        return self._now(since - timedelta(hours=16), "close", end="survey", mood="bad",
                         appoint={"close": since}, is_followed_up=False)  # fmt: skip

    # story, customer, channel

    def _story(
        self,
        *,
        quick: bool = True,
        urgent: bool = False,
        unusable: bool = False,
        visited: bool = False,
        parts: bool = False,
        comes_back: bool = False,
        broken: bool = False,
    ) -> Story:
        """The next story that fits: those told least often first."""
        stories = ENGLISH if self.rng.random() < 0.14 else CHINESE

        def fits(story: Story) -> bool:
            dangerous = story.is_safety or story.impact == "business"
            return (
                (quick or story.kind != "consultation")
                and dangerous == urgent
                and (not unusable or story.impact == "unusable")
                and (not visited or "onsite" in story.methods)
                and (not parts or bool(story.part))
                and (not comes_back or bool(story.back))
                and (not broken or story.kind == "fault")
            )

        if quick and not urgent:
            urgent = self.rng.random() < 0.08
        fitting = [story for story in stories if fits(story)]
        fewest = min(self.told[story] for story in fitting)
        story = self.rng.choice([story for story in fitting if self.told[story] == fewest])
        self.told[story] += 1
        return story

    def _case(self, at: datetime, story: Story, **rest) -> Case:
        stranger = rest.pop("stranger", self.rng.random() < 0.05)
        wanderer = self._wanderer(story) if stranger and story.impact != "business" else None
        owner = None if wanderer else self._owner(story)
        channel = rest.pop("channel", "") or self._channel(owner, wanderer)
        if wanderer:
            channel = "email" if "@" in wanderer[1] else "web" if channel == "email" else channel
        elif channel == "email" and not owner.email:
            channel = "web"
        return Case(at, story, owner, channel, wanderer=wanderer or ("", ""), **rest)

    def _wanderer(self, story: Story) -> tuple[str, str] | None:
        waiting = self.foreigners if story.language == "en" else self.strangers
        return waiting.pop(0) if waiting else None

    def _owner(self, story: Story) -> Owner:
        """Somebody who has such a thing and asked least often so far."""
        business = story.impact == "business" or "公司" in story.symptoms[0]
        fitting = [
            (place, owner)
            for place, owner in enumerate(self.owners)
            if story.device in owner.units
            and owner.customer.language == story.language
            and (owner.customer.kind != "person") == business
        ] or [
            (place, owner)
            for place, owner in enumerate(self.owners)
            if story.device in owner.units and owner.customer.language == story.language
        ]
        fewest = min(self.asked[place] for place, _owner in fitting)
        place, owner = self.rng.choice([row for row in fitting if self.asked[row[0]] == fewest])
        self.asked[place] += 1
        return owner

    def _channel(self, owner: Owner | None, wanderer: tuple[str, str] | None) -> str:
        if owner and owner.customer.kind == "dealer":
            return "dealer"
        return self.rng.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0]
