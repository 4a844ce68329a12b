"""Looking for a partner across the border, and correcting one's own organisation, in a browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.watch import Watched


@pytest.mark.parametrize("has_script", [True, False])
def test_an_incubator_in_lille_finds_a_cybersecurity_partner_in_flanders(
    browser: Browser, site: str, has_script: bool
) -> None:
    with Watched(browser, site, lang="fr", has_script=has_script) as watched:
        page = watched.page
        watched.open("/fr/")
        page.get_by_role("link", name="Acteurs", exact=True).click()
        page.get_by_label("Qui sait faire").select_option(label="Cybersécurité")
        page.get_by_label("De quel côté").select_option(label="Flandre")
        page.get_by_role("button", name="Trouver").click()
        expect(page).to_have_url(re.compile(r"competency=cybersecurity&side=VLG"))
        expect(page.locator(".able-sides > li")).to_have_count(3)
        expect(page.locator(".able-sides > .is-asked")).to_contain_text("Cyberlab (exemple)")
        page.locator(".player-card .card-title a").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Cyberlab (exemple)")
        expect(page.locator("main")).to_contain_text("Source de ces faits")
        expect(page.locator(".partners").first).to_contain_text("Campus Cyber")
        assert watched.faults() == []


def test_a_facet_is_reached_on_a_narrow_screen(browser: Browser, site: str) -> None:
    with Watched(browser, site, width=360, lang="nl") as watched:
        page = watched.page
        watched.open("/nl/players")
        expect(page.locator(".player-card").first).to_be_visible()
        expect(page.locator(".facets li").first).not_to_be_visible()
        page.locator(".fold > summary").click()
        page.locator(".facets a", has_text="Wallonië").click()
        expect(page).to_have_url(re.compile("side=WAL"))
        expect(page.locator(".player-card").first).to_contain_text("Wallonië")


def test_an_organisation_hands_in_a_correction_by_keyboard(
    browser: Browser, site: str, axe: str
) -> None:
    with Watched(browser, site, lang="fr") as watched:
        page = watched.page
        watched.open("/fr/players/barco")
        page.get_by_role("link", name="Corriger ce qui figure ici").click()
        page.get_by_label("Site internet").fill("barco.com")
        page.keyboard.press("Enter")
        fault = page.locator("#problems a")
        expect(fault).to_contain_text("Site internet")
        assert watched.barriers(axe) == []
        fault.click()
        page.get_by_label("Site internet").fill("https://www.barco.com")
        page.wait_for_timeout(3000)  # faster than people type is refused
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Merci")
        assert [fault for fault in watched.faults() if "400" not in fault] == []
