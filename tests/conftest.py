"""The cast: people with fixed roles whom every test knows by name."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.signals import request_started

from foundation.accounts import cached
from foundation.accounts.models import Department, Role, User
from foundation.clockwork import limits
from foundation.messaging import nudges

pytest_plugins = ["tests.require"]

# Tuesday, 10 March 2026, 10:00 in China.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)

CAST = {
    # name: (role, department)
    "anna": ("agent", "service"),
    "sun": ("supervisor", "service"),
    "hu": ("head", "technical"),
    "ma": ("manager", "service"),
    "deng": ("dispatcher", "dispatch"),
    "tang": ("technician", "technical"),
    "tian": ("technician", "technical"),
    "wu": ("warehouse", "logistics"),
    "qian": ("quality", "quality"),
    "an": ("analyst", "service"),
    "root": ("administrator", "service"),
}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Threads share a file; a database in memory would serve one at a time."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database.setdefault("TEST", {})["NAME"] = name


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def cast(db) -> SimpleNamespace:
    """One person per role, by first name; password "demo"."""
    people = {}
    for name, (role, department) in CAST.items():
        user = User.objects.create(
            username=name,
            display_name=name.title(),
            department=Department.objects.get(key=department),
        )
        user.roles.add(Role.objects.get(key=role))
        people[name] = user
    return SimpleNamespace(**people)


@pytest.fixture
def later():
    return lambda **time: NOW + timedelta(**time)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def fresh_limits():
    """The shared count is rolled back with each test; what this process holds must go too."""
    limits.forget()
    yield
    nudges.forget()


COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}


@pytest.fixture
def cold():
    """Each request reads what a process otherwise remembers, so that counts can be compared."""
    request_started.connect(cached.forget)
    yield
    request_started.disconnect(cached.forget)


@pytest.fixture(autouse=True)
def cold_where_queries_are_counted(request):
    if COUNTING & set(request.fixturenames):
        request.getfixturevalue("cold")


@pytest.fixture(autouse=True)
def english(settings):
    """Tests speak English unless they say otherwise."""
    settings.LANGUAGE_CODE = "en"
