"""What is found by words: one document per ticket, customer, unit, article, in the app's table."""

from django.db import models

from foundation.clockwork.models import DueRow
from foundation.search.fields import TokensField
from foundation.search.rules import Query


class DocumentQuerySet(models.QuerySet):
    def matching(self, asked: Query, *, personal: bool, every: bool = True) -> "DocumentQuerySet":
        """Those that hold every term (or any). `personal`: also by names, numbers, addresses."""
        if not asked:
            return self.none()
        return self.filter(tokens__matches=(asked, personal, every))

    def newest(self) -> "DocumentQuerySet":
        return self.order_by("-at", "-pk")


class Document(models.Model):
    """Subclasses add `subject`, a OneToOneField that is the primary key, and in their migration
    `AddSearchIndex`."""

    at = models.DateTimeField(db_index=True)
    tokens = TokensField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.label}:{self.pk}"


class Refresh(DueRow):
    """A document that no longer says what its subject says; the sweep writes it anew."""

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], name="refresh_due")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}"
