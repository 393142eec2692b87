"""Backups by real commands between two installations."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import uuid
from pathlib import Path

import environ
import pytest

from tests.aftersales.conftest import Installation

WRITE = (
    "from foundation.files.actions import store; from foundation.accounts.actors import SYSTEM;"
    "from foundation.accounts.models import Department;"
    "store(b'%PDF-1.4 kept', name='proof.pdf', by=SYSTEM);"
    "Department.objects.filter(key='service').update(name_en='Kept')"
)
READ = (
    "from foundation.files.models import StoredFile;"
    "from foundation.accounts.models import Department;"
    "print(Department.objects.get(key='service').name_en,"
    " StoredFile.objects.get().content.read().decode())"
)


@pytest.fixture(scope="session")
def made(prepared, tmp_path_factory) -> Path:
    """A backup of an installation that holds a file and an edited row."""
    data = tmp_path_factory.mktemp("archive") / "house"
    shutil.copytree(prepared, data)
    house = Installation(data)
    house.python(WRITE)
    house.manage("backup", str(data / "b.tar.gz"))
    return data


@pytest.fixture
def archive(made, tmp_path):
    shutil.copy(made / "b.tar.gz", tmp_path)
    return tmp_path / "b.tar.gz"


def members(archive) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def pack(archive, content: dict[str, bytes]) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_there_and_back(archive, made, bare):
    assert archive.stat().st_mode & 0o077 == 0
    assert "Restored" in bare.manage("restore", str(archive))
    assert bare.python(READ) == "Kept %PDF-1.4 kept"
    assert (bare.data / "secret.key").read_text() == (made / "secret.key").read_text()
    assert [path.name for path in bare.data.glob(".*")] == []


def test_what_a_backup_holds(archive):
    content = members(archive)
    manifest = json.loads(content["manifest.json"])
    assert manifest["engine"] == "sqlite"
    assert set(content) == {*manifest["members"], "manifest.json"}
    assert len([name for name in content if name.startswith("files/")]) == 1


def test_a_key_from_the_environment_is_kept_too(house, tmp_path):
    house.env["SECRET_KEY"] = "from-the-environment-" * 3
    house.manage("backup", str(tmp_path / "b.tar.gz"))
    assert members(tmp_path / "b.tar.gz")["secret.key"].startswith(b"from-the-environment-")


def test_data_in_the_way_stays_unless_forced(archive, house):
    assert "--force" in house.manage("restore", str(archive), ok=False)
    house.manage("restore", str(archive), "--force")
    house.manage("restore", str(archive), "--force")
    assert house.python(READ) == "Kept %PDF-1.4 kept"
    assert (house.data / "db.sqlite3.before-restore").exists()


def other(name: str):
    return lambda content: {name: b"evil"} | content


def other_manifest(content):
    return content | {"manifest.json": b"[]"}


def without(start: str):
    return lambda content: {k: v for k, v in content.items() if not k.startswith(start)}


def changed_byte(content):
    database = bytearray(content["database.sqlite3"])
    database[5000] ^= 1
    return content | {"database.sqlite3": bytes(database)}


def manifest_with(**changes):
    def change(content):
        manifest = json.loads(content["manifest.json"]) | changes
        return content | {"manifest.json": json.dumps(manifest).encode()}

    return change


def cut(part: float):
    return lambda whole: whole[: int(len(whole) * part)]


ALIEN, DAMAGED = "no backup of ours", "damaged"
REPACKED = {
    "changed byte": (changed_byte, "differs from its manifest"),
    "file missing": (without("files/"), "differs from its manifest"),
    "key missing": (without("secret"), "differs from its manifest"),
    "manifest missing": (without("manifest"), "no readable manifest"),
    "manifest of something else": (other_manifest, DAMAGED),
    "upwards": (other("../evil"), ALIEN),
    "upwards inside": (other("files/../../evil"), ALIEN),
    "absolute": (other("/tmp/evil"), ALIEN),
    "stray": (other("other.txt"), ALIEN),
    "the folder as a file": (other("files"), ALIEN),
    "two slashes": (other("files//a"), ALIEN),
    "no name": (other(""), ALIEN),
    "a file too many": (other("files/aa/evil"), "differs from its manifest"),
    "another engine": (manifest_with(engine="postgresql"), "same kind of database"),
    "a newer program": (manifest_with(migrations=[["tickets", "9999_x"]]), "another version"),
    "a newer format": (manifest_with(format=99), "another version"),
}
RAW = {
    "cut early": (cut(0.02), DAMAGED),
    "cut in the middle": (cut(0.5), DAMAGED),
    "cut at the end": (cut(0.98), DAMAGED),
    "empty": (lambda whole: b"", DAMAGED),
    "text": (lambda whole: b"no archive", DAMAGED),
    "packed text": (lambda whole: gzip.compress(b"no archive" * 99), DAMAGED),
}
RESTORE_ALL = """
import sys
from pathlib import Path
from django.conf import settings
from django.core.management import CommandError, call_command
for path in sorted(Path(settings.DATA_DIR).parent.glob("*.tar.gz")):
    try:
        call_command("restore", str(path))
        print(path.name, "RESTORED")
    except CommandError as error:
        print(path.name, error)
