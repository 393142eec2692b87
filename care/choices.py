from django.db import models
from django.utils.translation import gettext_lazy as _


class CallbackKind(models.TextChoices):
    SATISFACTION = "satisfaction", _("satisfaction call")
    FOLLOW_UP = "follow_up", _("follow-up")


class CallbackState(models.TextChoices):
    OPEN = "open", _("to call")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("no longer needed")


class Outcome(models.TextChoices):
    REACHED_SATISFIED = "reached_satisfied", _("reached: satisfied")
    REACHED_NOT_SOLVED = "reached_not_solved", _("reached: not solved")
    NOT_REACHED = "not_reached", _("not reached")
    WRONG_NUMBER = "wrong_number", _("wrong number")


# Who may make which call: the verb of the matrix.
VERB_OF = {
    CallbackKind.SATISFACTION: "care.callback",
    CallbackKind.FOLLOW_UP: "care.follow_up",
}
