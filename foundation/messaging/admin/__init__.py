from foundation.messaging.admin import bulk, messages, webhooks  # noqa: F401
