from tickets.admin import promises, queues, vocabulary  # noqa: F401
