"""What is decided about a ticket before its life begins."""

from dataclasses import dataclass, field
from datetime import datetime

from aftersales.demo.owners import Owner
from aftersales.demo.stories import Story

STAGES = (
    "arrive", "register", "classify", "assign", "accept", "plan", "start", "work", "resolve", "close"
)  # fmt: skip


@dataclass
class Case:
    """One ticket to be: its story, its customer, and how far and how well it goes.

    `stop` is the last stage that happens: one of STAGES, or in the middle of one "waiting" (on
    hold), "reopened", "taken_up". `appoint` fixes the moment of stages, `late` names stages that
    miss their promise. `pace` below 1 hurries. `waits` is what it is put on hold for. `end`:
    survey, link, call, staff or silence. `cancel` is a reason, `restored` undoes it. `last_words`
    is when the customer writes once more. `wanderer` is (name, number or address) of somebody who
    is no customer yet.
    """

    at: datetime
    story: Story
    owner: Owner | None
    channel: str
    stop: str = "close"
    appoint: dict[str, datetime] = field(default_factory=dict)
    late: frozenset[str] = frozenset()
    pace: float = 1.0
    waits: str = ""
    end: str = "survey"
    mood: str = "good"
    reopened: int = 0
    cancel: str = ""
    restored: bool = False
    refused: bool = False
    reassigned: bool = False
    round_the_clock: bool = False
    is_answered: bool = True
    is_followed_up: bool = True
    last_words: datetime | None = None
    wanderer: tuple[str, str] = ("", "")

    @property
    def is_urgent(self) -> bool:
        return self.story.is_safety or self.story.impact == "business"
