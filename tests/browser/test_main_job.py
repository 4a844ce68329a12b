"""The main job in a browser: search, look at a dataset, ask in SQL; in each language, safe and open
to all.
"""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.watch import Watched

LANGUAGES = ("fr", "nl", "en")
WORDS = {"fr": "vélo", "nl": "fiets", "en": "bicycle"}
LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
# Every page once on each width and in each scheme; elsewhere the richest, where only the texts
# differ.
WHOLE = {("fr", 1280, "light"), ("nl", 360, "dark")}
RICHEST = (
    "/datasets",
    "/datasets/stations-de-velos",
    "/sql?sql=SELECT+docks%2C+insee+FROM+stations",
)
PAGES = (
    "/",
    "/datasets",
    "/datasets?q=zzzz",
    "/datasets/stations-de-velos",
    "/datasets/luchtkwaliteit-in-kortrijk",
    "/datasets/parcs-jardins-b",
    "/datasets/parcs-jardins-b/drafts/csv/report",
    "/sources",
    "/sources/test/runs/1",
    "/sql?sql=SELECT+docks%2C+insee+FROM+stations",
    "/sql",
    "/api",
    "/publish",
    "/accessibility",
    "/sign-in",
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


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_open_to_all(
    browser: Browser, site: str, axe: str, lang: str, width: int, scheme: str
) -> None:
    with Watched(browser, site, width=width, scheme=scheme, lang=lang) as watched:
        for path in PAGES if (lang, width, scheme) in WHOLE else RICHEST:
            watched.open(f"/{lang}{path}")
            assert watched.barriers(axe) == [], path
            assert watched.sideways() <= 0, path
            assert watched.faults() == [], path


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
        page.locator("table.data thead a").nth(1).click()
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
