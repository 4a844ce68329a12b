"""The main job in a browser: search, look at a dataset, ask in SQL; in each language, safe and open
to all.
"""

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.watch import Watched

LANGUAGES = ("fr", "nl", "en")
WORDS = {"fr": "vélo", "nl": "fiets", "en": "bicycle"}
SCHEMES = ("light", "dark")
# Every page once on each width and in each scheme; elsewhere the richest, where only the texts
# differ.
WHOLE = {("fr", 1280), ("nl", 360)}
RICHEST = (
    "/datasets",
    "/datasets/stations-de-velos",
    "/sql?sql=SELECT+docks%2C+insee+FROM+stations",
)
PAGES = (
    "/",
    "/datasets",
    "/datasets?q=zzzz",
    "/datasets?q=lille",
    "/datasets?q=insee&kind=column",
    "/requests",
    "/requests/new",
    "/datasets/stations-de-velos",
    "/datasets/stations-de-velos/columns",
    "/datasets/stations-de-velos/columns/docks",
    "/datasets/stations-de-velos/columns/insee",
    "/datasets/stations-de-velos/versions",
    "/datasets/stations-de-velos/versions?from=1&to=2",
    "/datasets/stations-de-velos/quality",
    "/datasets/luchtkwaliteit-in-kortrijk",
    "/datasets/parcs-jardins-b",
    "/datasets/parcs-jardins-b/drafts/csv/report",
    "/schemas",
    "/check",
    "/schemas/charging-point",
    "/sources",
    "/sources/test/runs/1",
    "/sql?sql=SELECT+docks%2C+insee+FROM+stations",
    "/sql",
    "/packs",
    "/packs/bike-share",
    "/replay",
    "/api",
    "/publish",
    "/accessibility",
    "/contact",
    "/privacy",
    "/terms",
    "/publishers",
    "/publishers/lille",
    "/publishers/tournai",
    "/sign-in",
    "/datasets?page=99",
    "/sources/test",
    "/players",
    "/players?competency=cybersecurity&side=VLG",
    "/players?competency=cloud_hosting&side=VLG",
    "/players/barco",
    "/forum",
    "/themes/mobility",
    "/player-corrections/new?player=barco",
    "/nowhere",
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_search_dataset_sql(browser: Browser, site: str, lang: str) -> None:
    with Watched(browser, site, lang=lang) as watched:
        page = watched.page
        watched.open("/")
        expect(page).to_have_url(f"{site}/{lang}/")
        page.get_by_role("searchbox").fill(WORDS[lang])
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"/{lang}/datasets\\?q="))
        page.locator(".card-title a").first.click()
        expect(page).to_have_url(f"{site}/{lang}/datasets/stations-de-velos")
        expect(page.locator("table.data").first).to_contain_text("00001")
        page.locator(".actions a", has_text="SQL").click()
        expect(page.locator(".sql-result table")).to_contain_text("00001")
        assert watched.faults() == []
        editor = page.locator("sql-editor .cm-content")
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT count(*) AS n FROM stations")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".sql-result table")).to_contain_text("250")
        expect(page).to_have_url(re.compile(r"sql=SELECT\+count"))
        assert watched.faults() == []


@pytest.mark.parametrize(("width", "schemes"), [(1280, SCHEMES), (360, SCHEMES[::-1])])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, schemes: tuple[str, str]
) -> None:
    with Watched(browser, site, width=width, scheme=schemes[0], lang=lang) as watched:
        for path in PAGES if (lang, width) in WHOLE else RICHEST:
            watched.wear(schemes[0])
            watched.open(f"/{lang}{path}")
            # The second scheme comes over the page as it stands, as when the evening comes.
            for scheme in schemes if path in RICHEST else schemes[:1]:
                watched.wear(scheme)
                assert watched.barriers(axe) == [], (path, scheme)
                assert watched.sideways() <= 0, (path, scheme)
            assert [fault for fault in watched.faults() if "404" not in fault] == [], path


def test_error_in_sql_is_marked_and_announced(browser: Browser, site: str, axe: str) -> None:
    with Watched(browser, site) as watched:
        page = watched.page
        watched.open("/en/sql")
        page.locator("sql-editor .cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT dokcs FROM stations")
        page.get_by_role("button", name="Run the query").click()
        expect(page.locator(".sql-error mark")).to_have_text("dokcs")
        expect(page.locator("[data-status]")).not_to_be_empty()
        assert watched.barriers(axe) == []
        assert watched.faults() == []


def test_query_can_be_cancelled(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = watched.page
        watched.open("/en/sql")
        page.locator("sql-editor .cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT count(*) FROM range(900000) a, range(900000) b")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".sql-result")).to_contain_text("Cancelled.")
        expect(page.get_by_role("button", name="Run the query")).to_be_enabled()
        assert watched.faults() == []


