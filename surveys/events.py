"""What surveys write on a ticket's timeline: scores, never what was written."""

from django.utils.translation import gettext_lazy as _

from tickets import events


def register_kinds() -> None:
    events.register(
        "survey.answered",
        _("Survey answered: overall %(overall)s of 5, recommends %(recommend)s of 10"),
        _("You told us how it went"),
        overall="number",
        recommend="number",
    )
    events.register(
        "survey.typed_in",
        _("Answers typed in: overall %(overall)s of 5, recommends %(recommend)s of 10"),
        overall="number",
        recommend="number",
    )
