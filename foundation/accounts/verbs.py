"""The verbs of the matrix in words: keys are for programs, an administrator reads these."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "tickets.receive": _("Ticket: receive"),
    "tickets.amend": _("Ticket: correct facts"),
    "tickets.link": _("Ticket: link customer and unit"),
    "tickets.take": _("Ticket: take"),
    "tickets.register": _("Ticket: complete registration"),
    "tickets.classify": _("Ticket: classify"),
    "tickets.set_priority": _("Ticket: change priority"),
    "tickets.answer": _("Ticket: answer at once"),
    "tickets.assign": _("Ticket: assign"),
    "tickets.accept": _("Ticket: accept"),
    "tickets.refuse": _("Ticket: refuse"),
    "tickets.plan": _("Ticket: make plan"),
    "tickets.start": _("Ticket: start work"),
    "tickets.inspect": _("Ticket: inspection finished"),
    "tickets.hold": _("Ticket: put on hold"),
    "tickets.resume": _("Ticket: end hold"),
    "tickets.resolve": _("Ticket: resolve"),
    "tickets.confirm": _("Ticket: confirm"),
    "tickets.reopen": _("Ticket: reopen"),
    "tickets.cancel": _("Ticket: cancel"),
    "tickets.restore": _("Ticket: restore"),
    "tickets.message": _("Ticket: reply"),
    "tickets.note": _("Ticket: internal note"),
    "tickets.attach": _("Ticket: add a file"),
    "tickets.send_link": _("Ticket: send a new link"),
    "tickets.revoke_link": _("Ticket: withdraw links"),
    "care.callback": _("Care: call the customer"),
    "care.follow_up": _("Care: follow up"),
    "surveys.rate": _("Survey: answer"),
    "surveys.view": _("Survey: see answers"),
    "surveys.type_in": _("Survey: type in answers"),
    "customers.view": _("Customers: see"),
    "customers.edit": _("Customers: edit"),
    "products.edit": _("Products: edit"),
    "knowledge.view": _("Knowledge: read"),
    "knowledge.write": _("Knowledge: write"),
    "knowledge.publish": _("Knowledge: publish"),
    "messaging.view": _("Messages: see"),
    "messaging.edit": _("Messages: edit templates"),
    "lists.share": _("Lists: save views for the team"),
    "imports.run": _("Import: bring in sheets"),
    "reports.figures": _("Reports: figures"),
    "reports.export": _("Reports: export"),
    "settings.edit": _("Settings: edit"),
    "people.edit": _("People: edit"),
}


def words(verb: str) -> str:
    """What a verb is called; the key itself where it has no words."""
    return str(WORDS.get(verb, verb))
