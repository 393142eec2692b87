"""Programs that hold a key of a person of the cast."""

from rest_framework.test import APIClient

from foundation.accounts import actions
from foundation.accounts.choices import KeyScope


def program(user, *scopes: str) -> APIClient:
    """A client with a fresh key of this person: these scopes, or all."""
    _key, secret = actions.make_key(
        name="test", scopes=scopes or KeyScope.values, user=user, by=user
    )
    return with_secret(secret)


def with_secret(secret: str, word: str = "Bearer") -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"{word} {secret}")
    return client
