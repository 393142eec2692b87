"""What is named in REQUIRE must run: a skip there is a failure.

REQUIRE=postgres,browser makes each skipped test with one of these marks fail.
"""

import os

import pytest

REQUIRED = {name.strip() for name in os.environ.get("REQUIRE", "").split(",") if name.strip()}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    wanted = REQUIRED & {mark.name for mark in item.iter_markers()}
    if report.skipped and wanted and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{', '.join(sorted(wanted))} is required, but: {reason}"
    return report
