"""A backup is one archive: database, private files, the key, and a manifest with their sums.

Restoring unpacks beside the data, checks everything, and only then changes places, so that a
damaged archive or a full disk leaves what was there.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from foundation.sheets import exports

FORMAT = 1
MANIFEST, KEY, FILES = "manifest.json", "secret.key", "files"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
CHUNK = 1024 * 1024
MANIFEST_BYTES = 200 * CHUNK
BROKEN = (tarfile.TarError, EOFError, zlib.error)


class Refused(Exception):
    """Nothing was changed; the text says why and what to do."""


@contextlib.contextmanager
def nobody_running() -> Iterator[None]:
    """`manage.py up` on this machine holds the lock shared while it runs."""
    with (settings.DATA_DIR / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("The program runs. Stop it first.") from None
        yield


# Backing up


def backup(target: Path) -> dict:
    """Write the archive to `target` and return its manifest. Safe while the program runs.

    The database comes first: every file that its rows name exists before they do.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with (
            open(part, "wb", opener=_private) as out,
            tarfile.open(fileobj=out, mode="w:gz") as tar,
        ):
            manifest = _fill(tar)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _private(path, flags):
    return os.open(path, flags, 0o600)


def _fill(tar: tarfile.TarFile) -> dict:
    members = {}
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as work:
        dump = Path(work) / DATABASES[connection.vendor]
        applied = sorted(map(list, MigrationLoader(connection).applied_migrations))
        _dump(dump)
        members[dump.name] = _add(tar, dump.name, dump)
    members[KEY] = _add_bytes(tar, KEY, settings.SECRET_KEY.encode())
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        # Files taken out are made again from the rows.
        if path.is_file() and not path.is_symlink() and path.parent != exports.folder():
            name = f"{FILES}/{path.relative_to(root).as_posix()}"
            # A file deleted meanwhile belongs to no row of ours.
            with contextlib.suppress(FileNotFoundError):
                members[name] = _add(tar, name, path)
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "django": django.get_version(),
        "python": platform.python_version(),
        "migrations": applied,
        "members": members,
    }
    _add_bytes(tar, MANIFEST, json.dumps(manifest, indent=1).encode())
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict:
    with path.open("rb") as file:
        reader = _Summing(file)
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        tar.addfile(info, reader)
    return {"size": info.size, "sha256": reader.digest.hexdigest()}


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> dict:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


class _Summing:
    def __init__(self, file: BinaryIO):
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk


