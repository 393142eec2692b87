from foundation.messaging import actions


def send_due() -> int:
    return actions.send_due()


def deliver_due() -> int:
    return actions.deliver_due()
