"""Ends what a killed supervisor leaves behind; run as a script, it imports nothing of ours.

Its input names the process groups to look after, `+123` when one starts and `-123` when it is
gone. The input closes when the supervisor ends, however it ended. The argument: seconds of grace.
"""

import contextlib
import os
import signal
import sys
import time


def alive(group: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False


def end(groups: set[int], grace: float) -> None:
    """Ask the first process of each group, then kill whatever is left of the group."""
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.kill(group, signal.SIGTERM)
    until = time.monotonic() + grace
    while time.monotonic() < until and any(alive(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    end(groups, grace=float(sys.argv[1]))


if __name__ == "__main__":
    main()
