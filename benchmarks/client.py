"""A browser without a screen: signs in, keeps its cookies and its connection, takes times."""

import http.client
import re
import statistics
import time
import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Milliseconds of the answers to one question."""

    median: float
    p95: float
    size: int


class Client:
    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, data: dict | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers["Accept-Language"] = "zh-hans"
        body = None
        if data is not None:
            body = urllib.parse.urlencode(data)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if data is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, content

    def sign_in(self, username: str, password: str = "demo") -> None:
        _, page = self.ask("/admin/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
        words = {"csrfmiddlewaretoken": token, "username": username, "password": password}
        status, _ = self.ask("/admin/login/?next=/admin/", words)
        if status != 302:
            raise SystemExit(f"Sign-in as {username} failed with {status}")

    def times(self, paths: list[str], count: int = 40, warm: int = 4) -> Times:
        """Ask one path after the other, `count` times in all, after a few that do not count."""
        taken, size = [], 0
        for number in range(-warm, count):
            path = paths[number % len(paths)]
            began = time.perf_counter()
            status, content = self.ask(path)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            if number >= 0:
                taken.append((time.perf_counter() - began) * 1000)
            size = len(content)
        taken.sort()
        return Times(statistics.median(taken), taken[int(0.95 * (len(taken) - 1))], size)
