"""What the program imports is in requirements.txt: a fresh machine has nothing else."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def locked() -> set[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = (re.match(r"([A-Za-z0-9._-]+)==", line) for line in lines)
    return {name[1].lower().replace("_", "-") for name in names if name}


def imported() -> dict[str, str]:
    """{top package: a file that imports it}."""
    found = {}
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                else:
                    continue
                found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return found


def test_every_import_is_required():
    known = packages_distributions()
    missing = {}
    for package, path in imported().items():
        if package in OURS or package in sys.stdlib_module_names:
            continue
        names = {name.lower().replace("_", "-") for name in known.get(package, [package])}
        if not names & locked():
            missing[package] = path
    assert missing == {}
    assert "django" in imported()
