from django.db import models
from django.utils.translation import gettext_lazy as _


class CallbackKind(models.TextChoices):
    SATISFACTION = "satisfaction", _("satisfaction call")
    FOLLOW_UP = "follow_up", _("follow-up")
    PROGRESS = "progress", _("progress news")


class CallbackState(models.TextChoices):
    OPEN = "open", _("to call")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("no longer needed")


class Outcome(models.TextChoices):
    REACHED_SATISFIED = "reached_satisfied", _("reached: satisfied")
    REACHED_NOT_SOLVED = "reached_not_solved", _("reached: not solved")
    REACHED_TOLD = "reached_told", _("reached: told how it goes")
    NOT_REACHED = "not_reached", _("not reached")
    WRONG_NUMBER = "wrong_number", _("wrong number")


# How a call of each kind can go.
_NEWS = (Outcome.REACHED_TOLD, Outcome.NOT_REACHED, Outcome.WRONG_NUMBER)
_ASKING = tuple(one for one in Outcome if one != Outcome.REACHED_TOLD)
OUTCOMES = {
    CallbackKind.SATISFACTION: _ASKING,
    CallbackKind.FOLLOW_UP: _ASKING,
    CallbackKind.PROGRESS: _NEWS,
}
# Who may make which call: the verb of the matrix.
VERB_OF = {
    CallbackKind.SATISFACTION: "care.callback",
    CallbackKind.FOLLOW_UP: "care.follow_up",
    CallbackKind.PROGRESS: "care.callback",
}
