import pytest
from django.http import Http404

from foundation.accounts.actors import SYSTEM
from foundation.files import actions
from foundation.files.responses import serve
from tests.foundation.files.conftest import GOOD, named, picture

pytestmark = pytest.mark.django_db

SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}


@pytest.mark.parametrize(("name", "content", "kind"), named(GOOD))
def test_pictures_are_shown_and_the_rest_is_downloaded(name, content, kind):
    response = serve(actions.store(content, name=name, by=SYSTEM))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == kind
    assert response["Content-Length"] == str(len(content))
    way = response["Content-Disposition"].partition(";")[0]
    assert way == ("inline" if kind in SHOWN else "attachment")


def test_nothing_in_a_file_can_run_or_is_kept_by_others():
    response = serve(actions.store(picture("JPEG"), name="a.jpg", by=SYSTEM))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert response._csp_replace["default-src"] == ["'none'"]
    assert "sandbox" in response._csp_replace


@pytest.mark.parametrize("name", ['a"b;c.txt', "漏水 😀.txt", "a\r\nSet-Cookie: x=1.txt"])
def test_a_name_stays_in_its_header(name):
    response = serve(actions.store(b"hello", name=name, by=SYSTEM))
    told = response["Content-Disposition"]
    assert told.startswith("attachment; filename") and "\n" not in told
    assert "Set-Cookie" not in response.headers


def test_a_file_that_is_gone_is_not_found():
    row = actions.store(b"hello", name="a.txt", by=SYSTEM)
    row.content.storage.delete(row.content.name)
    with pytest.raises(Http404):
        serve(row)
