from foundation.messaging.admin import messages, webhooks  # noqa: F401
