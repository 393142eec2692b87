"""From a priority to a result: assign, plan, do, wait, resolve."""

from datetime import timedelta
from decimal import Decimal

from aftersales.demo import phrases, pictures
from aftersales.demo.hours import by_day, is_evening, on_the_half, said
from tickets.actions import notices
from tickets.queries.plans import plan_of

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
        by = self.lead
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
        if self.case.reassigned and self._handler.username in FIELD:
            yield from self._rest(5, 30)
            other = self.staff.handler_for(self.case, self.rng, but=self._handler)
            self._give(other, self.rng.choice(phrases.REASSIGN))

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
        staff = self.staff
        technical = self.ticket.department_id == staff.head.department_id
        self.finish_at = self._finish()
        # Danger is planned by who goes there, and approved within minutes.
        maker = staff.head if technical else self.lead
        self._make_plan(self._handler if self.ticket.priority == "P1" else maker)
        yield from self._let_decide()
        yield from self._rest(2, 9)
        self.begin_at = self._beginning()
        self._tell(self._announcement())
        if self.rng.random() < 0.35:
            yield from self._rest(2, 14)
            self._say(self._pick(phrases.FINE if self._is_visit else phrases.THANKS))

    def _make_plan(self, by, **change) -> None:
        story = self.story
        facts = {"methods": list(story.methods), "diagnosis": story.diagnosis, "parts": story.part}
        if story.cost:
            facts |= {"payer": "customer", "cost": Decimal(story.cost)}
        facts |= {"summary": story.plan, "finish_at": self.finish_at}
        self._do("plan", by, **(facts | change))

    def _let_decide(self):
        """The head approves what needs it, then the customer agrees where they are asked."""
        staff = self.staff
        if self._plan.approval == "asked":
            yield from self._rest(2, 12)
            technical = self.ticket.department_id == staff.head.department_id
            self._do("approve_plan", staff.head if technical else staff.manager)
        if self._plan.acceptance == "asked":
            yield from self._rest(5, 40)
            if notices.address_of(self.ticket):
                self._do("accept_plan", self._holder, plan=self._plan.version)
            else:
                self._do("accept_plan", self.contact, how="phone")

    @property
    def _plan(self):
        return plan_of(self.ticket)

    @property
    def _is_visit(self) -> bool:
        return self._handler.username in FIELD and "onsite" in self.story.methods

    def _finish(self):
        """The planned end: soon for danger, else with the time that parts and roads take."""
        if self.case.is_urgent:
            return on_the_half(self.now + timedelta(hours=6))
        hours = 76 if self.case.waits == "parts" or self._travels else 30
        return by_day(self.now + timedelta(hours=hours))

    def _announcement(self) -> str:
        """What the customer is told: who, how and when."""
        methods, when = self.story.methods, self.begin_at
        if self._is_visit:
            words = phrases.VISIT
        elif "pickup" in methods:
            words = phrases.COURIER
        elif self._handler.username in FIELD:
            words = phrases.REMOTE
        else:
            words, when = phrases.DEAL, self.finish_at
        return self._pick(words).format(
            name=self._name,
            him=self._handler.display_name.split("（")[0],
            when=said(when, self.story.language),
        )

    def start(self):
        if self.ticket.status == "resolved":
            return
        if "start" not in self.case.appoint:
            minutes = self.rng.uniform(-9, 12)
            self.now = yield max(self.now, self.begin_at + timedelta(seconds=round(minutes * 60)))
        self._do("start", self._handler)
        self.is_there = self._is_visit

    def _beginning(self):
        """When work shall begin: within what the priority promises, counted from when it was set."""
        if moment := self.case.appoint.get("start"):
            return on_the_half(moment)
        if self.case.stop == "plan":
            return on_the_half(self.until + timedelta(minutes=self.rng.uniform(45, 200)))
        minutes = {"P1": 240, "P2": 480}.get(self.ticket.priority, 1440)
        set_at = self.ticket.cycles.get(number=self.ticket.cycle).classified_at
        left = max(10.0, minutes - (self.now - set_at).total_seconds() / 60)
        if "start" in self.case.late:
            wait = left + self.rng.uniform(40, 240)
        else:
            wait = self.rng.uniform(min(25, left * 0.2), min(left * 0.6, 420))
        when = on_the_half(self._believable(self.now + timedelta(minutes=wait * self.case.pace)))
        soon = on_the_half(self._believable(self.now + timedelta(minutes=20)))
        return soon if is_evening(when) and "start" not in self.case.late else when

    # work

    def work(self):
        if self.ticket.status == "resolved":
            return
        if self._travels:
            yield from self._let_travel()
        if self._is_visit and self.rng.random() < 0.4:
            yield from self._rest(8, 35)
            self._do("note", self._handler, body=self.rng.choice(phrases.ON_THE_WAY))
        if self.story.field:
            yield from self._rest(20, 70)
            with_photo = self.rng.random() < 0.3
            files = [pictures.photo(self.story.device, self.rng)] if with_photo else ()
            self._do("note", self._handler, body=self.story.field, files=files)
        if self.case.waits:
            yield from self._wait_for(self.case.waits)

    @property
    def _travels(self) -> bool:
        """Whether a parcel is on its way to us or to the customer for a day or more."""
        by_parcel = {"pickup", "depot", "part", "exchange"} & set(self.story.methods)
        near = self._is_visit or self.case.is_urgent or self.case.round_the_clock
        return bool(by_parcel) and not near

    def _let_travel(self):
        words = {"days": self.rng.choice((1, 2, 2))}
        note = phrases.COLLECTED if "depot" in self.story.methods else phrases.SENT
        yield from self._rest(5, 40)
        self._do("hold", self._handler, reason="third_party", body=self._pick(note).format(**words))
        if note is phrases.SENT:
            yield from self._rest(4, 30)
            self._tell(self._pick(phrases.UNDER_WAY).format(**words))
        yield from self._rest(60 * (24 * words["days"] - 6), 60 * (24 * words["days"] + 5))
        self._do("resume", self._handler, reason="third_party")

    def _wait_for(self, reason: str):
        if moment := self.case.appoint.get("waiting"):
            self.now = yield moment
        yield from self._rest(5, 20)
        days = self.rng.choice((2, 2, 3, 3, 4))
        part = self.story.part
        words = {"part": part, "Part": part[:1].upper() + part[1:], "days": days}
        note = phrases.PART_NOTE if reason == "parts" else phrases.WAIT_NOTE
        self._do("hold", self._handler, reason=reason, body=self._pick(note).format(**words))
        self.is_there = False
        self.rests = self.case.stop == "waiting"
        if reason == "customer":
            if not self.rests:
                yield from self._till_they_write()
            return
        yield from self._rest(5, 40)
        self._tell(self._pick(phrases.PART_NEWS).format(**words))
        if reason == "parts":
            yield from self._ask_warehouse(words)
        if self.rests:
            return
        if reason == "parts" and self._plan and not self.case.reopened:
            yield from self._change_plan(words)
        yield from self._rest(60 * 20, 60 * 28)
        self._tell(self._pick(phrases.PART_WAIT).format(**words))
        yield from self._rest(60 * 24 * (days - 1.4), 60 * 24 * (days - 0.7))
        for task in self.ticket.tasks.filter(ended_at=None):
            outcome = self._pick(phrases.TASK_DONE).format(**words)
            self._do("finish_task", self.staff.warehouse, task=task, outcome=outcome)
        self._do("resume", self._handler, reason=reason)
        yield from self._rest(4, 30)
        when = on_the_half(
            self._believable(self.now + timedelta(minutes=self.rng.uniform(50, 300)))
        )
        self._tell(self._pick(phrases.PART_HERE).format(when=said(when, self.story.language)))
        self.now = yield when + timedelta(minutes=self.rng.randrange(12))

    def _ask_warehouse(self, words: dict):
        yield from self._rest(2, 10)
        due = by_day(self.now + timedelta(days=words["days"] + 1))
        title = self._pick(phrases.TASK).format(**words)
        warehouse = self.staff.warehouse
        facts = {"title": title, "department": warehouse.department, "due_at": due}
        self._do("give_task", self._handler, **facts)
        yield from self._rest(10, 50)
        self._do("accept_task", warehouse, task=self.ticket.tasks.get(ended_at=None))

    def _change_plan(self, words: dict):
        """The part is missing: another day, and something in the meantime."""
        yield from self._rest(3, 15)
        self.finish_at = by_day(self.now + timedelta(days=words["days"] + 1))
        said = {name: self._pick(text).format(**words) for name, text in phrases.CHANGE.items()}
        self._make_plan(self._handler, **said)
        yield from self._let_decide()

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
        self.is_pressing = self.is_there = False
