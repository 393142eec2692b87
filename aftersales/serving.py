"""Gunicorn, speaking as the rest of the program does."""

import logging
import logging.config

from django.conf import settings
from gunicorn.glogging import Logger

REFUSED = "Invalid request"


class GunicornLogger(Logger):
    """Gunicorn's own words through our handler, without the paths and headers it quotes."""

    def setup(self, cfg):
        self.cfg = cfg
        self.loglevel = logging.INFO
        self._access_log_enabled = False
        logging.config.dictConfig(settings.LOGGING)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True

    def access(self, resp, req, environ, request_time):
        """Our middleware writes the access line."""

    def warning(self, msg, *args, **kwargs):
        quoting = str(msg).startswith(REFUSED)
        self.error_log.warning(REFUSED if quoting else msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        self.error_log.exception("Error handling a request")

    def reopen_files(self):
        """Nothing is open: lines go to stderr."""