"""


@pytest.fixture(scope="session")
def refusals(made, tmp_path_factory):
    """({name: what restore said}, the folder of the installation that was to be replaced)."""
    folder = tmp_path_factory.mktemp("refusals")
    content, whole = members(made / "b.tar.gz"), (made / "b.tar.gz").read_bytes()
    for name, (change, _) in REPACKED.items():
        pack(folder / f"{name}.tar.gz", change(content))
    for name, (change, _) in RAW.items():
        (folder / f"{name}.tar.gz").write_bytes(change(whole))
    with tarfile.open(folder / "link.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    (folder / "bare").mkdir()
    said = Installation(folder / "bare").python(RESTORE_ALL)
    rows = [line.split(".tar.gz ", 1) for line in said.splitlines() if ".tar.gz " in line]
    return dict(rows), folder / "bare"


@pytest.mark.parametrize(
    ("name", "words"),
    [(name, words) for name, (_, words) in (REPACKED | RAW).items()] + [("link", ALIEN)],
)
def test_a_bad_archive_is_refused(refusals, name, words):
    said, _ = refusals
    assert words in said[name]
    assert said[name].endswith("Nothing was changed.")


def test_refusals_leave_nothing(refusals):
    _, data = refusals
    assert {path.name for path in data.iterdir()} == {"secret.key", "up.lock"}
    assert not (data.parent / "evil").exists()


def test_a_missing_archive_or_folder(bare, tmp_path):
    assert "does not exist" in bare.manage("restore", str(tmp_path / "none.tar.gz"), ok=False)
    assert "Create it first" in bare.manage("backup", str(tmp_path / "no" / "b.tar.gz"), ok=False)


def test_no_tool_for_postgresql(bare, tmp_path):
    bare.env |= {"PATH": "/nowhere", "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/postgres"}
    if not reachable(bare.env["DATABASE_URL"]):
        pytest.skip("no PostgreSQL server")
    said = bare.manage("backup", str(tmp_path / "b.tar.gz"), ok=False)
    assert "apt install postgresql-client" in said
    assert not (tmp_path / "b.tar.gz").exists()


# PostgreSQL

SERVER = os.environ.get("DATABASE_URL", "")


def connect(url):
    import psycopg

    db = environ.Env.db_url_config(url)
    return psycopg.connect(
        host=db["HOST"],
        port=db["PORT"] or 5432,
        user=db["USER"],
        password=db["PASSWORD"] or None,
        dbname=db["NAME"],
        autocommit=True,
        connect_timeout=3,
    )


def reachable(url) -> bool:
    import psycopg

    try:
        connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def databases():
    """Two fresh databases on the server that DATABASE_URL names."""
    if not SERVER.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL server")
    names = [f"archive_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    with connect(SERVER) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield [f"{SERVER.rpartition('/')[0]}/{name}" for name in names]
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
def test_there_and_back_on_postgresql(databases, bare, tmp_path):
    (tmp_path / "second").mkdir()
    second = Installation(tmp_path / "second", DATABASE_URL=databases[1])
    bare.env["DATABASE_URL"] = databases[0]
    archive = tmp_path / "b.tar.gz"
    bare.env["DEBUG"] = "1"
    bare.manage("setup")
    bare.python(WRITE)
    bare.manage("backup", str(archive))

    second.manage("restore", str(archive))
    assert second.python(READ) == "Kept %PDF-1.4 kept"

    # Force replaces all tables, also one the backup does not know.
    with connect(databases[1]) as db:
        db.execute("CREATE TABLE stray (id int)")
    assert "--force" in second.manage("restore", str(archive), ok=False)
    second.manage("restore", str(archive), "--force")
    assert second.python(READ) == "Kept %PDF-1.4 kept"
    with connect(databases[1]) as db:
        assert db.execute("SELECT to_regclass('stray')").fetchone() == (None,)

    # A dump that breaks off in the middle changes nothing.
    content = members(archive)
    dump = content["database.pgdump"][:-2000]
    manifest = json.loads(content["manifest.json"])
    facts = {"size": len(dump), "sha256": hashlib.sha256(dump).hexdigest()}
    manifest["members"]["database.pgdump"] = facts
    changes = {"database.pgdump": dump, "manifest.json": json.dumps(manifest).encode()}
    pack(archive, content | changes)
    assert "Nothing was changed" in second.manage("restore", str(archive), "--force", ok=False)
    assert second.python(READ) == "Kept %PDF-1.4 kept"
