import time
from functools import partial

from django.core.management.base import BaseCommand, CommandError

from foundation.search import actions, kinds, queries


class Command(BaseCommand):
    help = "Write the search index anew. It may be interrupted and repeated; people go on working."

    def add_arguments(self, parser):
        parser.add_argument("kinds", nargs="*", metavar="kind", help="such as tickets; else all")
        parser.add_argument(
            "--missing", action="store_true", help="only what is not in the index yet"
        )

    def handle(self, *args, missing, verbosity, **options):
        known = {kind.key: partial(self.documents, kind) for kind in kinds.all_kinds()}
        known |= kinds.all_beside()
        if unknown := set(options["kinds"]) - set(known):
            raise CommandError(
                f"There is no kind {', '.join(sorted(unknown))}. There are: {', '.join(known)}"
            )
        for key in options["kinds"] or known:
            began = time.monotonic()
            done = known[key](missing, partial(self.progress, key))
            if verbosity and (done or not missing):
                taken = time.monotonic() - began
                self.stdout.write(f"{self.line}Indexed {done} {key} in {taken:.0f} s")

    def documents(self, kind, missing, tell) -> int:
        return actions.rebuild(kind.key, queries.missing(kind) if missing else None, tell=tell)

    @property
    def line(self) -> str:
        return "\r" if self.stdout.isatty() else ""

    def progress(self, key: str, done: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\rIndexing {key}: {done}  ", ending="")
            self.stdout.flush()
