import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture
def at_phone(client):
    """at_phone(user) → a client signed in as that person."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def photo():
    def make(name: str = "plate.jpg") -> SimpleUploadedFile:
        content = io.BytesIO()
        Image.new("RGB", (8, 8), "teal").save(content, "JPEG")
        return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")

    return make
