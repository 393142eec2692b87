"""Lengths from the minutes that promises had; those never edited get the handbook's calendars."""

from django.db import migrations
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

AROUND, OWN, CALLS = "24x7", "department", "callbacks"
# key: the minutes as shipped, then lengths and calendars by the handbook, section 2
SHIPPED = {
    "first-response": ((30, 30, 30), ("30m",) * 3, (AROUND, OWN, OWN)),
    "registered": ((120, 120, 120), ("120m",) * 3, (AROUND, OWN, OWN)),
    "classified": ((60, 60, 60), ("60m",) * 3, (AROUND, OWN, OWN)),
    "planned": ((120, 120, 120), ("120m",) * 3, (AROUND, OWN, OWN)),
    "work-started": ((240, 480, 1440), ("240m", "480m", "1w"), (AROUND, AROUND, OWN)),
    "taken-up": ((120, 240, 480), ("120m", "240m", "480m"), (AROUND, AROUND, OWN)),
    "satisfaction": ((1440, 1440, 1440), ("1w",) * 3, (CALLS,) * 3),
}
PAUSED = {"registered": ["customer"], "planned": ["customer"], "work-started": ["customer"],
          "taken-up": ["customer"]}  # fmt: skip


def fill(apps, schema_editor):
    promises = apps.get_model("tickets", "Promise").objects
    for promise in promises.all():
        minutes = (promise.minutes_p1, promise.minutes_p2, promise.minutes_p3)
        lengths, calendars = [f"{count}m" for count in minutes], (AROUND,) * 3
        shipped = SHIPPED.get(promise.key)
        if shipped and minutes == shipped[0]:
            lengths, calendars = shipped[1:]
            promise.paused_by = PAUSED.get(promise.key, [])
        promise.length_p1, promise.length_p2, promise.length_p3 = lengths
        promise.calendar_p1, promise.calendar_p2, promise.calendar_p3 = calendars
        promise.save()
    deadlines = apps.get_model("tickets", "Deadline").objects
    # Nobody is to be warned of what was shown as urgent long ago.
    deadlines.filter(length="", warn_at__lte=timezone.now()).update(warned_at=F("warn_at"))
    deadlines.filter(length="").update(
        length=Concat(Cast(F("minutes"), CharField()), Value("m"), output_field=CharField())
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_promises_and_plans")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
