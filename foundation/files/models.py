"""Private files. The owner's row (a ticket's attachment) decides who may read one."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def place(instance: "StoredFile", name: str) -> str:
    """Two levels of folders by random name; what the sender called it stays in the row."""
    key = instance.key.hex
    return f"{key[:2]}/{key[2:4]}/{key}"


class StoredFile(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=place)
    stored_at = models.DateTimeField(_("stored"))
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type in {"image/jpeg", "image/png", "image/gif", "image/webp"}
