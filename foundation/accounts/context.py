from foundation.accounts.queries import organisation as read


def organisation(request) -> dict:
    """The organisation for every template, read once per request."""
    if not hasattr(request, "organisation"):
        request.organisation = read()
    return {"organisation": request.organisation}
