"""The life of one ticket: a generator that yields when it wants to be woken, and acts then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from aftersales.demo import phrases
from aftersales.demo.arrival import Arrival
from aftersales.demo.case import STAGES, Case
from aftersales.demo.ending import Ending
from aftersales.demo.hours import CLOSES, HURRY, LATEST, at_work, is_weekend
from aftersales.demo.repair import Repair
from aftersales.demo.staff import Staff
from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import User
from tickets import actions
from tickets.models import Ticket

Wait = Iterator[datetime]


class Life(Arrival, Repair, Ending):
    """All stages of a ticket, in order, each at its believable time.

    The stages live in the three bases; here is what they share.
    """

    def __init__(self, case: Case, staff: Staff, rng: Random, until: datetime):
        self.case, self.story, self.staff, self.rng = case, case.story, staff, rng
        self.ticket: Ticket | None = None
        self.now = self.begin_at = self.finish_at = case.at
        self.until = until
        # Danger and standstill are worked on day and night, until they are over.
        self.is_pressing = case.is_urgent
        self.over = self.rests = self.is_there = False
        self.holder: CaseHolder | None = None

    def run(self) -> Wait:
        self.now = yield self.case.at
        for stage in STAGES:
            if moment := self.case.appoint.get(stage):
                self.now = yield moment
            yield from getattr(self, stage)()
            if self.over or self.rests or stage == self.case.stop:
                break
        if self.case.last_words and not self.over:
            self.now = yield self.case.last_words
            waits = self.case.waits == "parts"
            self._say(self._pick(phrases.PART_WHEN if waits else phrases.IMPATIENT))

    # time

    def _rest(self, low: float, high: float, stage: str = "") -> Wait:
        """Let minutes pass; a stage that is appointed, or shall be late, has its own time."""
        if stage and stage in self.case.appoint:
            return
        at = self.now + timedelta(seconds=round(self.rng.uniform(low, high) * 60 * self.case.pace))
        self.now = yield self._believable(at)

    def _believable(self, at: datetime) -> datetime:
        """`at` within working hours; only the very end knows no night, so that desks are full."""
        is_end = self.case.round_the_clock and at > self.until - HURRY
        if self.is_pressing or is_end:
            return at
        return at_work(at, self.rng, LATEST if self.is_there else CLOSES)

    def _within(self, limit: float, stage: str) -> Wait:
        """Let part of a promise's minutes pass, or more than all where it is missed."""
        if stage in self.case.late:
            yield from self._rest(limit * 1.08, limit * 1.7, stage)
        else:
            yield from self._rest(limit * 0.12, limit * 0.62, stage)

    # words

    def _pick(self, words: dict[str, tuple[str, ...]]) -> str:
        return self.rng.choice(words[self.story.language])

    @property
    def _name(self) -> str:
        """How we address the customer: firms have no name to greet."""
        owner = self.case.owner
        name = owner.customer.name if owner else self.case.wanderer[0]
        if self.story.language == "en":
            return name.split()[0] if not owner or owner.customer.kind == "person" else "all"
        return name if len(name) <= 4 else ""

    @property
    def _holder(self) -> CaseHolder:
        """One for the whole life: it reads its rights once."""
        self.holder = self.holder or CaseHolder(self.ticket.pk)
        return self.holder

    # verbs

    def _do(self, verb: str, by, **facts) -> None:
        self.ticket = actions.VERBS[verb](self.ticket, by=by, at=self.now, **facts)

    def _tell(self, words: str, **facts) -> None:
        """The contact writes to the customer."""
        self._do("message", self.contact, body=words.strip(), channel=self._way(), **facts)

    def _say(self, words: str, **facts) -> None:
        """The customer writes to us: by mail where the talk began by mail."""
        if not self._by_mail(words):
            self._do("message", self._holder, body=words, channel=self._way(), **facts)

    def _way(self) -> str:
        written = ("web", "wechat", "chat", "email")
        return self.case.channel if self.case.channel in written else "web"

    @property
    def lead(self) -> User:
        """Who decides: the supervisor, at the weekend the manager."""
        return self.staff.manager if is_weekend(self.now) else self.staff.supervisor

    @property
    def contact(self) -> User:
        if self.ticket.contact_id:
            return self.staff.by_id[self.ticket.contact_id]
        return self.staff.agent_for(self.story.language, self.rng)
