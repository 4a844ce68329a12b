"""The map: alive in a browser, in step with its list and its four fields, whole without them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.map_page import HOSTILE
from tests.browser.watch import Watched

CENTRE = "document.querySelector('territory-map').map.getCenter().toArray()"
ZOOM = "document.querySelector('territory-map').map.getZoom()"
LOOKED_AT = """async () => {
  const data = await document.querySelector('territory-map').map.getSource('looked-at').getData();
  return data.features.map((feature) => feature.properties.row);
}"""
PLACE_OF = """([lon, lat]) => {
  const element = document.querySelector('territory-map');
  const { x, y } = element.map.project([lon, lat]);
  const box = element.getBoundingClientRect();
  return [box.x + x, box.y + y];
}"""


def alive(watched: Watched, path: str) -> Page:
    """Open a page and wait until its map is drawn."""
    watched.open(path)
    stir(watched.page)
    expect(watched.page.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)
    watched.page.evaluate(
        "() => { const { map } = document.querySelector('territory-map');"
        " return map.loaded() || map.once('idle'); }"
    )
    return watched.page


def stir(page: Page) -> None:
    """Move the pointer: a map comes alive for a reader who stirs."""
    page.mouse.move(3, 3)
    page.mouse.move(5, 5)


def wait_for(page: Page, expression: str, wanted: Any) -> None:
    page.wait_for_function(
        f"async (wanted) => JSON.stringify(await ({expression})()) === JSON.stringify(wanted)",
        arg=wanted,
    )


@pytest.mark.parametrize(
    ("lang", "width", "scheme", "many"),
    [("en", 1280, "light", 0), ("nl", 360, "dark", 1), ("fr", 1280, "dark", 1)],
)
def test_map_is_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, scheme: str, many: int
) -> None:
    with Watched(browser, site, width=width, scheme=scheme, lang=lang) as watched:
        page = alive(watched, f"/{lang}/map-test?many={many}")
        town = {"fr": "Courtrai", "nl": "Kortrijk", "en": "Kortrijk"}[lang]
        assert page.locator(".map-labels span", has_text=re.compile(f"^{town}$")).count() == 1
        assert watched.barriers(axe) == []
        page.locator("[data-row='2'] .map-show").click()
        expect(page.locator(".map-popup")).to_be_visible()
        assert watched.barriers(axe) == []
        assert watched.sideways() <= 0
        assert watched.faults() == []


def test_names_on_the_map_cover_no_other(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/fr/map-test")
        boxes = [one.bounding_box() for one in page.locator(".map-labels span:visible").all()]
        found = [box for box in boxes if box]
        assert len(found) > 4
        for n, one in enumerate(found):
            for other in found[n + 1 :]:
                is_apart = (
                    one["x"] + one["width"] <= other["x"]
                    or other["x"] + other["width"] <= one["x"]
                    or one["y"] + one["height"] <= other["y"]
                    or other["y"] + other["height"] <= one["y"]
                )
                assert is_apart


def test_list_and_map_are_in_step(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/en/map-test")
        page.locator("[data-row='4'] a").focus()
        wait_for(page, LOOKED_AT, [4])
        page.locator("[data-row='3'] a").hover()
        wait_for(page, LOOKED_AT, [3])
        x, y = page.evaluate(PLACE_OF, [3.26, 50.83])
        page.mouse.click(x, y)
        expect(page.locator("[data-row='2']")).to_have_class("is-chosen")
        expect(page.locator(".map-popup-title")).to_have_text("Row 2")
        wait_for(page, LOOKED_AT, [2])
        page.keyboard.press("Escape")
        expect(page.locator(".map-popup")).to_have_count(0)
        expect(page.locator(".is-chosen")).to_have_count(0)


def test_chosen_row_is_scrolled_to_in_its_list(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=360) as watched:
        page = alive(watched, "/en/map-test?many=1")
        item = page.locator("[data-row='38']")
        expect(item).not_to_be_in_viewport()
        before = page.evaluate("scrollY")
        page.evaluate(
            "document.querySelector('territory-map').map"
            ".jumpTo({center: [3.2833, 50.6167], zoom: 14.5})"
        )
        page.wait_for_timeout(300)
        x, y = page.evaluate(PLACE_OF, [3 + 17 / 60, 50.6 + 1 / 60])
        page.mouse.click(x, y)
        expect(page.locator(".map-popup-title")).to_have_text("Row 38")
        expect(item).to_have_class("is-chosen")
        assert page.evaluate("document.getElementById('rows').scrollTop") > 500
        assert page.evaluate("scrollY") == before  # the map stays where it is looked at
        page.locator(".map-popup").get_by_text("In the list").click()
        expect(item).to_be_in_viewport()
        expect(item.locator("a")).to_be_focused()


def test_what_data_hold_is_text_and_never_markup(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/en/map-test")
        page.locator("[data-row='1'] .map-show").click()
        expect(page.locator(".map-popup-title")).to_have_text(HOSTILE)
        expect(page.locator(".map-popup dd").first).to_have_text(HOSTILE)
        assert page.locator(".map-popup img").count() == 0
        assert page.locator(".map-popup dt").all_text_contents() == ["name", "n"]
        assert page.locator(".map-popup a").get_attribute("href") == "/en/datasets?row=1"
        assert watched.faults() == []


def test_cluster_opens_into_what_it_holds(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/en/map-test?many=1")
        clusters = (
            "document.querySelector('territory-map').map"
            ".queryRenderedFeatures({layers: ['rows-clusters']})"
        )
        first = page.evaluate(f"{clusters}[0].geometry.coordinates")
        assert page.evaluate(f"{clusters}.length") > 3
        assert page.evaluate(
            "document.querySelector('territory-map').map.listImages()"
            ".filter((id) => id.startsWith('count-')).length"
        )
        before = page.evaluate(ZOOM)
        page.mouse.click(*page.evaluate(PLACE_OF, first))
        page.wait_for_function(f"(before) => {ZOOM} > before + 0.3", arg=before)


def test_keyboard_alone_moves_map_and_filter(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/en/map-test")
        canvas = page.locator(".maplibregl-canvas")
        for _ in range(30):
            page.keyboard.press("Tab")
            if canvas.evaluate("canvas => canvas === document.activeElement"):
                break
        expect(canvas).to_be_focused()
        assert canvas.get_attribute("aria-label") == "Map of rows"
        assert canvas.evaluate("canvas => getComputedStyle(canvas).outlineStyle") == "solid"
        lon, _ = page.evaluate(CENTRE)
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"(lon) => {CENTRE}[0] > lon", arg=lon)
        expect(page.locator("[name=west]")).not_to_have_value("")
        zoom = page.evaluate(ZOOM)
        page.keyboard.press("+")
        page.wait_for_function(f"(zoom) => {ZOOM} > zoom", arg=zoom)
        page.locator("[data-row='2'] .map-show").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".map-popup a")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("[data-row='2'] .map-show")).to_be_focused()
        page.get_by_role("button", name="Search in this area").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"west=[\d.]+&south=[\d.]+&east=[\d.]+&north=[\d.]+"))
        assert watched.faults() == []


def test_numbers_move_the_map_and_an_empty_search_takes_what_it_shows(
    browser: Browser, site: str
) -> None:
    with Watched(browser, site) as watched:
        page = alive(watched, "/en/map-test")
        page.get_by_role("button", name="Search in this area").click()
        expect(page).to_have_url(re.compile(r"west=2\.\d+&south=50\.\d+&east=3\.\d+&north=50\.\d+"))
        page = alive(watched, "/en/map-test")
        for side, value in (("West", 3.9), ("South", 50.6), ("East", 4.0), ("North", 50.7)):
            page.get_by_label(side).fill(str(value))
        page.get_by_label("North").press("Tab")
        page.wait_for_function(f"() => Math.abs({CENTRE}[0] - 3.95) < 0.01")


@pytest.mark.parametrize("lacks", ["script", "webgl"])
def test_map_is_a_drawing_where_it_cannot_come_alive(
    browser: Browser, site: str, lacks: str
) -> None:
    with Watched(browser, site, has_script=lacks != "script", width=360) as watched:
        watched.context.add_init_script(
            "HTMLCanvasElement.prototype.getContext = function () { return null; };"
        )
        watched.open("/nl/map-test?west=3&south=50.6&east=3.3&north=50.9")
        page = watched.page
        drawing = page.get_by_role("img", name="Map of rows")
        expect(drawing).to_be_visible()
        assert drawing.locator("circle").count() == 2
        assert drawing.locator(".map-shape, .map-line").count() == 2
        expect(drawing.get_by_text("Rijsel", exact=True)).to_be_visible()
        expect(page.locator("territory-map canvas")).to_have_count(0)
        expect(page.locator("#rows a").first).to_be_visible()
        assert watched.faults() == []
        page.locator("[name=east]").fill("3.5")
        page.locator(".area-form button").click()
        expect(page).to_have_url(re.compile(r"west=3(\.0)?&south=50.6&east=3.5&north=50.9&many=0"))


def test_map_without_its_data_says_so_and_stays_a_drawing(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.open("/en/map-test?many=broken")
        stir(watched.page)
        expect(watched.page.locator(".map-failed")).to_contain_text("could not be loaded")
        expect(watched.page.locator(".map-still")).to_be_visible()


def test_map_is_fetched_only_by_who_comes_near(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        asked: list[str] = []
        watched.page.on("request", lambda request: asked.append(request.url))
        watched.page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            " document.querySelector('h1').style.marginBottom = '4000px'; });"
        )
        watched.open("/en/map-test")
        watched.page.wait_for_timeout(500)
        assert not [url for url in asked if "worker" in url or "geojson" in url]
        stir(watched.page)
        watched.page.wait_for_timeout(300)
        assert not [url for url in asked if "worker" in url or "geojson" in url]
        watched.page.locator("territory-map").scroll_into_view_if_needed()
        expect(watched.page.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)


def test_map_waits_for_a_reader_who_stirs(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        asked: list[str] = []
        watched.page.on("request", lambda request: asked.append(request.url))
        watched.open("/en/map-test")
        watched.page.wait_for_timeout(500)
        assert not [url for url in asked if "worker" in url or "geojson" in url]
        expect(watched.page.locator(".map-still")).to_be_visible()
        watched.page.keyboard.press("Tab")
        expect(watched.page.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)


def test_search_and_its_map_move_together(browser: Browser, site: str, axe: str) -> None:
    with Watched(browser, site) as watched:
        asked: list[str] = []
        watched.page.on("request", lambda request: asked.append(request.url))
        watched.open("/en/datasets")
        watched.page.wait_for_timeout(300)
        assert not [url for url in asked if "worker" in url or "geojson" in url]
        page = watched.page
        page.locator("#map summary").click()
        expect(page.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)
        assert watched.barriers(axe) == []
        bikes = page.locator("#found [data-row]", has_text="stations")
        bikes.get_by_role("button", name="Show on the map").click()
        expect(page.locator(".map-popup-title")).to_contain_text("Stations")
        listed = page.locator(".card-title").count()
        assert page.locator("#found .map-show").count() < listed  # some lie nowhere
        page.keyboard.press("Escape")
        page.locator(".maplibregl-canvas").focus()
        page.keyboard.press("+")
        expect(page.locator("[name=west]")).not_to_have_value("")
        page.get_by_role("button", name="Search in this area").click()
        expect(page).to_have_url(re.compile(r"/en/datasets\?bbox=3\.0.*#map$"))
        expect(bikes).to_have_count(1)
        assert page.locator(".card-title").count() < listed
        stir(page)
        expect(page.locator("territory-map.is-alive")).to_be_visible(timeout=20_000)
        assert watched.barriers(axe) == []
        assert watched.faults() == []
        page.get_by_role("link", name="Everywhere").click()
        expect(page.locator(".card-title").nth(2)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_filter_and_map_of_a_table_move_together(
    browser: Browser, site: str, axe: str, width: int, scheme: str
) -> None:
    with Watched(browser, site, width=width, scheme=scheme, lang="nl") as watched:
        page = alive(watched, "/nl/datasets/hydrants/map?flow__gte=30&sort=flow&desc=1")
        expect(page.get_by_text("De kaart tekent alle 150 rijen.")).to_be_visible()
        rows = page.locator("#rows [data-row]")
        expect(rows.first).to_contain_text("59")
        assert watched.barriers(axe) == []
        rows.nth(3).get_by_role("button", name="Tonen op de kaart").click()
        popup = page.locator(".map-popup")
        expect(popup.locator("dd").nth(1)).to_have_text("59")  # fetched for this row alone
        place = popup.bounding_box()
        frame = page.locator("territory-map").bounding_box()
        assert place
        assert frame
        assert place["y"] >= frame["y"]
        assert place["y"] + place["height"] <= frame["y"] + frame["height"]
        assert watched.barriers(axe) == []
        page.keyboard.press("Escape")
        page.locator(".maplibregl-canvas").focus()
        page.keyboard.press("-")
        expect(page.locator("[name=west]")).not_to_have_value("")
        page.get_by_role("button", name="Zoeken in dit gebied").click()
        expect(page).to_have_url(re.compile(r"/map\?flow__gte=30&sort=flow&desc=1&bbox=3\."))
        found = int(page.locator("#rows [data-row]").count())
        assert 0 < found < 100
        assert watched.sideways() <= 0
        assert watched.faults() == []
        page.get_by_role("link", name="Filteren en meenemen").click()
        expect(page).to_have_url(re.compile(r"/hydrants\?flow__gte=30&.*bbox=3\."))
        expect(page.locator("table.data tbody tr")).to_have_count(found)
