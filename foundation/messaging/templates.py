"""The kinds of messages there are, and the words they ship with.

    templates.register("received", _("Request received"), {"ticket.number": "26-000123-4"})

A higher app registers from `ready()`; the admin shows the label, offers the variables and tries
the text with the example values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from foundation.accounts.defaults import ship
from foundation.accounts.queries import organisation
from foundation.desk.words import listed
from foundation.messaging import sandbox

ALWAYS = {
    "organisation.name": gettext_lazy("Service Centre"),
    "organisation.hotline": "400-800-1234",
}


@dataclass(frozen=True)
class Kind:
    key: str
    label: str | Promise
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all_variables(self) -> dict[str, Any]:
        """{dotted name: example}, with those that every message has."""
        return {**self.variables, **ALWAYS}


_kinds: dict[str, Kind] = {}


def register(key: str, label: str | Promise, variables: Mapping[str, Any]) -> None:
    """Make a kind known. `variables` is {dotted name: example}, e.g. {"ticket.number": "26-1"}."""
    _kinds[key] = Kind(key, label, dict(variables))


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind(key: str) -> Kind:
    """The kind of that key; one that nobody registered is shown by its key."""
    return _kinds.get(key) or Kind(key, key)


def ship_templates(rows: Iterable[dict]) -> int:
    """Create the texts this installation was not given before; returns how many.

    A row is {"key", "language", "subject", "body"}.
    """
    from foundation.messaging.models import MessageTemplate

    return ship(MessageTemplate, ("key", "language"), rows)


def organisation_values(language: str) -> dict[str, str]:
    """What every template knows of us, in the message's language."""
    row = organisation()
    with override(language):
        return {"name": row.name, "hotline": row.hotline}


def example(key: str, language: str) -> dict[str, Any]:
    """A context of example values for one kind."""
    context: dict[str, Any] = {}
    with override(language):
        for name, value in kind(key).all_variables.items():
            *path, last = name.split(".")
            inner = context
            for step in path:
                inner = inner.setdefault(step, {})
            inner[last] = sandbox.plain(value)
    return {**context, "organisation": organisation_values(language)}


def check(key: str, source: str) -> None:
    """ValidationError when a text has a mistake or asks for something this kind does not know."""
    try:
        asked = sandbox.variables_in(source)
    except sandbox.TemplateSyntaxError as error:
        raise ValidationError(
            _("This text has a mistake near a bracket: %(mistake)s"),
            code="syntax",
            params={"mistake": str(error)},
        ) from error
    known = kind(key).all_variables
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise ValidationError(
            _("Unknown variable: %(unknown)s. You can use: %(known)s."),
            code="unknown",
            params={"unknown": listed(unknown), "known": listed(sorted(known))},
        )


def preview(key: str, language: str, subject: str, body: str) -> tuple[str, str]:
    """(subject, text) with example values; ValidationError when the texts are wrong."""
    check(key, subject)
    check(key, body)
    context = example(key, language)
    return one_line(sandbox.render(subject, context)), sandbox.render(body, context)


def one_line(text: str) -> str:
    """A subject: one line, no control characters, at most 200 long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
