from foundation.messaging import actions


def send_due() -> int:
    return actions.send_due()
