"""A real Chromium against a live server.

`page` is a desk (1280 px), `phone` a phone (360 px); `open_page(...)` makes more, for example for a
second person or another language. A script error or a refusal by our content policy fails the test.
"""

import os
import shutil

import pytest

# The browser's event loop lives in this thread, and so do our queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is missing; install it: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def site_url(live_server, settings):
    """Links in messages lead to the live server."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def open_page(chromium, live_server):
    """open_page(**context options) → a page of a fresh session, e.g. open_page(locale="zh-CN")."""
    contexts, errors = [], []

    def complain(message):
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def make(**options):
        options = {"base_url": live_server.url, "locale": "en-GB"} | DESK | options
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", complain)
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def phone(open_page):
    return open_page(**PHONE)


@pytest.fixture
def screenshot(request):
    """screenshot(page, "name") keeps a picture where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page, name):
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return take
