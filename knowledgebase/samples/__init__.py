"""Articles for a maker of household appliances, to try the system with. Never shipped as rows."""

from dataclasses import dataclass

from knowledgebase.samples import public as p
from knowledgebase.samples import scripts as s


@dataclass(frozen=True)
class Sample:
    """One article; `texts` is {language: (title, body)}, `category` the key of a category."""

    slug: str
    kind: str
    category: str | None
    is_public: bool
    texts: dict[str, tuple[str, str]]


def articles() -> list[Sample]:
    """Nine public articles and three internal scripts, each in Chinese and English.

    Categories: washing-machine, water-heater, refrigerator, air-conditioner, rice-cooker, or None.
    """
    return [*_public(), *_scripts()]


def _sample(slug, kind, category, zh, en, is_public=True) -> Sample:
    return Sample(slug, kind, category, is_public, {"zh-hans": zh, "en": en})


def _public() -> list[Sample]:
    return [
        _sample("washer-e1", "guide", "washing-machine", p.WASHER_E1_ZH, p.WASHER_E1_EN),
        _sample("washer-e4", "guide", "washing-machine", p.WASHER_E4_ZH, p.WASHER_E4_EN),
        _sample("water-heater-leak", "guide", "water-heater", p.HEATER_ZH, p.HEATER_EN),
        _sample("fridge-not-cold", "guide", "refrigerator", p.FRIDGE_ZH, p.FRIDGE_EN),
        _sample("air-conditioner-drips", "guide", "air-conditioner", p.DRIP_ZH, p.DRIP_EN),
        _sample("rice-cooker-undercooked", "faq", "rice-cooker", p.RICE_ZH, p.RICE_EN),
        _sample("read-the-serial-label", "faq", None, p.LABEL_ZH, p.LABEL_EN),
        _sample("how-repair-visits-work", "faq", None, p.VISIT_ZH, p.VISIT_EN),
        _sample("warranty-basics", "faq", None, p.WARRANTY_ZH, p.WARRANTY_EN),
    ]


def _scripts() -> list[Sample]:
    return [
        _sample("script-no-power", "script", None, s.NO_POWER_ZH, s.NO_POWER_EN, False),
        _sample("script-water-leak", "script", None, s.LEAK_ZH, s.LEAK_EN, False),
        _sample("script-upset-customer", "script", None, s.UPSET_ZH, s.UPSET_EN, False),
    ]
