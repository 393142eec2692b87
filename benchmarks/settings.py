"""The program's own settings, with the bare views beside it."""

from aftersales.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
