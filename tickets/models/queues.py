"""The desks: views on tickets with addresses of their own."""

from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class _Queue:
    """A desk is a view on tickets with an address of its own; the matrix decides, not Django."""

    proxy = True
    default_permissions = ()


class Intake(Ticket):
    class Meta(_Queue):
        verbose_name = _("ticket at intake")
        verbose_name_plural = _("Intake")


class ToClassify(Ticket):
    class Meta(_Queue):
        verbose_name = _("ticket to classify")
        verbose_name_plural = _("To classify")


class ToAssign(Ticket):
    class Meta(_Queue):
        verbose_name = _("ticket to assign")
        verbose_name_plural = _("To assign")


class MyWork(Ticket):
    class Meta(_Queue):
        verbose_name = _("my ticket")
        verbose_name_plural = _("My work")


class AllTickets(Ticket):
    class Meta(_Queue):
        verbose_name = _("ticket")
        verbose_name_plural = _("All tickets")
