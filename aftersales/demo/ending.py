"""After the result: answers, calls, silence, and the way back."""

from datetime import timedelta

from aftersales.demo import phrases
from aftersales.demo.hours import on_the_half
from care import actions as care
from care.models import Callback
from surveys import actions as surveys
from surveys.models import Invitation

CALL_AFTER = 8 * 60


class Ending:
    """The stages that begin with the customer's word."""

    def close(self):
        for time in range(self.case.reopened):
            yield from self._go_back(time)
            if self.rests:
                return
        end = self.case.end
        if end == "survey":
            yield from self._rate()
        elif end == "link":
            yield from self._rest(20, 60 * 12)
            self._do("confirm", self._holder)
        elif end == "call":
            yield from self._call()
        elif end == "silence" and self.ticket.priority != "P3":
            yield from self._try_in_vain()
        elif end == "staff":
            yield from self._rest(60, 60 * 7)
            self._do("note", self.contact, body=self._pick(phrases.SATISFIED))
            self._do("confirm", self.contact, how="staff")

    # the survey

    def _rate(self):
        yield from self._rest(12, 60 * 6)
        invitation = Invitation.objects.open().filter(ticket=self.ticket).first()
        if invitation is None:
            self._do("confirm", self._holder)
            return
        surveys.finish(invitation, answers=self._scores(), by=self._holder, at=self.now)
        if self.case.mood == "bad" and self.case.is_followed_up:
            yield from self._follow_up()

    def _scores(self) -> dict:
        rng, mood = self.rng, self.case.mood
        base = {"good": 5, "fair": 4, "bad": 2}[mood]
        scores = {
            key: max(
                1, min(5, base - rng.choice((0, 0, 0, 1)) + (mood != "good") * rng.choice((0, 1)))
            )
            for key in ("timeliness", "professionalism", "effect")
        }
        scores["overall"] = base if mood != "bad" else rng.choice((1, 2, 2))
        near = {"good": (9, 10, 10, 8), "fair": (7, 8, 8, 6), "bad": (1, 3, 4, 5)}[mood]
        scores["recommend"] = rng.choice(near)
        words = self._pick(phrases.GRUMBLE if mood == "bad" else phrases.PRAISE)
        return scores | ({"comment": words} if words else {})

    def _follow_up(self):
        """The supervisor rings an unhappy customer the next morning."""
        yield from self._rest(60 * 3, 60 * 20)
        call = Callback.objects.open().filter(ticket=self.ticket, kind="follow_up").first()
        if call:
            words = self._pick(phrases.APPEASED)
            care.record_try(
                call, outcome="reached_satisfied", by=self.staff.supervisor, note=words, at=self.now
            )

    # the call

    def _call(self):
        """Nobody answers; the list of calls finds the customer the same or the next day."""
        yield from self._rest(CALL_AFTER + 65, CALL_AFTER + 60 * 5)
        for number in range(3):
            call = Callback.objects.open().filter(ticket=self.ticket, kind="satisfaction").first()
            if call is None:
                break
            agent = self.staff.by_id.get(call.assigned_to_id, self.contact)
            if number == 0 and self.rng.random() < 0.3:
                self._record(call, agent, "not_reached", self._pick(phrases.NOT_REACHED))
                yield from self._rest(45, 150)
                continue
            self._record(call, agent, "reached_satisfied", self._pick(phrases.SATISFIED))
            return
        if self.ticket.status == "resolved":
            self._do("confirm", self.contact, how="staff")

    def _try_in_vain(self):
        """Called twice, never reached; silence will confirm."""
        yield from self._rest(CALL_AFTER + 65, CALL_AFTER + 60 * 5)
        for _ in range(2):
            call = Callback.objects.open().filter(ticket=self.ticket, kind="satisfaction").first()
            if call:
                self._record(call, self.contact, "not_reached", self._pick(phrases.NOT_REACHED))
            yield from self._rest(60 * 2, 60 * 9)

    def _record(self, call, agent, outcome: str, words: str) -> None:
        care.record_try(call, outcome=outcome, by=agent, note=words, at=self.now)
        self.ticket.refresh_from_db()

    # not solved

    def _go_back(self, time: int):
        """The customer says no; the same handler takes it up again."""
        moment = self.case.appoint.get("reopened")
        if moment and time == self.case.reopened - 1:
            self.now = yield moment
        else:
            yield from self._rest(60 * 3, 60 * 20)
        story = self.story
        words = story.back if time == 0 and story.back else self._pick(phrases.AGAIN)
        invitation = Invitation.objects.open().filter(ticket=self.ticket).first()
        if invitation and self.rng.random() < 0.6:
            surveys.say_not_solved(invitation, what=words, by=self._holder, at=self.now)
            self.ticket.refresh_from_db()
        else:
            self._do("reopen", self._holder, reason=words)
        if self._rests_at("reopened", time):
            return
        yield from self._rest(20, 110)
        self._do("start", self._handler)
        yield from self._rest(3, 20)
        self.begin_at = on_the_half(
            self._believable(self.now + timedelta(minutes=self.rng.uniform(60, 300)))
        )
        self._tell(self._announcement())
        if self._rests_at("taken_up", time):
            return
        days = self.rng.choice((1, 2)) if self._travels else 0
        self.now = yield self.begin_at + timedelta(days=days, minutes=self.rng.randrange(40, 130))
        self._do(
            "resolve",
            self._handler,
            result=story.again if time == 0 and story.again else self._pick(phrases.SECOND),
            cause=story.cause,
            remedy=(story.again or self._pick(phrases.SECOND))[:300],
            responsibility=story.responsibility,
        )

    def _rests_at(self, stage: str, time: int) -> bool:
        """Whether the story ends in the middle of this last round."""
        self.rests = self.case.stop == stage and time == self.case.reopened - 1
        return self.rests
