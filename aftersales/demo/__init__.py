"""A lifelike demo, made by the real verbs: the same for the same seed and end moment."""

from typing import NamedTuple


class Login(NamedTuple):
    """Who can sign in to the demo, and where they begin."""

    role: str
    username: str
    password: str
    path: str

    def __str__(self) -> str:
        return f"  {self.username:<12}{self.password:<8}{self.path:<9}{self.role}"


def logins() -> list[Login]:
    """One login per role, as far as these people are in the database."""
    from aftersales.demo.company import ADMINISTRATION, ON_THE_PHONE, PASSWORD, PEOPLE, PHONE
    from foundation.accounts.models import User

    names = [person.username for person in PEOPLE if person.is_shown]
    found = {
        user.username: user
        for user in User.objects.filter(username__in=names).prefetch_related("roles")
    }
    return [
        Login(
            " · ".join(f"{role.name_zh} {role.name_en}" for role in found[name].roles.all()),
            name,
            PASSWORD,
            PHONE if name in ON_THE_PHONE else ADMINISTRATION,
        )
        for name in names
        if name in found
    ]
