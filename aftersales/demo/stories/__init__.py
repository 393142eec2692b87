"""All stories, by language."""

from aftersales.demo.stories import (
    affairs,
    cooling,
    english,
    kitchen,
    questions,
    small,
    washing,
)
from aftersales.demo.stories.base import EN, ZH, Story

CHINESE: list[Story] = [
    *washing.STORIES,
    *cooling.STORIES,
    *kitchen.STORIES,
    *small.STORIES,
    *questions.STORIES,
    *affairs.STORIES,
]
ENGLISH: list[Story] = english.STORIES

__all__ = ["CHINESE", "EN", "ENGLISH", "ZH", "Story"]
