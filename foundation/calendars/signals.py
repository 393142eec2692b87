"""Upward news, inside the verb's transaction; a receiver may veto with ValidationError.

`calendar_published`: sender=Calendar, calendar, version (CalendarVersion), by, at.
"""

from django.dispatch import Signal

calendar_published = Signal()
