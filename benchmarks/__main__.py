"""Measures the program at the size of a busy department.

    DATABASE_URL=postgres://… AFTERSALES_DATA=/tmp/bench python -m benchmarks fill --tickets 1000000
    DATABASE_URL=postgres://… AFTERSALES_DATA=/tmp/bench python -m benchmarks pages
    … python -m benchmarks create | export
    … python benchmarks/import_units.py 500000      (in a database of its own)

Run it on a quiet machine. docs/PERFORMANCE.md holds what was measured and how to read it.
"""

import argparse
import os
import subprocess
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")


def fill(options) -> None:
    """An empty database becomes the demo with so many tickets."""
    for words in (("setup",), ("demo", "--tickets", str(options.tickets))):
        subprocess.run([sys.executable, "manage.py", *words], check=True)


def pages(options) -> None:
    from benchmarks import pages
    from benchmarks.server import serving

    print("| page | median ms | p95 ms | KiB |\n| --- | --- | --- | --- |")
    with serving() as port:
        pages.measure(port, options.count)


def create(options) -> None:
    """Four programs that create tickets as quickly as they are answered."""
    from benchmarks import api_create
    from benchmarks.server import serving
    from foundation.accounts.actions import make_key
    from foundation.accounts.models import User

    owner = User.objects.get(username="supervisor")
    _key, secret = make_key(user=owner, name="benchmark", scopes=["tickets:write"], by=owner)
    os.environ["API_WRITE_RATE"] = "100000/min"
    with serving() as port:
        for once in (False, True):
            print(api_create.run(f"http://127.0.0.1:{port}", secret, once=once), flush=True)


def export(options) -> None:
    from benchmarks import exports

    exports.measure()


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("what", choices=sorted(WHAT))
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=40, help="how often each page is asked")
    options = parser.parse_args()
    if options.what != "fill":
        import django

        django.setup()
    WHAT[options.what](options)


WHAT = {"fill": fill, "pages": pages, "create": create, "export": export}

if __name__ == "__main__":
    main()
