"""How many tickets a second programs can create: a few clients, each waiting for its answers.

    python benchmarks/api_create.py http://127.0.0.1:8000 KEY [--clients 4] [--seconds 15] [--once]

Needs a key with `tickets:write` and `API_WRITE_RATE` high enough (such as 100000/min). With `--once`
each request carries an idempotency key. Prints one line of JSON.
"""

import argparse
import http.client
import json
import statistics
import threading
import time
import uuid
from urllib.parse import urlsplit

SYMPTOMS = [
    "洗衣机不脱水，显示E1",
    "The fridge does not cool any more",
    "空调漏水，声音很大",
    "烤箱打不着火",
]


def body(number: int) -> bytes:
    request = {
        "kind": "fault",
        "symptom": SYMPTOMS[number % len(SYMPTOMS)],
        "requester_name": "王芳",
        "requester_phone": "13812345678",
        "requester_email": f"customer{number}@example.com",
    }
    return json.dumps(request).encode()


def client(base: str, key: str, until: float, once: bool, taken: list, failed: list) -> None:
    """Create tickets one after another until the time is over; seconds of each into `taken`."""
    place, number = urlsplit(base), 0
    connection = http.client.HTTPConnection(place.hostname, place.port or 80, timeout=30)
    while time.perf_counter() < until:
        number += 1
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        if once:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        began = time.perf_counter()
        try:
            connection.request("POST", "/api/v1/tickets/", body(number), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            failed.append("connection")
            continue
        taken.append(time.perf_counter() - began)
        if answer.status != 201:
            failed.append(answer.status)


def run(base: str, key: str, *, clients: int = 4, seconds: float = 15, once: bool = False) -> dict:
    """{per_second, median_ms, p95_ms, created, failed} of a run."""
    for warm in (2.0, seconds):
        taken: list[float] = []
        failed: list = []
        began = time.perf_counter()
        until = began + warm
        threads = [
            threading.Thread(target=client, args=(base, key, until, once, taken, failed))
            for _ in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        passed = time.perf_counter() - began
    good = len(taken) - sum(reason != "connection" for reason in failed)
    cuts = statistics.quantiles(taken, n=20) if len(taken) > 1 else [0] * 19
    return {
        "per_second": round(good / passed, 1),
        "median_ms": round(cuts[9] * 1000, 1),
        "p95_ms": round(cuts[18] * 1000, 1),
        "created": good,
        "failed": len(failed),
        "clients": clients,
        "once": once,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("key")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--once", action="store_true")
    given = parser.parse_args()
    answer = run(
        given.base, given.key, clients=given.clients, seconds=given.seconds, once=given.once
    )
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
