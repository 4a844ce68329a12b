"""Watches a page of the browser: what breaks the policy, what goes elsewhere, what a screen reader
would trip over.
"""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Good practice that screen readers depend on: regions told apart, headings in their order.
MORE_RULES = ["landmark-unique", "heading-order", "page-has-heading-one", "empty-heading"]
_AXE = """
([tags, more]) => axe.run(document, {
  runOnly: {type: 'tag', values: tags},
  resultTypes: ['violations'],
  rules: Object.fromEntries(more.map((rule) => [rule, {enabled: true}])),
})
"""
_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


class Watched:
    """A page whose faults are collected; `faults()` gives and forgets them."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        *,
        width: int = 1280,
        scheme: Any = "light",
        has_script: bool = True,
        lang: str = "en",
    ) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 740},
            color_scheme=scheme,
            java_script_enabled=has_script,
            reduced_motion="reduce",
            locale=lang,
        )
        self.page: Page = self.context.new_page()
        self._faults: list[str] = []
        self._has_script = has_script
        if has_script:
            self.context.add_init_script(_VIOLATIONS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._faults.append(f"error: {error}"))
        self.page.on("request", self._see)

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}", wait_until="load")

    def wear(self, scheme: Any) -> None:
        """Change to light or dark, as the visitor's system does."""
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def faults(self) -> list[str]:
        found, self._faults = self._faults, []
        if self._has_script:
            found += self.page.evaluate("window.__violations.splice(0)")
        return found

    def sideways(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        wider: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider

    def barriers(self, axe: str) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 AA."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe)
        found = self.page.evaluate(_AXE, [RULES, MORE_RULES])
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            self._faults.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        own = urlsplit(self.site).netloc
        if urlsplit(request.url).netloc not in (own, "") and not request.url.startswith("data:"):
            self._faults.append(f"foreign: {request.url}")
