"""How long articles stay as they are before somebody looks at them again."""

from django.contrib import admin

from foundation.desk.admin import DeskAdmin
from knowledgebase.models import ReviewPeriod


@admin.register(ReviewPeriod)
class ReviewPeriodAdmin(DeskAdmin):
    """After how many days what is looked at again; an administrator's setting."""

    list_display = ["__str__", "days"]
    fields = ["category", "days"]
    list_select_related = ["category"]
