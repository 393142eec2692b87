"""What a story holds: the words of one trouble, from the first call to the result."""

from dataclasses import dataclass

ZH, EN = "zh-hans", "en"


@dataclass(frozen=True)
class Story:
    """One trouble. `device` is the key of a product category; `symptoms` are its wordings.

    `ask` and `tell` are our first question and the customer's answer, `field` what the technician
    notes, `part` what may have to be ordered, `back` and `again` the words of a second round:
    what still goes wrong, and what solved it. `cost` is what the customer pays. Empty ones do not
    occur.
    """

    device: str
    category: str
    symptoms: tuple[str, ...]
    result: str
    kind: str = "fault"
    language: str = ZH
    impact: str = "unusable"
    urgency: str = "normal"
    reach: str = "one"
    mood: str = "calm"
    began: str = ""
    frequency: str = ""
    environment: str = ""
    tried: str = ""
    wanted: str = "repair"
    how: str = "onsite"
    ask: str = ""
    tell: str = ""
    diagnosis: str = ""
    methods: tuple[str, ...] = ("onsite",)
    plan: str = ""
    cost: int = 0
    field: str = ""
    part: str = ""
    cause: str = ""
    remedy: str = ""
    responsibility: str = "product"
    back: str = ""
    again: str = ""
    article: str = ""
    is_safety: bool = False
    is_exposure: bool = False


def question(device, category, symptoms, result, **rest) -> Story:
    """Something a customer wants to know; nobody has to go there."""
    facts = {
        "kind": "consultation",
        "impact": "blemish",
        "wanted": "advice",
        "how": "remote",
        "methods": ("advice",),
        "responsibility": "undecided",
    }
    return Story(device, category, symptoms, result, **(facts | rest))


def job(device, symptoms, result, **rest) -> Story:
    """An appointment to install, maintain or explain."""
    facts = {
        "kind": "installation",
        "impact": "limited",
        "wanted": "",
        "responsibility": "undecided",
    }
    return Story(device, rest.pop("category", "technical-installation"), symptoms, result,
                 **(facts | rest))  # fmt: skip
