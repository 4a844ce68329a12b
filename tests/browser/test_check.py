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


def send(watched: Watched, lang: str, name: str, text: str, schema: str) -> None:
    """Send a file through the form, and wait for its report."""
    watched.open(f"/{lang}/check")
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    watched.page.locator("#file").set_input_files(file)  # type: ignore[arg-type]  # the stubs name it otherwise
    watched.page.locator("#schema").select_option(schema)
    watched.page.locator("main button.button-primary").click()
    expect(watched.page.locator("h1")).to_contain_text(name[:80])


@pytest.fixture(autouse=True)
def nobody_has_sent_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "GATE", Gate(most=60, least_s=0))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("lang", "name", "text", "schema"),
    [
        ("fr", "stations de vélos.csv", dirty(), "bike-share-station"),
        ("nl", "fietsstations.csv", dirty(), "bike-share-station"),
        ("en", "bike stations.csv", dirty(), "bike-share-station"),
        ("nl", f"{'x' * 90}<b>.csv", hostile(), ""),
        ("fr", "bon.csv", "a,b\n1,2\n", "none"),
    ],
    ids=["dirty-fr", "dirty-nl", "dirty-en", "hostile-nl", "good-fr"],
)
def test_report_is_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, name: str, text: str, schema: str,
) -> None:  # fmt: skip
    with Watched(browser, site, width=width, lang=lang) as watched:
        page = watched.page
        send(watched, lang, name, text, schema)
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


@pytest.mark.parametrize("width", [360, 1280])
def test_file_is_checked_and_mended_without_a_script(
    browser: Browser, site: str, width: int
) -> None:
    with Watched(browser, site, width=width, has_script=False) as watched:
        page = watched.page
        send(watched, "en", "stations.csv", dirty(), "bike-share-station")
        page.get_by_role("link", name="type of value: a whole number").click()
        rows = page.locator(".bad-rows")
        expect(rows.locator("mark").first).to_have_text("douze")
        assert set(rows.locator("mark").all_inner_texts()) == {"douze"}
        page.get_by_role("link", name="Next").click()
        expect(page.locator("main")).to_contain_text("Findings 101 to 166 of 166")
        page.get_by_role("link", name="Show all").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the corrected file").click()
        assert download.value.suggested_filename == "stations-corrected.csv"
        mended = download.value.path().read_text(encoding="utf-8")
        assert ',"3.07",50.637,2025-12-22,' in mended


def test_page_of_a_hundred_thousand_findings_is_short(browser: Browser, site: str) -> None:
    row = "Place {},59350,,in_service,douze,3.07,50.637,2025-12-22,https://example.org/a,x"
    text = "\n".join([HEADER, *(row.format(n) for n in range(100_000))])
    with Watched(browser, site, width=360, lang="fr") as watched:
        send(watched, "fr", "longue.csv", text, "bike-share-station")
        page = watched.page
        expect(page.locator(".notice-bad")).to_contain_text("100\u202f001 erreurs")
        assert page.locator(".bad-rows tbody").count() == 100
        assert page.evaluate("document.querySelectorAll('*').length") < 3_500
        assert watched.sideways() <= 0
        page.get_by_role("link", name="Suivant").click()
        expect(page.locator("main")).to_contain_text("Constats 101 à 200 sur 10\u202f000")
        assert watched.faults() == []
