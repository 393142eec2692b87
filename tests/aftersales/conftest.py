"""An installation of its own in a folder, worked by real commands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"DATABASE_URL", "DEMO", "SECRET_KEY", "SITE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}


class Installation:
    def __init__(self, data: Path, **extra: str):
        self.data = data
        self.env = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env |= {"AFTERSALES_DATA": str(data), "LANGUAGE_CODE": "en"} | extra

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def manage(self, *words: str, ok: bool = True) -> str:
        """What the command says, both ways out; it must succeed, or fail, as `ok` tells."""
        done = subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def python(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).strip()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("prepared")
    # DEBUG spares the static files.
    Installation(data, DEBUG="1").manage("setup")
    return data


@pytest.fixture
def house(prepared, tmp_path) -> Installation:
    """A fresh installation on SQLite."""
    shutil.copytree(prepared, tmp_path / "house", ignore=shutil.ignore_patterns("*.lock"))
    return Installation(tmp_path / "house")


@pytest.fixture
def bare(tmp_path) -> Installation:
    """An empty data folder."""
    (tmp_path / "bare").mkdir()
    return Installation(tmp_path / "bare")