def test_main_job_works_without_javascript(browser: Browser, site: str) -> None:
    with Watched(browser, site, has_script=False, lang="nl") as watched:
        page = watched.page
        watched.open("/nl/")
        page.locator("#q").fill("fiets")
        page.keyboard.press("Enter")
        page.locator(".card-title a").first.click()
        page.locator("table.data thead a:not(.head-filter, .spread a)").nth(1).click()
        expect(page.locator("th[aria-sort=ascending]")).to_be_visible()
        page.locator(".actions a", has_text="SQL").click()
        page.locator("textarea").fill("SELECT 40 + 2 AS antwoord")
        page.locator("[data-run]").click()
        expect(page.locator(".sql-result table")).to_contain_text("42")
        assert watched.faults() == []


def test_language_menu_keeps_page_and_query(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.open("/fr/datasets?q=v%C3%A9lo&side=FR")
        watched.page.locator(".language-menu a", has_text="NL").click()
        expect(watched.page).to_have_url(f"{site}/nl/datasets?q=v%C3%A9lo&side=FR")
        watched.open("/")
        expect(watched.page).to_have_url(f"{site}/nl/")


def test_keyboard_reaches_the_content_and_leaves_the_editor(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        page = watched.page
        watched.open("/en/sql")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator("[data-run]")).to_be_focused()


def test_page_at_double_size_needs_no_sideways_scroll(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=640) as watched:  # 1280 pixels at 200 %
        for path in PAGES:
            watched.open(f"/fr{path}")
            assert watched.sideways() <= 0, path


@pytest.mark.parametrize("width", [360, 1280])
def test_copy_button_covers_no_code(browser: Browser, site: str, width: int) -> None:
    with Watched(browser, site, width=width) as watched:
        for path in ("/fr/publish", "/fr/api"):
            watched.open(path)
            for block in watched.page.locator(".code-block").all():
                code, button = block.locator("pre").bounding_box(), block.locator("button")
                place = button.bounding_box()
                assert code
                if place:  # there only where the clipboard can be written
                    assert place["y"] >= code["y"] + code["height"]


def test_gaps_are_folded_on_a_narrow_screen_only(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=360, has_script=False) as narrow:
        narrow.open("/fr/")
        gap = narrow.page.locator("details.missing").first
        expect(gap.locator("li").first).not_to_be_visible()
        gap.locator("summary").click()
        expect(gap.locator("li").first).to_be_visible()
        rows = narrow.page.locator(".matrix tbody tr").all()
        heights = [box["height"] for row in rows[1:] if (box := row.bounding_box())]
        assert max(heights) < 260
    with Watched(browser, site) as wide:
        wide.open("/fr/")
        expect(wide.page.locator("details.missing li").first).to_be_visible()
        expect(wide.page.locator("details.missing summary").first).not_to_be_visible()


def test_printed_table_is_no_wider_than_the_page(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=720) as watched:
        watched.page.emulate_media(media="print")
        watched.open("/fr/datasets/stations-de-velos")
        assert watched.sideways() <= 0
        frames = watched.page.locator(".table-frame").all()
        assert frames
        for frame in frames:
            assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 0


def test_printed_report_of_a_publisher_is_whole(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=720) as watched:  # the width of A4 between its margins
        watched.open("/fr/publishers/lille")
        watched.page.emulate_media(media="print")
        expect(watched.page.locator("[data-print]")).not_to_be_visible()
        expect(watched.page.locator(".report-table thead")).to_be_visible()
        for frame in watched.page.locator(".table-frame").all():
            assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 0
        assert watched.sideways() <= 0


def test_citation_is_copied_as_it_is_read(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        watched.open("/en/datasets/stations-de-velos")
        citation = watched.page.locator(".citation")
        citation.get_by_role("button").click()
        expect(citation.get_by_role("button")).to_contain_text("Copied")
        copied = watched.page.evaluate("navigator.clipboard.readText()")
        assert copied == citation.locator("code").inner_text()
        assert copied.endswith("/datasets/stations-de-velos")
        assert watched.faults() == []


def test_data_for_search_engines_breaks_no_policy(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.open("/fr/datasets/parcs-jardins-b")
        data = watched.page.locator('script[type="application/ld+json"]').text_content() or ""
        assert json.loads(data)["name"] == "Parcs & jardins <b>"
        assert "<" not in data
        assert watched.faults() == []


def test_rows_of_the_preview_take_one_line_each(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.open("/fr/datasets/stations-de-velos")
        rows = watched.page.locator("table.data").first.locator("tbody tr").all()[:5]
        heights = [box["height"] for row in rows if (box := row.bounding_box())]
        assert len(heights) == 5
        assert max(heights) < 45


def test_next_rows_are_shown_where_the_table_is(browser: Browser, site: str) -> None:
    with Watched(browser, site) as watched:
        watched.open("/fr/datasets/stations-de-velos")
        watched.page.locator(".pages a[rel=next]").click()
        expect(watched.page).to_have_url(re.compile(r"page=2#rows$"))
        expect(watched.page.locator("#rows")).to_be_in_viewport()


def test_what_matters_of_a_dataset_stands_high_on_a_narrow_screen(
    browser: Browser, site: str
) -> None:
    with Watched(browser, site, width=360) as watched:
        watched.open("/fr/datasets/stations-de-velos")
        facts = watched.page.locator(".dataset-head .card-tags")
        expect(facts).to_be_in_viewport()
        expect(facts).to_contain_text("2016")
