import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from aftersales.supervisor import Child, Guard, pause_after, stalled, stop

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)",
]
# A parent that dies by SIGKILL and leaves a child in its group.
FAMILY = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)",
]


def until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def gone(group: int) -> bool:
    """Whether no process of the group is left (one that only waits to be buried is gone)."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return not any(int(pgid) == group and not stat.startswith("Z") for pgid, stat in rows)


@pytest.fixture
def child():
    made = []

    def make(command, **more):
        made.append(Child("child", command, **more))
        return made[-1]

    yield make
    stop(made, grace=0)


class TestRules:
    def test_each_quick_death_waits_longer_up_to_a_limit(self):
        assert [pause_after(n) for n in (1, 2, 3, 4, 9)] == [1, 2, 4, 8, 30]

    @pytest.mark.parametrize(
        ("alive", "silence", "verdict"),
        [
            (100, None, False),
            (100, 9000, False),
            (301, None, True),
            (301, 301, True),
            (301, 20, False),
        ],
    )
    def test_stalled_only_when_it_had_time_to_beat(self, alive, silence, verdict):
        assert stalled(alive, silence, 300) is verdict


class TestChild:
    def test_what_dies_is_started_again_after_a_pause(self, child):
        one = child(SLEEPER)
        one.tend(0.0)
        first = one.process.pid
        one.process.kill()
        one.process.wait()
        one.tend(10.0)
        one.tend(10.5)
        assert one.process is None
        one.tend(11.1)
        assert one.process.pid != first

    def test_a_long_life_is_forgiven(self, child):
        one = child([sys.executable, "-c", ""], deaths=5)
        one.tend(0.0)
        one.process.wait()
        one.tend(61.0)
        assert (one.deaths, one.start_at) == (1, 62.0)

    def test_the_orphans_of_a_killed_child_end_with_it(self, child):
        one = child(FAMILY)
        one.tend(0.0)
        group = one.process.pid
        until(lambda: count(group) == 2)
        one.process.kill()
        one.process.wait()
        one.tend(1.0)
        until(lambda: gone(group), 5)

    def test_one_without_a_sign_of_life_is_replaced(self, child):
        one = child(SLEEPER, silence=lambda: 400.0, limit=300.0)
        one.tend(0.0)
        first = one.process.pid
        one.tend(200.0)
        assert one.process.pid == first
        one.tend(301.0)
        assert gone(first)
        one.tend(301.5)
        assert one.process.pid != first

    def test_one_that_will_not_end_is_killed(self, child):
        one = child(DEAF)
        one.start(0.0)
        time.sleep(0.5)
        stop([one], grace=0.5)
        assert one.process.returncode == -signal.SIGKILL


class TestGuard:
    def test_it_ends_what_a_killed_supervisor_leaves_even_the_deaf_and_their_families(self):
        groups = [
            subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
            for command in (FAMILY, DEAF)
        ]
        until(lambda: count(groups[0].pid) == 2)
        watcher = Guard(grace=1.0)
        for one in groups:
            watcher.watch(one.pid)
        watcher.process.stdin.close()
        until(lambda: all(gone(one.pid) for one in groups))
        for one in groups:
            one.wait()

    def test_what_it_was_told_to_forget_it_leaves_alone(self):
        one = subprocess.Popen(SLEEPER, start_new_session=True)
        watcher = Guard()
        watcher.watch(one.pid)
        watcher.forget(one.pid)
        watcher.dismiss()
        assert one.poll() is None
        one.kill()
        one.wait()


def count(group: int) -> int:
    listed = subprocess.run(["ps", "-eo", "pgid="], capture_output=True, text=True).stdout
    return listed.split().count(str(group))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port: int, path: str) -> str:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer,
    ):
        return answer.read().decode()
    return ""


@pytest.fixture
def up(house, tmp_path):
    """A running `manage.py up`; (process, port, what it has said so far)."""
    port = free_port()
    with (tmp_path / "up.log").open("w") as log:
        process = subprocess.Popen(
            house.command("up", "--bind", f"127.0.0.1:{port}"),
            env=house.env | {"WEB_WORKERS": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: get(port, "/healthz"))
        yield process, port, (tmp_path / "up.log").read_text
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def started(text: str, name: str) -> list[int]:
    return [int(pid) for pid in re.findall(rf"{name} started, process (\d+)", text)]


def test_up_keeps_both_running_and_leaves_nothing(up, house):
    process, port, said = up
    until(lambda: "Aftersales runs at" in said())
    (worker,) = started(said(), "worker")

    # The port, the worker's place and the data are taken.
    assert "Choose another port" in house.manage("up", "--bind", f"127.0.0.1:{port}", ok=False)
    assert "already runs" in house.manage("up", "--bind", f"127.0.0.1:{free_port()}", ok=False)
    house.manage("backup", str(house.data / "b.tar.gz"))
    refusal = house.manage("restore", str(house.data / "b.tar.gz"), "--force", ok=False)
    assert "The program runs" in refusal

    until(lambda: count(worker) > 2)
    os.kill(worker, signal.SIGKILL)
    until(lambda: len(started(said(), "worker")) == 2)
    assert gone(worker)
    assert get(port, "/healthz")

    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert time.monotonic() - asked < 10
    assert "Stopped." in said()
    for group in started(said(), "worker") + started(said(), "web"):
        assert gone(group)


def test_a_killed_supervisor_takes_its_children_along(up):
    process, _, said = up
    groups = until(lambda: started(said(), "worker") + started(said(), "web"))
    process.kill()
    until(lambda: all(gone(group) for group in groups))


def test_up_on_an_empty_database_says_what_to_do(bare):
    said = bare.manage("up", "--bind", f"127.0.0.1:{free_port()}", ok=False)
    assert "manage.py setup" in said
