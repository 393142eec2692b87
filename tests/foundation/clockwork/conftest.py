"""Real threads with connections of their own, on both databases."""

import sqlite3
import threading

import pytest
from django.db import connection, connections


@pytest.fixture
def parallel(transactional_db, tmp_path):
    """parallel(work, …) runs the works at once; returns what each returned or raised.

    The tests' SQLite lives in memory, where threads would meet other locks than in a file: the
    threads work in a copy that is a file, and so does the test until it ends.
    """
    memory = None
    if connection.vendor == "sqlite":
        path = tmp_path / "threads.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        memory = connections["default"]
        name, memory.settings_dict["NAME"] = memory.settings_dict["NAME"], str(path)
        connections["default"] = connections.create_connection("default")
    yield run
    if memory:
        connections["default"].close()
        memory.settings_dict["NAME"] = name
        connections["default"] = memory


def run(*works):
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def one(number, work):
        start.wait(10)
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results
