"""Three visitors with a job to do, on the starter data, served as `up` serves it."""

import io
import re
from collections.abc import Iterator

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest
from playwright.sync_api import Browser, Page, expect

from portal.assets import BUILD
from tests.browser.watch import Watched
from tests.portal import running

# North of Roubaix and Tourcoing, up to the border with Flanders.
BORDER = {"west": 3.1, "south": 50.7, "east": 3.3, "north": 50.8}


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (BUILD / "manifest.json").is_file():
        pytest.skip("the browser assets were not built (pip install -e .)")
    with running.platform(tmp_path_factory.mktemp("starter") / "data") as platform:
        yield platform.url


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_a_project_manager_takes_the_large_bike_stations_near_the_border_to_excel(
    browser: Browser, starter: str, has_script: bool
) -> None:
    """In Dutch: find, filter by a column, narrow on the map, take away what is seen."""
    with Watched(browser, starter, lang="nl", has_script=has_script) as watched:
        page = watched.page
        watched.open("/nl/")
        page.get_by_role("searchbox").fill("deelfiets parking")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Deelfietsstations V'Lille").click()
        page.get_by_role("link", name="Filteren op docks_counted").click()
        page.get_by_label("Vergelijking").select_option("gte")
        page.get_by_label("Waarde", exact=True).fill("20")
        page.get_by_role("button", name="Filteren", exact=True).click()
        expect(page).to_have_url(re.compile("docks_counted__gte=20"))
        page.get_by_role("link", name="Kaart", exact=True).click()
        for side, degrees in BORDER.items():
            page.locator(f"[name={side}]").fill(str(degrees))
        page.get_by_role("button", name="Zoeken in dit gebied").click()
        expect(page).to_have_url(re.compile("bbox=3.1"))
        page.get_by_role("link", name="Filteren en meenemen").click()
        count = page.locator("table.data tbody tr").count()
        rows = _workbook(page, starter)
        assert watched.faults() == []
    assert 0 < count == len(rows)
    for row in rows:
        assert int(row["docks_counted"]) >= 20
        assert BORDER["west"] <= row["longitude"] <= BORDER["east"]
        assert BORDER["south"] <= row["latitude"] <= BORDER["north"]


def test_an_incubator_manager_reads_who_has_a_competency_in_flanders(
    browser: Browser, starter: str, axe: str
) -> None:
    """In French: the list of players, its facets, one player with the source of each fact."""
    with Watched(browser, starter, lang="fr") as watched:
        page = watched.page
        watched.open("/fr/")
        page.get_by_role("navigation").get_by_role("link", name="Acteurs").first.click()
        page.get_by_label("Qui sait faire").select_option("data_ai")
        page.get_by_label("De quel côté").select_option("VLG")
        page.get_by_role("button", name="Trouver").click()
        expect(page).to_have_url(re.compile("competency=data_ai.*side=VLG"))
        expect(page.locator(".card-title a").first).to_be_visible()
        assert watched.barriers(axe) == []
        page.locator(".card-title a").first.click()
        expect(page.get_by_text("Flandre").first).to_be_visible()
        expect(page.get_by_text("Source").first).to_be_visible()
        assert watched.barriers(axe) == []
        assert watched.faults() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_citizen_finds_the_air_station_near_tournai_on_a_telephone(
    browser: Browser, starter: str, axe: str, scheme: str
) -> None:
    """At 360 pixels: search, the dataset, the row of the one station in Tournai, its map."""
    with Watched(browser, starter, lang="fr", width=360, scheme=scheme) as watched:
        page = watched.page
        watched.open("/fr/datasets?q=qualit%C3%A9+air+Tournai")
        page.locator("a[href$='/datasets/air-quality-stations-be']").first.click()
        watched.open("/fr/datasets/air-quality-stations-be?municipality_code__eq=57081")
        expect(page.locator("table.data tbody tr")).to_have_count(1)
        expect(page.locator("table.data")).to_contain_text("Havinnes")
        assert watched.sideways() <= 0
        assert watched.barriers(axe) == []
        page.get_by_role("link", name="Carte", exact=True).click()
        expect(page.locator("#rows")).to_contain_text("Havinnes")
        assert watched.sideways() <= 0
        assert watched.barriers(axe) == []
        assert watched.faults() == []


def _workbook(page: Page, site: str) -> list[dict[str, object]]:
    """Fetch the Excel workbook that the page offers; return its rows."""
    address = page.locator(".downloads a", has_text="XLSX").get_attribute("href")
    body = page.request.get(f"{site}{address}").body()
    sheet = openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
