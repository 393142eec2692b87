import hashlib
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation

from foundation.accounts.actors import SYSTEM
from foundation.files import actions
from foundation.files.models import StoredFile
from tests.foundation.files.conftest import BAD, GOOD, named, picture

pytestmark = pytest.mark.django_db


def on_disk() -> list[Path]:
    return [path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "content", "kind"), named(GOOD))
def test_what_a_service_department_exchanges_is_kept_whole(name, content, kind, now):
    row = actions.store(content, name=name, by=SYSTEM, at=now)
    row = StoredFile.objects.get(pk=row.pk)
    assert (row.name, row.content_type, row.size) == (name, kind, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.content.read() == content
    assert (row.stored_at, row.stored_by) == (now, None)


@pytest.mark.parametrize(("name", "content"), named(BAD))
def test_what_is_not_what_it_says_is_refused(name, content):
    with pytest.raises(ValidationError) as told:
        actions.store(content, name=name, by=SYSTEM)
    assert told.value.code == "disguised"
    assert not StoredFile.objects.exists()
    assert on_disk() == []


def test_an_empty_file_is_refused():
    with pytest.raises(ValidationError) as told:
        actions.store(b"", name="leak.jpg", by=SYSTEM)
    assert told.value.code == "empty"


def test_a_file_that_is_too_large_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(ValidationError) as told:
        actions.store(b"x" * 101, name="a.txt", by=SYSTEM)
    assert told.value.code == "too_large"
    assert "100" in told.value.messages[0] and "a.txt" in told.value.messages[0]
    assert actions.store(b"x" * 100, name="a.txt", by=SYSTEM).size == 100


def test_where_a_file_lies_says_nothing_of_it():
    row = actions.store(picture("JPEG"), name="../../../王芳 身份证.jpg", by=SYSTEM)
    (path,) = on_disk()
    assert path.name == row.key.hex
    assert path.is_relative_to(configured.MEDIA_ROOT)
    assert row.name == "王芳 身份证.jpg"


def test_a_file_is_readable_by_the_service_only():
    actions.store(picture("JPEG"), name="a.jpg", by=SYSTEM)
    (path,) = on_disk()
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_file_twice_is_two_files():
    one = actions.store(picture("JPEG"), name="a.jpg", by=SYSTEM)
    two = actions.store(picture("JPEG"), name="a.jpg", by=SYSTEM)
    assert one.content.name != two.content.name and one.sha256 == two.sha256


def test_who_stored_it_is_kept_when_it_was_a_person(cast):
    assert actions.store(b"hello", name="a.txt", by=cast.anna).stored_by == cast.anna


@pytest.mark.parametrize("large", [False, True])
def test_uploads_of_the_browser_are_kept_alike(large):
    content = picture("PNG")
    if large:
        upload = TemporaryUploadedFile("a.png", "text/html", len(content), None)
        upload.write(content)
        upload.seek(0)
    else:
        upload = SimpleUploadedFile("a.png", content, content_type="text/html")
    row = actions.store(upload, name=upload.name, by=SYSTEM)
    assert (row.content_type, row.content.read()) == ("image/png", content)
    upload.close()


def test_checking_leaves_the_file_at_its_beginning():
    upload = SimpleUploadedFile("a.png", picture("PNG"))
    assert actions.check(upload, "a.png", upload.size) == "image/png"
    assert upload.tell() == 0


def test_a_database_that_fails_takes_the_bytes_with_it():
    with pytest.raises(RuntimeError), actions.all_or_none():
        actions.store(b"one", name="a.txt", by=SYSTEM)
        actions.store(b"two", name="b.txt", by=SYSTEM)
        raise RuntimeError
    assert on_disk() == []


def test_one_bad_file_of_several_keeps_none():
    with pytest.raises(ValidationError), actions.all_or_none():
        actions.store(b"one", name="a.txt", by=SYSTEM)
        actions.store(BAD[0][1], name=BAD[0][0], by=SYSTEM)
    assert on_disk() == []


def test_outer_work_that_fails_takes_back_what_inner_work_kept():
    with pytest.raises(RuntimeError), actions.all_or_none():
        with actions.all_or_none():
            actions.store(b"one", name="a.txt", by=SYSTEM)
        raise RuntimeError
    assert on_disk() == []


def test_work_that_succeeds_keeps_its_files():
    with actions.all_or_none():
        actions.store(b"one", name="a.txt", by=SYSTEM)
    actions.store(b"two", name="b.txt", by=SYSTEM)
    assert len(on_disk()) == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_names_the_file(language):
    with translation.override(language), pytest.raises(ValidationError) as told:
        actions.store(b"", name="漏水.jpg", by=SYSTEM)
    assert "漏水.jpg" in told.value.messages[0]
