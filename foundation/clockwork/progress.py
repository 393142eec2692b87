"""How a job stands, in words: what is done, how quick, how long it may still take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.clockwork.choices import JobState
from foundation.clockwork.models import Job
from foundation.desk.words import spoken

# Before this an estimate jumps more than it tells.
EARLY = timedelta(seconds=2)
RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class Progress:
    """`tone` is how the state looks; `rate` is pieces per second, `left` the time, or None."""

    job: Job
    tone: str
    took: timedelta | None
    rate: float | None
    left: timedelta | None

    @property
    def done_words(self) -> str:
        done = number_format(self.job.done, force_grouping=True)
        if self.job.total is None or self.job.state == JobState.DONE:
            return done
        total = number_format(self.job.total, force_grouping=True)
        return _("%(done)s of %(total)s") % {"done": done, "total": total}

    @property
    def rate_words(self) -> str:
        if self.rate is None:
            return ""
        if self.rate >= 1:
            number = number_format(round(self.rate), force_grouping=True)
            return _("%(number)s per second") % {"number": number}
        number = number_format(round(self.rate * 60), force_grouping=True)
        return _("%(number)s per minute") % {"number": number}

    @property
    def left_words(self) -> str:
        return _("about %(time)s") % {"time": length(self.left)} if self.left else ""

    @property
    def took_words(self) -> str:
        return length(self.took) if self.took is not None else ""


def length(time: timedelta) -> str:
    """A time as people say it, short ones in seconds."""
    if time < timedelta(minutes=2):
        seconds = max(1, round(time.total_seconds()))
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    return spoken(time)


def progress(job: Job, at: datetime) -> Progress:
    """How the job stands at this moment."""
    end = job.ended_at or at
    took = max(end - job.started_at, timedelta(0)) if job.started_at else None
    rate = left = None
    if took and job.done and (took >= EARLY or not job.is_unfinished):
        rate = job.done / took.total_seconds()
        if job.is_unfinished and job.total and job.total > job.done:
            left = timedelta(seconds=(job.total - job.done) / rate)
    tones = {JobState.DONE: "resolved", JobState.FAILED: "failed", JobState.STOPPED: "on-hold"}
    return Progress(job, tones.get(job.state, "in_progress"), took, rate, left)


def running(user) -> list[Job]:
    """This person's unfinished jobs, the latest first; one query."""
    return list(Job.objects.unfinished().filter(owner=user.pk)[:10])


def recent(user, at: datetime) -> list[Job]:
    """Those that run, and those that ended within the hour; one query."""
    latest = Job.objects.filter(owner=user.pk)[:20]
    return [
        job for job in latest if job.is_unfinished or (job.ended_at and job.ended_at > at - RECENT)
    ]
