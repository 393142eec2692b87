"""Ways out, one folder each. A channel is `send(message)`; it answers by returning or raising."""


class Failure(Exception):
    """The message did not go; `reason` is short and for the staff."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason[:500]


class Temporary(Failure):
    """Worth another try later."""


class Unreachable(Temporary):
    """The other side is down: the next messages would not go either."""


class Permanent(Failure):
    """The other side refuses this message for good."""
