"""A person with a phone: what they tap, and what every page that they meet has to be."""

import re
from hashlib import sha256
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "es-ES",
    "timezone_id": "Europe/Madrid",
    "reduced_motion": "reduce",
}
AXE = {"resultTypes": ["violations"], "preload": False}
ALL = AXE | {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# What is new about a page in the dark: who walks there sees pages that somebody else meets in the light.
COLOURS = AXE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
PATIENCE = 15_000  # milliseconds that a condition may take

# Opens what can be opened, so that it is looked at too, and says what the page is like.
LOOK = """() => {
  for (const one of document.querySelectorAll('details:not([open])')) { one.open = true; one.dataset.opened = ''; }
  const shape = [...document.body.querySelectorAll('*')].map((e) => `${e.tagName} ${e.getAttribute('class')}`);
  return {
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    width: document.documentElement.scrollWidth,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    shape: JSON.stringify(document.documentElement.dataset) + shape.join(),
  };
}"""
LEAVE = "() => document.querySelectorAll('[data-opened]').forEach((e) => { e.open = false; delete e.dataset.opened; })"
# What differs from one test to the next in the address of a page: where the site is, ids, codes.
_OWN = re.compile(r"^\w+://[^/]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/verify/)\w+|(?<=/welcome/).+")


class Tab:
    """One tab of a person's browser. Each page that an act leads to is looked at once; `looked` remembers which were."""

    def __init__(self, context: BrowserContext, looked: set[str], *, script: bool = True) -> None:
        self.context, self.looked, self.script = context, looked, script
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def another(self) -> "Tab":
        """A second tab of the same browser."""
        return Tab(self.context, self.looked, script=self.script)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser also reports a page's own status, which each act asserts.
        if message.type in ("error", "warning") and not re.search(r"status of 4(04|10|22) ", message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    # What a person does. `status` is what the server has to answer.

    def open(self, address: str, status: int = 200) -> None:
        """Go to an address."""
        self.page.bring_to_front()
        answer = self.page.goto(address)
        self._arrived(answer, status)

    def reload(self, status: int = 200) -> None:
        """Load the page again."""
        self.page.bring_to_front()
        self._arrived(self.page.reload(), status)

    def tap(self, thing: Locator, status: int = 200) -> None:
        """Tap what leads to another page."""
        self.page.bring_to_front()  # six people take turns in one browser, which draws no frames for what is behind
        with self.page.expect_navigation(timeout=PATIENCE) as answer:
            thing.tap()
        self._arrived(answer.value, status)

    def follow(self, words: str | re.Pattern[str], status: int = 200) -> None:
        """Tap the first link whose name begins with these words."""
        self.tap(self._named("link", words), status)

    def press(self, words: str | re.Pattern[str], status: int = 200) -> None:
        """Tap the first button whose name begins with these words."""
        self.tap(self._named("button", words), status)

    def _named(self, role: Any, words: str | re.Pattern[str]) -> Locator:
        # What is said to screen readers alone is a part of its own: "Observar" ": Inés Campos".
        name = words if isinstance(words, re.Pattern) else re.compile(rf"^{re.escape(words)}".replace(":", r"\s?:"))
        return self.page.locator("main").get_by_role(role, name=name).first

    def fill(self, **fields: str) -> None:
        """Write into fields by their names; radio buttons are chosen by value, lists by what they show."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']").first
            match field.evaluate("e => e.type"):
                case "radio":
                    self.page.locator(f"main [name='{name}'][value='{value}']").check()
                case "select-one":
                    field.select_option(label=value)
                case _:
                    field.fill(value)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in and arrive at what comes next."""
        self.open("/login")
        self.fill(email=email, password=password)
        self.press("Entrar")

    # What a person sees.

    def sees(self, *words: str) -> None:
        """The page says this."""
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one, timeout=PATIENCE)

    def sees_not(self, *words: str) -> None:
        """The whole source of the page does not hold this."""
        source = self.page.content()
        for one in words:
            assert one not in source, f"{self.page.url} says {one!r}"

    def holds(self, name: str, value: str) -> None:
        """A field has this content."""
        expect(self.page.locator(f"main [name='{name}']").first).to_have_value(value)

    def saved(self, within: str = "main") -> None:
        """The autosave has said that everything is kept."""
        expect(self.page.locator(f"{within} [data-autosave-mark]").first).to_have_text("Guardado", timeout=PATIENCE)

    # What every page has to be.

    def _arrived(self, answer: Any, status: int) -> None:
        assert answer is not None
        assert answer.status == status, f"{answer.status} at {self.page.url}: {self.page.inner_text('main')[:300]}"
        if self.script:
            self.look()

    def look(self) -> None:
        """A heading, no scrolling sideways, no complaint in the console; and, once for each shape of a page, axe."""
        self.page.wait_for_load_state()
        found = self.page.evaluate(LOOK)
        where = self.page.url
        assert found["headings"] == 1, f"{found['headings']} h1 at {where}"
        assert found["title"].strip(), f"no title at {where}"
        room = (self.page.viewport_size or PHONE["viewport"])["width"]
        assert found["width"] <= room, f"{found['width']} px wide at {where}"
        mark = sha256(f"{_OWN.sub('', where)} {found['dark']} {found['shape']}".encode()).hexdigest()
        if mark not in self.looked:
            self.looked.add(mark)
            told = Axe().run(self.page, options=COLOURS if found["dark"] else ALL)
            assert not told.violations_count, f"{where}\n{told.generate_report()}"
        self.page.evaluate(LEAVE)
        assert not self.complaints, self.complaints


def tab(chromium: Browser, url: str, looked: set[str], *, script: bool = True, **options: Any) -> Tab:
    """A new person's browser, with nothing in it."""
    context = chromium.new_context(base_url=url, java_script_enabled=script, **(PHONE | options))
    context.set_default_timeout(PATIENCE)
    return Tab(context, looked, script=script)
