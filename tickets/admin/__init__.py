from tickets.admin import helping, promises, queues, vocabulary  # noqa: F401
