"""How fast units come in: `python benchmarks/import_units.py 500000`.

Works on the database of DATABASE_URL, which should be one to throw away. Runs check and import as
the worker does, in slices of twenty seconds, and prints rows per second and the memory used.
"""

import argparse
import csv
import os
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftersales.settings")

HEADS = [
    "序列号",
    "产品型号",
    "批次",
    "客户姓名",
    "手机",
    "购买日期",
    "送达日期",
    "发票号",
    "销售方",
]


def sheet(rows: int, path: Path, mark: str) -> None:
    """Units of twenty products, two for each owner."""
    first = int(time.time() * 1000)
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADS)
        for at in range(rows):
            owner, day = at // 2, date(2024, 1, 1) + timedelta(days=at % 700)
            name = "王李张刘陈杨"[owner % 6] + "明芳伟敏静"[owner % 5] + "强军洋艳勇"[owner % 7 % 5]
            phone = f"13{(owner + first) % 10**9:09d}"
            later = day + timedelta(days=3)
            model, batch = f"BENCH-{at % 20:02d}", f"B26{at % 50:02d}"
            writer.writerow(
                [f"{mark}{at:09d}", model, batch, name, phone, day, later, f"FP{at}", "京东旗舰店"]
            )


def memory() -> float:
    """Megabytes at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=500_000)
    rows = parser.parse_args().rows
    django.setup()
    from django.core.files.base import File

    from customers.models import Product, ProductCategory
    from foundation.accounts.models import Role, User
    from foundation.clockwork import jobs
    from foundation.sheets import imports, targets
    from foundation.sheets.models import Import

    user, _new = User.objects.get_or_create(username="bench-import")
    user.roles.add(Role.objects.get(key="manager"))
    category, _new = ProductCategory.objects.get_or_create(
        key="bench", defaults={"name_zh": "洗衣机", "name_en": "Washing machines"}
    )
    for at in range(20):
        Product.objects.get_or_create(
            code=f"BENCH-{at:02d}",
            defaults={"category": category, "name_zh": "滚筒洗衣机", "name_en": "Washing machine"},
        )
    path = Path(os.environ.get("TMPDIR", "/tmp")) / "units.csv"
    sheet(rows, path, f"T{int(time.time())}-")

    def work(what, job) -> None:
        began, busy = time.monotonic(), time.process_time()
        while job.is_unfinished:
            job = jobs.run(job.pk)
            print(f"  {what} {job.done} of {job.total}, {memory():.0f} MB", flush=True)
        took, own = time.monotonic() - began, time.process_time() - busy
        print(f"{what}: {job.state} {job.result} {job.error}")
        print(f"  {took:.0f} s, {rows / took:.0f} rows/s; {own:.0f} s of them in Python")

    print(f"before: {memory():.0f} MB")
    with path.open("rb") as content:
        run = imports.bring(targets.get("units"), File(content, "units.csv"), by=user)
    work("check", imports.settle(run, columns=run.mapping, updates=False, by=user))
    run = Import.objects.get(pk=run.pk)
    work("import", imports.go(run, by=user))
    path.unlink()


if __name__ == "__main__":
    main()
