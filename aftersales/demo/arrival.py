"""From the first word to a priority: receive, register, classify."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from aftersales.demo import phrases, pictures
from customers import actions as customers
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.messaging import inbound
from foundation.messaging.models import OutgoingMessage
from tickets import actions
from tickets.actions.notices import thread_of
from tickets.models import Category, Ticket

SPOKEN = ("phone", "counter")
BY_STAFF = (*SPOKEN, "wechat", "chat", "dealer", "social")
INBOX = "service@chenghe.example"


class Arrival:
    """The stages that agents and supervisors do first."""

    def arrive(self):
        story, case = self.story, self.case
        self.symptom = self.rng.choice(story.symptoms)
        if case.channel == "email":
            self._receive_mail()
        elif case.channel == "device":
            self._receive(SYSTEM, self._facts(), linked=True)
        elif case.channel in BY_STAFF:
            self.agent = agent = self.staff.agent_for(story.language, self.rng)
            claims = {} if case.owner else self._claims()
            self._receive(agent, self._facts() | claims, linked=case.owner is not None)
        else:
            self._receive(CaseHolder(None), self._facts() | self._claims(), linked=False)
        if case.cancel == "spam":
            yield from self._throw_away()
            return
        if case.is_answered and case.channel not in SPOKEN:
            yield from self._first_answer()

    def _receive(self, by, facts: dict, *, linked: bool) -> None:
        case, files = self.case, []
        owner = case.owner if linked else None
        unit = self._unit() if owner else None
        if case.channel not in SPOKEN and self.rng.random() < 0.3 and self._is_thing:
            files = self._photos()
        self.ticket = actions.receive(
            by=by,
            channel=case.channel,
            facts=facts,
            customer=owner and owner.customer,
            unit=unit,
            files=files,
            at=self.now,
        )

    def _facts(self) -> dict:
        story = self.story
        return {
            "kind": story.kind,
            "language": story.language,
            "symptom": self.symptom,
            "began": story.began,
            "frequency": story.frequency,
            "environment": story.environment,
            "tried": story.tried,
            "wanted": story.wanted,
            "wanted_how": story.how,
            "wanted_when": self._when(),
            "reach": story.reach,
            "impact": story.impact,
            "urgency": story.urgency,
            "mood": story.mood,
            "is_exposure": story.is_exposure,
        }

    def _when(self) -> str:
        if self.story.how != "onsite":
            return ""
        if self.story.language == "en":
            return self.rng.choice(("", "weekdays after six", "Saturday morning", "any time"))
        return self.rng.choice(("", "工作日晚上六点后", "周六上午", "随时都可以", "尽快"))

    def _claims(self) -> dict:
        """What a stranger types into the form about who they are."""
        owner, unit = self.case.owner, self._unit()
        if owner is None:
            name, number = self.case.wanderer
            return {"requester_name": name, "requester_phone": number, "product": self._product()}
        return {
            "requester_name": owner.customer.name,
            "requester_phone": owner.phone,
            "requester_email": owner.email,
            "product": unit.product,
            "serial_text": unit.serial if self.rng.random() < 0.6 else "",
            "order_number": unit.order_line.rpartition("-")[0] if unit.order_line else "",
        }

    def _unit(self):
        if self.case.owner is None:
            return None
        return self.case.owner.units[self.story.device][0]

    def _product(self):
        return self.staff.products[self.story.device]

    @property
    def _is_thing(self) -> bool:
        return self.story.kind in ("fault", "return")

    def _photos(self) -> list[tuple[str, bytes]]:
        leaks = self.story.category.endswith("leak")
        files = [pictures.photo(self.story.device, self.rng, leaks=leaks)]
        unit = self._unit()
        if unit and self.rng.random() < 0.4:
            files.append(pictures.label(unit.product.code, unit.serial, self.rng))
        return files

    # mail

    def _receive_mail(self) -> None:
        subject = self.symptom.split("，")[0].split(",")[0][:40].rstrip("。.")
        name, text = self._who[0], self.symptom
        if name:
            text += (
                f"\n\nKind regards\n{name}"
                if self.story.language == "en"
                else f"\n\n谢谢！\n{name}"
            )
        result = self._mail(subject, text)
        self.ticket = Ticket.objects.get(number=result.row.reference)

    @property
    def _who(self) -> tuple[str, str]:
        owner = self.case.owner
        return (owner.customer.name, owner.email) if owner else self.case.wanderer

    def _mail(self, subject: str, text: str, answers: str = "") -> inbound.Result:
        name, address = self._who
        mail = EmailMessage()
        mail["From"] = formataddr((name, address))
        mail["To"] = INBOX
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.now)
        mail["Message-ID"] = f"<{self.rng.getrandbits(64):016x}@{address.rpartition('@')[2]}>"
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(text)
        return inbound.receive(mail.as_bytes(), at=self.now)

    def _by_mail(self, words: str) -> bool:
        """Answer the last mail we sent; False where the talk is not by mail."""
        if self.case.channel != "email":
            return False
        sent = OutgoingMessage.objects.filter(thread=thread_of(self.ticket)).order_by("-pk").first()
        self._mail(f"Re: {sent.subject}", words, answers=sent.message_id)
        self.ticket.refresh_from_db()
        return True

    # first answer, registration

    def _first_answer(self):
        if self.case.channel in BY_STAFF:
            # Whoever takes it down in a chat answers there.
            agent = self.agent
            self.now = yield self.now + timedelta(seconds=self.rng.randrange(60, 400))
        else:
            yield from self._within(15 if self.case.is_urgent else 30, "first_answer")
            agent = self.staff.agent_for(self.story.language, self.rng)
        self._do("take", agent)
        if self._is_quick:
            return
        me = agent.display_name.split()[0]
        ask = self.story.ask or self._pick(phrases.CHECK)
        self._tell(self._pick(phrases.HELLO).format(name=self._name, me=me, ask=ask))

    def register(self):
        case = self.case
        if self._is_quick:
            yield from self._answer()
            return
        if case.channel in SPOKEN:
            yield from self._rest(3, 11, "register")
            if self.story.tell and self.rng.random() < 0.6:
                words = self._pick(phrases.HEARD).format(words=self.story.tell)
                self._do("note", self.contact, body=words)
        else:
            yield from self._ask_back()
        if case.owner is None or self.ticket.customer_id is None:
            self._identify()
        if case.channel == "email":
            self._complete()
        self._do("register", self.contact)
        yield from self._second_thoughts()

    def _ask_back(self):
        """The customer answers our question; meanwhile the ticket may wait for them."""
        if self.rng.random() < 0.3 and self.story.tell:
            yield from self._rest(1, 3)
            self._do("hold", self.contact, reason="customer")
        yield from self._rest(4, 25)
        if self.story.tell:
            files = self._photos() if "照片" in self.story.tell or self.rng.random() < 0.2 else ()
            self._say(self.story.tell, files=files)
        yield from self._rest(2, 12, "register")
        if self.rng.random() < 0.8:
            self._tell(self._pick(phrases.NOTED))

    def _identify(self) -> None:
        """Say who the customer is; somebody new is recorded first."""
        owner = self.case.owner
        if owner:
            self._do("link", self.contact, customer=owner.customer, unit=self._unit())
            return
        name, phone = self.case.wanderer
        points = {"email": phone} if "@" in phone else {"phone": phone}
        customer = customers.record_customer(
            name=name, language=self.story.language, city="杭州市" if self.story.language != "en"
            else "Hangzhou", by=self.contact, at=self.now, **points,
        )  # fmt: skip
        self._do("link", self.contact, customer=customer, unit=None)

    def _complete(self) -> None:
        """A mail says little in columns: the agent fills them in."""
        facts = {key: value for key, value in self._facts().items() if value and key != "symptom"}
        if self.ticket.product_id is None:
            facts["product"] = self._product()
        self._do("amend", self.contact, facts=facts)

    @property
    def _is_quick(self) -> bool:
        """A question is answered at once, unless somebody else must know."""
        return self.story.kind == "consultation" and self.case.stop in ("resolve", "close")

    def _answer(self):
        yield from self._rest(*((3, 8) if self.case.channel in SPOKEN else (2, 10)))
        if self.ticket.customer_id is None:
            self._identify()
        if self.case.channel == "email":
            self._complete()
        category = Category.objects.get(key=self.story.category)
        agent = self.contact
        self._do("answer", agent, body=self.story.result, category=category)

    # what ends it early

    def _throw_away(self):
        yield from self._rest(5, 25)
        self._do("cancel", self.lead, reason="spam")
        self.over = True

    def _second_thoughts(self):
        reason = self.case.cancel
        if not reason:
            return
        yield from self._rest(10, 50)
        if reason == "withdrawn":
            self._do("cancel", self._holder, body=self._pick(phrases.WITHDRAW))
        else:
            others = Ticket.objects.filter(customer=self.ticket.customer).exclude(pk=self.ticket.pk)
            other = others.order_by("-received_at", "-pk").first()
            words = phrases.DUPLICATE.format(number=other.number) if other else ""
            self._do("cancel", self.lead, reason="duplicate", body=words)
        self.over = not self.case.restored
        if self.case.restored:
            yield from self._rest(30, 200)
            self._do("restore", self.lead)
            self._do("note", self.contact, body=phrases.RESTORE)

    def classify(self):
        if self.ticket.status == "resolved":
            return
        yield from self._within(15 if self.case.is_urgent else 55, "classify")
        story, proposed = self.story, self.ticket.proposed_priority
        priority, reason = self._judge(proposed)
        self._do(
            "classify",
            self.lead,
            category=Category.objects.get(key=story.category),
            priority=priority,
            reason=reason,
        )

    def _judge(self, proposed: str) -> tuple[str, str]:
        """Mostly as proposed; sometimes a person knows better."""
        roll, story, owner = self.rng.random(), self.story, self.case.owner
        if proposed == "P3" and story.is_exposure:
            return "P2", phrases.EXPOSURE
        if proposed == "P3" and story.kind == "fault" and roll < 0.12:
            vip = owner and owner.customer.tier_id and owner.customer.tier.is_vip
            return "P2", phrases.VIP if vip else self.rng.choice(phrases.OVERRULE_UP)
        if proposed == "P2" and roll < 0.06:
            return "P3", self.rng.choice(phrases.OVERRULE_DOWN)
        return proposed, ""
