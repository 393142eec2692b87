"""What every row has that two people may open at once."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A row that two people may open at once: the second to save learns who was first."""

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    def touch(self, by, at: datetime) -> None:
        """Mark the row as changed; the caller saves it."""
        self.version += 1
        self.changed_by = by
        self.changed_at = at

    def refuse_stale(self, version: int | None) -> None:
        """ValidationError (code "stale") if the row moved on since `version` was read."""
        if version is None or version == self.version:
            return
        moment = formats.date_format(
            timezone.localtime(self.changed_at or timezone.now()), "SHORT_DATETIME_FORMAT"
        )
        raise ValidationError(
            _(
                "%(who)s saved changes here at %(when)s while you were editing. "
                "What you typed is still below. Compare it and save again."
            ),
            code="stale",
            params={"who": self.changed_by or _("Somebody else"), "when": moment},
        )
