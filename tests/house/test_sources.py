"""What no file of the project may hold, and how long files and functions may grow."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
BINARY = {".png", ".jpg", ".ico", ".woff2", ".mo", ".eml", ".gz", ".xlsx"}
# Locked by tools, made by others, or long by nature.
NOT_OURS = ("requirements.txt", "requirements-dev.txt", "aftersales/static/vendor/")
GENERATED = ("/migrations/", "locale/", "tests/house/doors.txt")
MOST_LINES, MOST_OF_A_FUNCTION = 500, 60

# Hosts that stand for nobody (RFC 2606, RFC 5737), this machine, and names of standards.
EXAMPLE = re.compile(
    r"^[^.]+$|(^|\.)(example|test|invalid)$|(^|\.)example\.(com|org|net|cn)$"
    r"|^(127\.0\.0\.1|0\.0\.0\.0)$"
)
STANDARDS = {
    "www.w3.org",
    "json.schemastore.org",
    "opensource.org",
    "keepachangelog.com",
    "semver.org",
}
HOST = re.compile(
    r"(?:https?|postgres|postgresql|smtp|smtps|imap|ftp)://(?:[^\s/@\"'<>]*@)?([\w.-]+)"
)
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|mnt)/\w+|(?<!\w)[A-Z]:\\\\Users")
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("no git here")
    names = [name for name in listed.stdout.splitlines() if not name.startswith(NOT_OURS)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


FILES = [path for path in files() if path.suffix not in BINARY]
PYTHON = [path for path in FILES if path.suffix == ".py"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def found(pattern: re.Pattern, paths=FILES):
    for path in paths:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for match in pattern.finditer(line):
                yield f"{name(path)}:{number}", match


def others(places) -> list[str]:
    """Without this file, which names what it looks for."""
    return [place for place in places if not place.startswith("tests/house/test_sources.py")]


def test_there_are_sources():
    assert len(FILES) > 200 and len(PYTHON) > 150


def test_no_path_of_somebodys_machine():
    assert others(f"{place} {match[0]}" for place, match in found(MACHINE)) == []


def test_only_example_hosts():
    bad = [
        f"{place} {match[1]}"
        for place, match in found(HOST)
        if not EXAMPLE.search(match[1].lower().rstrip(".")) and match[1] not in STANDARDS
    ]
    assert others(bad) == []


def test_nothing_is_left_for_later_in_the_code():
    assert others(place for place, _match in found(LEFT_OVER)) == []


def test_no_file_outgrows_its_reader():
    long = {
        name(path): lines
        for path in FILES
        if not any(part in name(path) for part in GENERATED)
        and not name(path).startswith("tests/")
        and (lines := len(path.read_text(errors="replace").splitlines())) > MOST_LINES
    }
    assert long == {}


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_outgrows_its_reader():
    long = {
        f"{name(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in PYTHON
        if not name(path).startswith("tests/")
        for node in functions(path)
        if node.end_lineno - node.lineno >= MOST_OF_A_FUNCTION
    }
    assert long == {}


def test_no_personal_data_goes_into_a_log():
    """What is logged are words of ours and ids: never a name, number, address or text."""
    personal = {
        "display_name", "requester_name", "requester_phone", "requester_email", "phone", "email",
        "address", "to_address", "subject", "body", "text", "value", "sender", "path", "token",
    }  # fmt: skip
    bad = []
    for path in PYTHON:
        if name(path).startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "logger"):
                continue
            for part in (inner for value in node.args[1:] for inner in ast.walk(value)):
                if isinstance(part, ast.Attribute) and part.attr in personal:
                    bad.append(f"{name(path)}:{node.lineno} {part.attr}")
    assert bad == []
