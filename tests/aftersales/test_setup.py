import gettext
import os
import subprocess

import pytest
from babel.messages import pofile
from django.conf import settings

from aftersales.management.commands.setup import compile_translations

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Home"
msgstr "首页"
"""


def test_translations_are_compiled_when_they_are_newer(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]
    assert compile_translations(tmp_path) == []
    later = source.stat().st_mtime + 60
    os.utime(source, (later, later))
    assert len(compile_translations(tmp_path)) == 1
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Home") == "首页"
    with source.open("rb") as file:
        assert pofile.read_po(file, locale="zh_Hans")


def test_a_second_setup_does_nothing(house):
    assert "Collected the static files" in house.manage("setup")
    assert (house.data / "static" / "staticfiles.json").exists()
    assert house.manage("setup") == ""


def test_the_demo_keeps_away_from_real_data(house):
    house.env["DEMO"] = "1"
    assert "not the demo's" in house.manage("setup", ok=False)
    assert "not the demo's" in house.manage("setup", "--anew", ok=False)


def test_real_work_keeps_away_from_the_demo(house):
    (house.data / "demo").touch()
    assert "everybody knows" in house.manage("setup", ok=False)
    assert "demo only" in house.manage("setup", "--anew", ok=False)


def test_the_demo_begins_anew(house):
    house.env |= {"DEMO": "1", "DEBUG": "1"}
    (house.data / "demo").touch()
    house.python("from foundation.accounts.models import User; User.objects.create(username='old')")
    key = (house.data / "secret.key").read_text()
    house.manage("setup", "--anew")
    count = "from foundation.accounts.models import User; print(User.objects.count())"
    assert house.python(count) == "0"
    assert (house.data / "secret.key").read_text() == key


class TestMake:
    def make(self, *words, **env):
        done = subprocess.run(
            ["make", "--no-print-directory", *words],
            cwd=settings.BASE_DIR,
            env=os.environ | env,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def test_a_python_too_old_is_named(self, tmp_path):
        old = tmp_path / "oldpython"
        old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
        old.chmod(0o755)
        code, said = self.make(f"VENV={tmp_path / 'v'}", f"PYTHON={old}", "translations")
        assert code != 0
        assert "Python 3.11 or newer is needed" in said and "3.9.2" in said

    def test_a_missing_venv_module_is_named(self, tmp_path):
        bare = tmp_path / "barepython"
        bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
        bare.chmod(0o755)
        code, said = self.make(f"VENV={tmp_path / 'v'}", f"PYTHON={bare}", "translations")
        assert code != 0
        assert "apt install python3-venv" in said

    @pytest.mark.parametrize("target", ["demo", "demo-reset", "run", "test", "lint"])
    def test_a_missing_python_is_named(self, tmp_path, target):
        code, said = self.make(f"VENV={tmp_path / 'v'}", "PYTHON=python-not-there", target)
        assert code != 0
        assert "apt install python3 python3-venv" in said
