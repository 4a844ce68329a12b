"""Tables and charts in the page of another site, as Chromium lets them be framed."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.watch import Watched

EMBEDS = (
    "/tables/stations?docks__gte=20",
    "/charts/stations?x=year&y=price&measure=mean",
    "/maps/hydrants",
)


@pytest.mark.parametrize(("lang", "width", "scheme"), [("fr", 1280, "light"), ("nl", 360, "dark")])
def test_embed_is_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, scheme: str
) -> None:
    with Watched(browser, site, width=width, scheme=scheme, lang=lang) as watched:
        for path in (*EMBEDS, f"{EMBEDS[1]}&look=dark", f"{EMBEDS[0]}&look=light"):
            watched.open(f"/embed/{lang}{path}")
            assert watched.barriers(axe) == [], path
            assert watched.sideways() <= 0, path
            assert watched.faults() == [], path


def test_code_of_a_tab_works_in_another_site_and_nothing_else_is_framed(
    browser: Browser, site: str, elsewhere: str
) -> None:
    with Watched(browser, site, lang="nl") as watched:
        page = watched.page
        watched.open("/nl/datasets/stations-de-velos?docks__gte=20")
        box = page.locator("details.embed-box")
        box.locator("summary").click()
        code = box.locator("code").inner_text()
        other = f'<iframe id="other" src="{site}/nl/datasets/stations-de-velos"></iframe>'
        page.goto(f"{elsewhere}/?{quote(code + other)}")
        embedded = page.frame_locator("iframe").first
        expect(embedded.locator("table.data")).to_contain_text("00001")
        expect(embedded.locator(".rows-sentence")).to_contain_text("214")
        embedded.locator("thead a").nth(1).click()
        expect(embedded.locator("th[aria-sort=ascending]")).to_be_visible()
        with watched.context.expect_page() as opened:
            embedded.locator("h1 a").click()
        expect(opened.value).to_have_url(
            f"{site}/nl/datasets/stations-de-velos?docks__gte=20&sort=docks"
        )
        assert page.frame_locator("#other").locator("table").count() == 0
        assert any("frame-ancestors" in fault for fault in watched.faults())


def test_map_comes_alive_in_another_site_and_leads_out_of_the_frame(
    browser: Browser, site: str, elsewhere: str
) -> None:
    with Watched(browser, elsewhere, lang="fr") as watched:
        code = (
            f'<iframe src="{site}/embed/fr/maps/hydrants?flow__gte=50" width="100%" height="480">'
            "</iframe>"
        )
        watched.page.goto(f"{elsewhere}/?{quote(code)}")
        embedded = watched.page.frame_locator("iframe")
        embedded.locator("h1").hover()
        expect(embedded.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)
        embedded.locator(".map-show").first.click()
        more = embedded.locator(".map-popup-ways a")
        expect(more).to_have_attribute("target", "_blank")
        with watched.context.expect_page() as opened:
            more.click()
        expect(opened.value.locator("h1")).to_be_visible()


def test_map_without_a_script_shows_its_list(browser: Browser, site: str) -> None:
    with Watched(browser, site, has_script=False, width=360, lang="nl") as watched:
        watched.open("/embed/nl/maps/hydrants")
        expect(watched.page.locator("#list li").nth(1)).to_be_visible()
        expect(watched.page.locator(".map-still")).to_be_visible()
        assert watched.sideways() <= 0
