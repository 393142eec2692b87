import hashlib
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from foundation.accounts.actors import Actor, user_or_none
from foundation.files import rules
from foundation.files.models import StoredFile

_stored: ContextVar[list[StoredFile] | None] = ContextVar("stored", default=None)


@contextmanager
def all_or_none() -> Iterator[None]:
    """What is stored inside is removed from disk again where the work fails.

    Put it around the transaction: the database takes back its rows, this takes back the bytes.
    Inside another one the outer work may still fail, and then takes all of them back.
    """
    stored: list[StoredFile] = []
    outer = _stored.get()
    token = _stored.set(stored)
    try:
        yield
        if outer is not None:
            outer.extend(stored)
    except BaseException:
        for row in stored:
            row.content.delete(save=False)
        raise
    finally:
        _stored.reset(token)


def check(upload: BinaryIO, name: str, size: int) -> str:
    """The true content type of an upload; ValidationError says what is wrong with it.

    Leaves the file at its beginning.
    """
    if size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s. Send a smaller file or a photo of it."),
            code="too_large",
            params={"name": name, "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        )
    if size == 0:
        raise ValidationError(
            _("“%(name)s” is empty. Choose it again."), code="empty", params={"name": name}
        )
    upload.seek(0)
    kind = rules.content_type(upload.read(512), name)
    upload.seek(0)
    if kind is None or not _is_whole(upload, kind):
        raise ValidationError(
            _("“%(name)s” is not a file we can accept. Send a photo, PDF, video or document."),
            code="disguised",
            params={"name": name},
        )
    return kind


def _is_whole(upload: BinaryIO, kind: str) -> bool:
    """Whether the rest of the file keeps what its first bytes say, as far as we look."""
    if kind.startswith("image/"):
        return _is_picture(upload, kind)
    if kind in rules.OFFICE_FOLDER:
        return _is_office(upload, rules.OFFICE_FOLDER[kind])
    return True


def _is_office(upload: BinaryIO, folder: str) -> bool:
    try:
        with zipfile.ZipFile(upload) as package:
            return any(name.startswith(folder) for name in package.namelist())
    except Exception:
        return False
    finally:
        upload.seek(0)


# Phones make photos of 200 megapixels; what is larger is meant to exhaust us.
Image.MAX_IMAGE_PIXELS = 220_000_000


def _is_picture(upload: BinaryIO, kind: str) -> bool:
    if kind == "image/heic":
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.open(upload).verify()
        return True
    except Exception:
        return False
    finally:
        upload.seek(0)


def store(upload: File | bytes, *, name: str, by: Actor, at: datetime | None = None) -> StoredFile:
    """Check an upload (a Django file or bytes) and keep it privately."""
    content = ContentFile(upload) if isinstance(upload, bytes) else upload
    name = rules.clean_name(name)
    kind = check(content, name, content.size)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    row = StoredFile(
        name=name,
        content_type=kind,
        size=content.size,
        sha256=digest.hexdigest(),
        stored_at=at or timezone.now(),
        stored_by=user_or_none(by),
    )
    row.content.save(name, content, save=False)
    if (stored := _stored.get()) is not None:
        stored.append(row)
    row.save()
    return row
