"""The examples in deploy/ are checked as far as that goes without running them."""

import re
import shutil
import subprocess

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

DEPLOY = settings.BASE_DIR / "deploy"
COMMAND = re.compile(r'manage\.py[",\s]+([a-z_]+)')


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_services_wait_for_what_exists(compose):
    services = compose["services"]
    assert set(services) == {"db", "setup", "web", "worker"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
    assert all("healthcheck" in services[name] for name in ("db", "web", "worker"))


@pytest.mark.parametrize(
    "path", sorted(path for path in DEPLOY.rglob("*") if path.is_file()), ids=lambda path: path.name
)
def test_commands_exist(path):
    for command in COMMAND.findall(path.read_text()):
        assert command in get_commands()


def test_every_variable_is_in_the_handbook():
    source = (settings.BASE_DIR / "aftersales" / "settings.py").read_text()
    told = (settings.BASE_DIR / "docs" / "OPERATIONS.md").read_text()
    names = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"} <= names
    assert {name for name in names if f"`{name}`" not in told} == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_units_are_sound(tmp_path):
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/opt/aftersales/.venv/bin/python", "/bin/true")
        (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
    )
    ours = [line for line in done.stderr.splitlines() if "aftersales" in line]
    assert (done.returncode, ours) == (0, [])
