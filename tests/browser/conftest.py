"""Chromium on a phone's screen, against the app on a real server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from lms import queue
from lms.limits import limiter
from tests.browser import site as sites
from tests.browser.pages import Tab, tab

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that hears a tone, and no question whether it may be used.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
NEUTRAL = "https://neutral.test/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands here walks in Chromium."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    assert found, "Chromium is missing: bin/setup --dev installs it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def looked() -> set[str]:
    """Which pages axe has seen in this process: each shape once."""
    return set()


@pytest.fixture
def make_site(make_app: Callable[..., Any], tmp_path: Any) -> Iterator[Callable[..., sites.Site]]:
    """Serves an app of the test's own: `make_site(courses=False, second_factor=True, host="localhost")`."""
    with ExitStack() as closing:

        def make(*, courses: bool = True, second_factor: bool = False, host: str = "127.0.0.1") -> sites.Site:
            limiter.reset()
            mails, on = sites.Mailbox(), sites.listen()
            closing.callback(mails.close)
            url = f"http://{host}:{on.getsockname()[1]}"
            app = make_app(
                BASE_URL=url,
                MAIL_URL=f"smtp://127.0.0.1:{mails.port}",
                QUEUE_URL=f"sqlite:///{tmp_path / 'queue.db'}",
                SAFE_EXIT_URL=NEUTRAL,
            )
            federation_id, people = sites.found(app, courses=courses, second_factor=second_factor)
            consumer = queue.start(app)
            closing.callback(consumer.stop, graceful=True)
            closing.callback(sites.Server(app, on).close)
            return sites.Site(app, url, mails, federation_id, people)

        yield make


@pytest.fixture
def site(make_site: Callable[..., sites.Site]) -> sites.Site:
    """A federation with its staff, the courses, an edition and the scheme."""
    return make_site()


@pytest.fixture
def phone(chromium: Browser, looked: set[str]) -> Iterator[Callable[..., Tab]]:
    """Gives a person a browser: `phone(site)`; `script=False` for one without JavaScript."""
    tabs: list[Tab] = []

    def give(site: sites.Site, **options: Any) -> Tab:
        tabs.append(tab(chromium, site.url, looked, **options))
        return tabs[-1]

    yield give
    complaints = [one for each in tabs for one in each.complaints]
    for each in tabs:
        each.context.close()
    assert not complaints, complaints
