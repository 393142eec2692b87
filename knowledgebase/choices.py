from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleKind(models.TextChoices):
    FAQ = "faq", _("question and answer")
    GUIDE = "guide", _("guide")
    PROCEDURE = "procedure", _("procedure")
    SCRIPT = "script", _("script for the conversation")


class TextStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    OUTDATED = "outdated", _("outdated")


# What is being written, beside what readers see or before they see anything.
WORKING = (TextStatus.DRAFT, TextStatus.IN_REVIEW)
