from foundation.clockwork import sweeps


def tick() -> dict[str, int]:
    return sweeps.tick()
