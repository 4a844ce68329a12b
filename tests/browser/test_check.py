"""The report on a stranger's file: a hostile one and a dirty one, open to all on every screen."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.checking import asking
from portal.public_forms import Gate
from tests.browser.watch import Watched

HOSTILE = '"><script>document.title="taken"</script><img src=x onerror=alert(1)>'
HEADER = (
    "name,municipality_code,district,status,docks_counted,longitude,latitude,source_date,"
    "source_url,contact"
)
ROW = '"Place de la République",59350,,{},{},"3,07",50.637,{},https://example.org/a,{}@gmail.com'


def dirty() -> str:
    """A file of 250 rows, each wrong, with a column that looks like personal data."""
    rows = (
        ROW.format(
            "In service" if n % 2 else "in_service",
            "douze" if n % 3 else "24",
            "31/02/2026" if n % 5 == 0 else "22/12/2025",
            f"jan.peeters{n}",
        )
        for n in range(250)
    )
    return "\n".join([HEADER, *rows])


def hostile() -> str:
    """A file whose every header and cell holds HTML."""
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    short = f"{cell},{cell}"
    return "\n".join([",".join([cell[:-1] + f'{n}"' for n in range(14)]), *[short] * 8])


@pytest.fixture(autouse=True)
def nobody_has_sent_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "GATE", Gate(most=60, least_s=0))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("lang", ["fr", "nl"])
@pytest.mark.parametrize(
    ("name", "text", "schema"),
    [
        ("stations de vélos.csv", dirty(), "bike-share-station"),
        (f"{'x' * 90}<b>.csv", hostile(), ""),
        ("bon.csv", "a,b\n1,2\n", "none"),
    ],
    ids=["dirty", "hostile", "good"],
)
def test_report_is_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, name: str, text: str, schema: str,
) -> None:  # fmt: skip
    with Watched(browser, site, width=width, lang=lang) as watched:
        page = watched.page
        watched.open(f"/{lang}/check")
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("#file").set_input_files(file)  # type: ignore[arg-type]  # the stubs name it otherwise
        page.locator("#schema").select_option(schema)
        page.locator("main button.button-primary").click()
        expect(page.locator("h1")).to_contain_text(name[:80])
        for scheme in ("light", "dark"):
            watched.wear(scheme)
            assert watched.barriers(axe) == [], scheme
            assert watched.sideways() <= 0, scheme
        if folder := os.environ.get("SHOTS"):
            watched.wear("light")
            shot = Path(folder) / f"check-{name[:8]}-{lang}-{width}.png"
            page.screenshot(path=shot, full_page=True)
        assert watched.faults() == []
        assert "taken" not in page.title()
