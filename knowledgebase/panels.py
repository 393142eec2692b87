"""What waits for writers and publishers, on the home page."""

from django.utils import timezone

from knowledgebase import queries


def home_list(user, request) -> dict | None:
    """Texts in review, texts returned to their writer, articles whose review date has come."""
    if not user.may("knowledge.write"):
        return None
    counts = queries.to_review(user, timezone.localdate())
    if not any(counts.values()):
        return None
    return {**counts, "publishes": user.may("knowledge.publish")}