def _dump(path: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return
    run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


# PostgreSQL's own tools


def run(tool: str, *words: str, **options) -> subprocess.CompletedProcess:
    """Run a PostgreSQL tool on our database; the password goes by the environment."""
    if not shutil.which(tool):
        raise Refused(f"{tool} is missing. Install it: apt install postgresql-client")
    done = subprocess.run(
        [tool, *words], env=_pg_environment(), stderr=subprocess.PIPE, text=True, **options
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Refused(f"{tool} failed: {last}")
    return done


def _pg_environment() -> dict[str, str]:
    db = connection.settings_dict
    given = {
        "PGHOST": db["HOST"],
        "PGPORT": str(db["PORT"] or ""),
        "PGUSER": db["USER"],
        "PGPASSWORD": db["PASSWORD"],
        "PGDATABASE": db["NAME"],
        "PGSSLMODE": db["OPTIONS"].get("sslmode", ""),
    }
    return os.environ | {name: value for name, value in given.items() if value}


# Restoring


def restore(source: Path, *, force: bool = False) -> dict:
    """Put the archive's content in place of ours and return its manifest.

    Raises Refused, having changed nothing, for an archive that is damaged, was not made by us,
    belongs to another database engine or a newer program, and for data in the way unless `force`.
    What was replaced stays beside it as `*.before-restore` (a PostgreSQL database does not).
    """
    if not force and (found := in_the_way()):
        raise Refused(
            f"There is data already ({found}). Make a backup of it, then add --force to replace it."
        )
    with nobody_running(), _staging() as stage:
        manifest = _unpack(source, stage)
        dump = stage / DATABASES[manifest["engine"]]
        if connection.vendor == "sqlite":
            _check_sqlite(dump)
        connection.close()
        (stage / FILES).mkdir(exist_ok=True)
        with _swapped(_places(stage)):
            if connection.vendor == "postgresql":
                _load_postgresql(dump)
    return manifest


def in_the_way() -> str:
    """What a restore would replace: a database with tables, or files. Empty when nothing."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        filled = path.exists() and path.stat().st_size > 0
    else:
        filled = bool(connection.introspection.table_names())
    if filled:
        return "database"
    root = Path(settings.MEDIA_ROOT)
    return "files" if root.exists() and any(root.iterdir()) else ""


@contextlib.contextmanager
def _staging() -> Iterator[Path]:
    stage = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.DATA_DIR))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _unpack(source: Path, stage: Path) -> dict:
    """Unpack into `stage` and hold every member against the manifest."""
    found: dict[str, dict] = {}
    try:
        with tarfile.open(source, mode="r|gz") as tar:
            for info in tar:
                _check_member(info, found)
                found[info.name] = _write(tar.extractfile(info), stage / info.name)
    except FileNotFoundError:
        raise Refused(f"{source} does not exist.") from None
    except BROKEN as error:
        raise Refused(f"The archive is damaged ({type(error).__name__}).") from error
    found.pop(MANIFEST, None)
    manifest = _manifest(stage / MANIFEST)
    if found != manifest["members"]:
        raise Refused("The archive is damaged: its content differs from its manifest.")
    return manifest


def _check_member(info: tarfile.TarInfo, found: dict) -> None:
    path = PurePosixPath(info.name)
    ours = info.name in {MANIFEST, KEY, *DATABASES.values()} or (
        path.parts[:1] == (FILES,) and len(path.parts) > 1
    )
    plain = not path.is_absolute() and ".." not in path.parts and str(path) == info.name
    if not (info.isfile() and plain and ours) or info.name in found:
        raise Refused("The archive holds something that no backup of ours holds.")
    if info.name == MANIFEST and info.size > MANIFEST_BYTES:
        raise Refused("The archive is damaged: its manifest is too large.")


def _write(content: BinaryIO, path: Path) -> dict:
    path.parent.mkdir(parents=True, exist_ok=True)
    reader, size = _Summing(content), 0
    with open(path, "xb", opener=_private) as out:
        while chunk := reader.read(CHUNK):
            size += out.write(chunk)
    return {"size": size, "sha256": reader.digest.hexdigest()}


def _manifest(path: Path) -> dict:
    try:
        manifest = json.loads(path.read_bytes())
        known = manifest["format"] == FORMAT
        engine, members = manifest["engine"], manifest["members"]
        applied = {tuple(one) for one in manifest["migrations"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("The archive is damaged: it has no readable manifest.") from error
    if not known or applied - set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations):
        raise Refused("The backup is of another version. Install the program of that version.")
    if engine != connection.vendor:
        raise Refused(
            f"The backup is of {engine}, but DATABASE_URL names {connection.vendor}. "
            "Restore it into the same kind of database."
        )
    if not {DATABASES[engine], KEY} <= set(members):
        raise Refused("The archive is damaged: the database or the key is missing.")
    return manifest


def _check_sqlite(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            sound = db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        raise Refused("The archive is damaged: its database is not sound.")


def _places(stage: Path) -> list[tuple[Path | None, Path]]:
    """(new, place) in the order of changing; None only clears the place."""
    places: list[tuple[Path | None, Path]] = [(stage / FILES, Path(settings.MEDIA_ROOT))]
    if not os.environ.get("SECRET_KEY"):
        places.append((stage / KEY, settings.DATA_DIR / KEY))
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if path.parent != settings.DATA_DIR:
            # A rename cannot cross file systems.
            near = path.with_name(f".{path.name}.restoring")
            shutil.copyfile(stage / DATABASES["sqlite"], near)
        else:
            near = stage / DATABASES["sqlite"]
        places += [(None, path.with_name(path.name + ending)) for ending in ("-wal", "-shm")]
        places.append((near, path))
    return places


def aside(place: Path) -> Path:
    """Where the replaced goes; SQLite finds its -wal beside the name without ending."""
    for ending in ("-wal", "-shm"):
        if place.name.endswith(ending):
            return place.with_name(place.name.removesuffix(ending) + f".before-restore{ending}")
    return place.with_name(f"{place.name}.before-restore")


@contextlib.contextmanager
def _swapped(places: list[tuple[Path | None, Path]]) -> Iterator[None]:
    """Change all places; put everything back if a step, or what is done inside, fails."""
    undo = contextlib.ExitStack()
    with undo:
        for new, place in places:
            old = aside(place)
            if old.is_dir():
                shutil.rmtree(old)
            old.unlink(missing_ok=True)
            if place.exists():
                os.rename(place, old)
                undo.callback(os.rename, old, place)
            if new is not None:
                os.rename(new, place)
                undo.callback(os.rename, place, new)
        yield
        undo.pop_all()


EMPTY = """
SET lock_timeout = '15s';
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', one.tablename);
  END LOOP;
END $$;
"""


def _load_postgresql(dump: Path) -> None:
    """Replace all tables in one transaction."""
    script = dump.with_suffix(".sql")
    run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    run(
        *("psql", "--quiet", "--no-psqlrc", "--single-transaction"),
        *("--set=ON_ERROR_STOP=1", f"--command={EMPTY}", f"--file={script}"),
        stdout=subprocess.DEVNULL,
    )
