"""From a priority to a result: assign, plan, do, wait, resolve."""

from datetime import timedelta

from aftersales.demo import phrases, pictures
from aftersales.demo.hours import on_the_half, said

FIELD = {"technician", "wangjun", "liuyang", "provider"}
VISITED = ("fault", "installation", "maintenance", "training")


class Repair:
    """The stages of dispatchers, heads and technicians."""

    def assign(self):
        if self.ticket.status == "resolved":
            return
        yield from self._rest(*((3, 15) if self.case.is_urgent else (8, 70)), "assign")
        self._give(self.staff.handler_for(self.case, self.rng))

    def _give(self, handler, reason: str = "") -> None:
        staff = self.staff
        by = staff.supervisor
        if self.ticket.kind in VISITED and handler.username in FIELD:
            by = staff.dispatcher
        if self.ticket.priority == "P1" and self.ticket.department_id == staff.head.department_id:
            by = staff.head
        self._do("assign", by, handler=handler, reason=reason)

    @property
    def _handler(self):
        return self.staff.by_id[self.ticket.handler_id]

    def accept(self):
        if self.ticket.status == "resolved":
            return
        yield from self._rest(*((2, 8) if self.case.is_urgent else (4, 25)), "accept")
        if self.case.refused and self._handler.username in FIELD:
            yield from self._pass_on()
        self._do("accept", self._handler)

    def _pass_on(self):
        before = self._handler
        self._do("refuse", before, reason=self.rng.choice(phrases.REFUSALS))
        yield from self._rest(5, 20)
        self._give(self.staff.handler_for(self.case, self.rng, but=before))
        yield from self._rest(3, 15)

    def plan(self):
        if self.ticket.status == "resolved":
            return
        yield from self._within(60 if self.case.is_urgent else 85, "plan")
        story, staff = self.story, self.staff
        technical = self.ticket.department_id == staff.head.department_id
        self.finish_at = self._finish()
        self._do(
            "plan",
            staff.head if technical else staff.supervisor,
            methods=list(story.methods),
            finish_at=self.finish_at,
            diagnosis=story.diagnosis,
            summary=story.plan,
        )
        yield from self._rest(2, 9)
        self._tell(self._announcement())
        if self.rng.random() < 0.35:
            yield from self._rest(3, 40)
            self._say(self._pick(phrases.FINE))

    def _finish(self):
        """The planned end: soon for danger, else with the time that parts and roads take."""
        if self.case.is_urgent:
            return on_the_half(self.now + timedelta(hours=6))
        hours = 72 if self.case.waits == "parts" else 30
        return on_the_half(self.now + timedelta(hours=hours))

    def _announcement(self) -> str:
        methods = self.story.methods
        words = phrases.DEAL
        if self._handler.username in FIELD:
            words = phrases.VISIT if "onsite" in methods else phrases.REMOTE
            if "pickup" in methods:
                words = phrases.COURIER
        him = self._handler.display_name.split("（")[0]
        when = on_the_half(self.now + timedelta(hours=2 if self.case.is_urgent else 4))
        return self._pick(words).format(
            name=self._name, him=him, when=said(when, self.story.language)
        )

    def start(self):
        if self.ticket.status == "resolved":
            return
        if self.case.reassigned and self._handler.username in FIELD:
            yield from self._rest(5, 30)
            other = self.staff.handler_for(self.case, self.rng, but=self._handler)
            self._give(other, self.rng.choice(phrases.REASSIGN))
        yield from self._until_begun()
        self._do("start", self._handler)

    def _until_begun(self):
        """Within what the priority promises, counted from when it was set."""
        minutes = {"P1": 240, "P2": 480}.get(self.ticket.priority, 1440)
        set_at = self.ticket.cycles.get(number=self.ticket.cycle).classified_at
        gone = (self.now - set_at).total_seconds() / 60
        if "start" in self.case.late:
            yield from self._rest(minutes - gone + 25, minutes - gone + 240, "start")
            return
        left = max(10.0, minutes - gone)
        yield from self._rest(min(15, left * 0.2), min(left * 0.55, 420), "start")

    # work

    def work(self):
        if self.ticket.status == "resolved":
            return
        onsite = self._handler.username in FIELD and "onsite" in self.story.methods
        if onsite and self.rng.random() < 0.4:
            yield from self._rest(8, 35)
            self._do("note", self._handler, body=self.rng.choice(phrases.ON_THE_WAY))
        if self.story.field:
            yield from self._rest(20, 70)
            with_photo = self.rng.random() < 0.3
            files = [pictures.photo(self.story.device, self.rng)] if with_photo else ()
            self._do("note", self._handler, body=self.story.field, files=files)
        if self.case.waits:
            yield from self._wait_for(self.case.waits)

    def _wait_for(self, reason: str):
        if moment := self.case.appoint.get("waiting"):
            self.now = yield moment
        else:
            yield from self._rest(5, 20)
        days = self.rng.choice((2, 2, 3, 3, 4))
        words = {"part": self.story.part, "days": days}
        note = phrases.PART_NOTE if reason == "parts" else phrases.WAIT_NOTE
        self._do("hold", self._handler, reason=reason, body=self._pick(note).format(**words))
        self.rests = self.case.stop == "waiting"
        if reason == "customer":
            if not self.rests:
                yield from self._till_they_write()
            return
        yield from self._rest(5, 40)
        self._tell(self._pick(phrases.PART_NEWS).format(**words))
        if self.rests:
            return
        yield from self._rest(60 * 20, 60 * 28)
        self._tell(self._pick(phrases.PART_WAIT).format(**words))
        yield from self._rest(60 * 24 * (days - 1.4), 60 * 24 * (days - 0.7))
        self._do("resume", self._handler, reason=reason)

    def _till_they_write(self):
        yield from self._rest(60 * 8, 60 * 30)
        self._say(self._pick(phrases.IMPATIENT))

    def resolve(self):
        if self.ticket.status == "resolved":
            return
        fast = "remote" in self.story.methods or self.story.kind in ("complaint", "suggestion")
        yield from self._rest(*((15, 90) if fast else (40, 200)), "resolve")
        story = self.story
        tested = "not_needed" if story.kind in ("complaint", "suggestion", "training") else "passed"
        self._do(
            "resolve",
            self._handler,
            result=story.result,
            cause=story.cause,
            remedy=story.remedy,
            test_result=tested,
            responsibility=story.responsibility,
        )
