"""The program as it runs for people: gunicorn with two workers, here on a port of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PORT = 8190


@contextmanager
def serving(workers: int = 2, threads: int = 4) -> Iterator[int]:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    command = [
        *(sys.executable, "-m", "gunicorn", "aftersales.wsgi", "--bind", f"127.0.0.1:{PORT}"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "120", "--log-level", "error", "--no-control-socket"),
    ]
    process = subprocess.Popen(
        command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        yield PORT
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
