"""What a person should know: a row for each, read in the program and gathered into one mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NoticeQuerySet":
        return self.filter(user_id=user.pk)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> "NoticeQuerySet":
        return self.filter(by_mail=True, mailed_at__isnull=True)


class Notice(models.Model):
    """`data` holds ids and codes of its kind; the words are chosen when it is shown.

    `dedupe_key` tells it from the person's others: the same news is told once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    dedupe_key = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True)
    by_mail = models.BooleanField(default=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "dedupe_key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["user"],
                condition=Q(by_mail=True, mailed_at__isnull=True),
                name="notice_to_mail",
            ),
            models.Index(
                fields=["user", "mailed_at"],
                condition=Q(by_mail=True, mailed_at__isnull=False),
                name="notice_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.kind}"
