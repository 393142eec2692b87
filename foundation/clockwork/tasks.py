from foundation.clockwork import jobs, sweeps


def tick() -> dict[str, int]:
    return sweeps.tick()


def run_job(pk: int) -> None:
    jobs.run(pk)
