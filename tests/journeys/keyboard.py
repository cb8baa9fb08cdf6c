"""Somebody who works in a browser without a mouse."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

# How what has the focus is called: by its own label, its labels, or its words.
FOCUSED = """() => {
  const it = document.activeElement;
  return [it.getAttribute("aria-label"), ...[...(it.labels ?? [])].map((label) => label.textContent), it.textContent]
    .filter(Boolean).map((text) => text.replace(/\\s+/g, " ").trim());
}"""


@dataclass(frozen=True)
class Keyboard:
    """Somebody who has no mouse."""

    page: Page

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            # Some keys lead to another page, whose scripts must run before the next one.
            self.page.wait_for_load_state()

    def types(self, text: str) -> "Keyboard":
        """Write into what has the focus."""
        self.page.keyboard.type(text)
        return self

    def to(self, name: str) -> "Keyboard":
        """Press Tab until what has the focus is called so."""
        for _ in range(80):
            self.press("Tab")
            if any(text.startswith(name) for text in self.page.evaluate(FOCUSED)):
                return self
        raise AssertionError(f"Tab never reaches {name!r}.")

    def chooses(self, name: str, *, among: str) -> None:
        """Press Tab into a group of choices, and arrows to the one that is called so."""
        while not self.page.evaluate("among => document.activeElement.matches(among)", among):
            self.press("Tab")
        self.press("Space")
        while not any(text.startswith(name) for text in self.page.evaluate(FOCUSED)):
            self.press("ArrowDown")

    def writes(self, name: str, text: str) -> None:
        """Fill in a field."""
        self.to(name).types(text)

    def opens(self, name: str, heading: str) -> None:
        """Press a link or a button, and wait for the page it leads to."""
        self.to(name).press("Enter")
        expect(self.page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
