"""Backups by real commands between two installations."""

import gzip
import io
import json
import os
import tarfile
import uuid

import environ
import pytest

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


@pytest.fixture
def archive(house, tmp_path):
    house.python(WRITE)
    house.manage("backup", str(tmp_path / "b.tar.gz"))
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


def untouched(bare) -> bool:
    return not (bare.data / "db.sqlite3").exists() and not (bare.data / "files").exists()


def test_there_and_back(archive, house, bare):
    assert archive.stat().st_mode & 0o077 == 0
    assert "Restored" in bare.manage("restore", str(archive))
    assert bare.python(READ) == "Kept %PDF-1.4 kept"
    assert (bare.data / "secret.key").read_text() == (house.data / "secret.key").read_text()
    assert [path.name for path in bare.data.glob(".*")] == []


def test_what_a_backup_holds(archive, house):
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
    house.python(
        "from foundation.files.models import StoredFile; StoredFile.objects.all().delete()"
    )
    assert "--force" in house.manage("restore", str(archive), ok=False)
    house.manage("restore", str(archive), "--force")
    assert house.python(READ) == "Kept %PDF-1.4 kept"
    assert (house.data / "db.sqlite3.before-restore").exists()
    house.manage("restore", str(archive), "--force")
    assert house.python(READ) == "Kept %PDF-1.4 kept"


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_cut_archive(archive, bare, part):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged" in bare.manage("restore", str(archive), ok=False)
    assert untouched(bare)


def test_a_changed_byte(archive, bare):
    content = members(archive)
    database = bytearray(content["database.sqlite3"])
    database[5000] ^= 1
    pack(archive, content | {"database.sqlite3": bytes(database)})
    assert "differs from its manifest" in bare.manage("restore", str(archive), ok=False)
    assert untouched(bare)


def test_a_member_less(archive, bare):
    content = members(archive)
    del content[next(name for name in content if name.startswith("files/"))]
    pack(archive, content)
    assert "damaged" in bare.manage("restore", str(archive), ok=False)
    assert untouched(bare)


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "files/../../evil", "files", "other.txt", "files//a", ""]
)
def test_a_member_that_is_not_ours(archive, bare, name):
    pack(archive, {name: b"evil"} | members(archive))
    said = bare.manage("restore", str(archive), ok=False)
    assert "no backup of ours" in said or "damaged" in said
    assert untouched(bare)
    assert not (bare.data.parent / "evil").exists()


def test_a_link(archive, bare):
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    assert "no backup of ours" in bare.manage("restore", str(archive), ok=False)


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"no archive" * 99)])
def test_no_archive_at_all(bare, tmp_path, content):
    (tmp_path / "b.tar.gz").write_bytes(content)
    assert "damaged" in bare.manage("restore", str(tmp_path / "b.tar.gz"), ok=False)


def test_a_missing_archive_or_folder(bare, tmp_path):
    assert "does not exist" in bare.manage("restore", str(tmp_path / "none.tar.gz"), ok=False)
    assert "Create it first" in bare.manage("backup", str(tmp_path / "no" / "b.tar.gz"), ok=False)


def manifest_with(archive, **changes):
    content = members(archive)
    manifest = json.loads(content["manifest.json"]) | changes
    pack(archive, content | {"manifest.json": json.dumps(manifest).encode()})


def test_a_backup_of_another_kind_of_database(archive, bare):
    manifest_with(archive, engine="postgresql")
    assert "same kind of database" in bare.manage("restore", str(archive), ok=False)


def test_a_backup_of_a_newer_program(archive, bare):
    manifest_with(archive, migrations=[["tickets", "9999_tomorrow"]])
    assert "another version" in bare.manage("restore", str(archive), ok=False)


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
    from tests.aftersales.conftest import Installation

    (tmp_path / "second").mkdir()
    second = Installation(tmp_path / "second", DATABASE_URL=databases[1])
    bare.env["DATABASE_URL"] = databases[0]
    archive = str(tmp_path / "b.tar.gz")
    bare.manage("setup")
    bare.python(WRITE)
    bare.manage("backup", archive)

    second.manage("restore", archive)
    assert second.python(READ) == "Kept %PDF-1.4 kept"

    # Force replaces all tables, also one the backup does not know.
    with connect(databases[1]) as db:
        db.execute("CREATE TABLE stray (id int)")
    assert "--force" in second.manage("restore", archive, ok=False)
    second.manage("restore", archive, "--force")
    assert second.python(READ) == "Kept %PDF-1.4 kept"
    with connect(databases[1]) as db:
        assert db.execute("SELECT to_regclass('stray')").fetchone() == (None,)


@pytest.mark.postgres
def test_a_dump_that_does_not_load_changes_nothing(databases, bare, tmp_path):
    import hashlib

    bare.env["DATABASE_URL"] = databases[0]
    archive = tmp_path / "b.tar.gz"
    bare.manage("setup")
    bare.python(WRITE)
    bare.manage("backup", str(archive))
    content = members(archive)
    dump = content["database.pgdump"][:-2000]
    manifest = json.loads(content["manifest.json"])
    manifest["members"]["database.pgdump"] = {
        "size": len(dump),
        "sha256": hashlib.sha256(dump).hexdigest(),
    }
    changed = {"database.pgdump": dump, "manifest.json": json.dumps(manifest).encode()}
    pack(archive, content | changed)
    assert "Nothing was changed" in bare.manage("restore", str(archive), "--force", ok=False)
    assert bare.python(READ) == "Kept %PDF-1.4 kept"
