"""After how many days an article is looked at again, until an administrator says otherwise."""

from foundation.accounts.defaults import ship
from knowledgebase.models import ReviewPeriod


def ship_review_period(**kwargs) -> None:
    """One line for all articles."""
    ship(ReviewPeriod, ("category",), [{"category": None, "days": 180}])
