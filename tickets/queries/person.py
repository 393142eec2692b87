"""The customer of a ticket as one reader may see them: one answer for every page, list and file."""

from collections.abc import Callable
from dataclasses import dataclass

from customers.rules import mask_address, mask_email, mask_name, mask_phone
from foundation.accounts.choices import Personal
from foundation.accounts.models import User
from tickets.models import Ticket
from tickets.queries.permissions import sees_personal


@dataclass(frozen=True)
class Person:
    """Masked where the reader may not see them; each property reads only what it shows.

    What was given with the request stands before what is known of the customer; "" or [] where
    there is neither. Numbers and addresses of e-mail need `customer__contact_points`.
    """

    ticket: Ticket
    is_masked: bool
    # Name and address stand on the parcel.
    ships: bool = False

    @property
    def customer(self) -> str:
        """Whose ticket it is: the linked customer, else who asked."""
        return self._ship(self._known or self.ticket.requester_name, mask_name)

    @property
    def name(self) -> str:
        """Whom to speak with: who asked, else the linked customer."""
        return self._ship(self.ticket.requester_name or self._known, mask_name)

    @property
    def company(self) -> str:
        """The linked customer where that is somebody else than who asked."""
        known, asked = self._known, self.ticket.requester_name
        return self._ship(known, mask_name) if asked and asked != known else ""

    @property
    def phone(self) -> str:
        """The number to call first."""
        return next(iter(self.phones), "")

    @property
    def phones(self) -> list[str]:
        return [self._show(text, mask_phone) for text in self._points("phone")]

    @property
    def emails(self) -> list[str]:
        return [self._show(text, mask_email) for text in self._points("email")]

    @property
    def address(self) -> str:
        customer = self.ticket.customer
        known = customer.full_address if customer else ""
        return self._ship(self.ticket.requester_address or known, mask_address)

    @property
    def _known(self) -> str:
        return self.ticket.customer.name if self.ticket.customer_id else ""

    def _points(self, kind: str) -> list[str]:
        customer = self.ticket.customer
        points = customer.contact_points.all() if customer else ()
        # What mail came back from stands last.
        known = sorted((p for p in points if p.kind == kind), key=lambda point: point.is_bounced)
        given = getattr(self.ticket, f"requester_{kind}")
        return list(dict.fromkeys(text for text in (given, *(p.value for p in known)) if text))

    def _show(self, text: str, mask: Callable[[str], str]) -> str:
        return mask(text) if self.is_masked else text

    def _ship(self, text: str, mask: Callable[[str], str]) -> str:
        return text if self.ships else self._show(text, mask)


def person_of(ticket: Ticket, user: User) -> Person:
    """The customer of this ticket as this person may see them."""
    ships = Personal.SHIPPING in user.personal
    return Person(ticket, is_masked=not sees_personal(ticket, user), ships=ships)
