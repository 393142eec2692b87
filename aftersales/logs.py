import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        # The exception's own text may quote what a customer typed; its place is enough.
        if record.name == "django.request":
            record.msg, record.args = "Unhandled error", ()
        return True
