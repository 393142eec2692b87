from tickets.admin import queues, vocabulary  # noqa: F401
