"""A steward of a small town puts a spreadsheet online with the keyboard alone, in one sitting."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # publishes no types
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from catalogue.store import accounts, datasets, queries, versions
from catalogue.store.queries import QueryText
from portal.accounts.moments import from_now
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.assets import BUILD
from portal.services import Services
from tests.browser.conftest import served
from tests.browser.watch import Watched
from tests.portal.pages.sample import services_of

WORDS = {
    "fr": ("Commencer", "Enregistrer et continuer", "Corriger et contrôler de nouveau"),
    "nl": ("Beginnen", "Bewaren en verdergaan", "Verbeteren en opnieuw controleren"),
}


@pytest.fixture(scope="module")
def own_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("publishing") / "data") as services:
        account = accounts.add_user(services.store, name="els", role="steward", password_hash="x")  # noqa: S106  # never compared
        accounts.begin_session(services.store, account.id, sha256("els"), from_now(hours=1))
        yield services


@pytest.fixture(scope="module")
def own_site(own_services: Services) -> Iterator[str]:
    if not (BUILD / "manifest.json").is_file():
        pytest.skip("the browser assets were not built (pip install -e .)")
    with served(create_app(own_services)) as port:
        yield f"http://127.0.0.1:{port}"


def workbook(path: Path, *, price: str = "prix", is_clean: bool = False) -> Path:
    """Write 60 rows below a title, on the first of three sheets, with 37 wrong cells of five
    kinds unless it is clean.
    """
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Parkings"
    page.append(["Parkings, 01/11/2026"])
    page.append(["gratuit", "places", price, "ouverture", "code"])
    for number in range(60):
        if is_clean:
            page.append([True, number, 1.5, "2026-03-01", 1000 + number])
            continue
        page.append(
            [
                "peut-être" if number % 10 == 9 else True,  # 6 neither yes nor no
                f"{number} pl." if number < 8 else number,  # 8 with a unit
                "1,5 €" if 10 <= number < 18 else 1.5,  # 8 with a currency
                "31/02/2026" if 20 <= number < 27 else "2026-03-01",  # 7 that no calendar has
                "abc" if 30 <= number < 38 else 1000 + number,  # 8 that are no numbers
            ]
        )
    for name in ("Notes", "Tarifs"):
        book.create_sheet(name).append(["x", "y"])
    book.save(path)
    return path


def press(page: Page, target: Locator) -> None:
    """Reach something with the keyboard's focus, and press it."""
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Page, target: Locator) -> None:
    target.focus()
    page.keyboard.press("Space")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_a_dirty_workbook_is_published_with_the_keyboard_alone(
    browser: Browser, own_site: str, own_services: Services, axe: str, tmp_path: Path, lang: str
) -> None:
    title = {"fr": "Stationnement", "nl": "Parkeren"}[lang]
    with Watched(browser, own_site, lang=lang) as watched:
        page = watched.page
        page.set_default_timeout(120_000)
        watched.context.add_cookies([{"name": COOKIE, "value": "els", "url": own_site}])
        watched.open(f"/{lang}/publish")
        assert watched.barriers(axe) == []
        take_in(page, workbook(tmp_path / "parkings.xlsx"), lang)
        choose_types(watched, axe, lang)
        mend(watched, axe, lang)
        describe(watched, axe, lang, title)
        press(page, page.locator("main form .button-primary"))
        page.wait_for_url(f"**/{lang}/datasets/{title.lower()}")
        (table,) = datasets.get(own_services.store, title.lower()).tables
        assert table.current is not None
        assert table.current.row_count == 59  # one was left out, with its reason
        sql = f"SELECT prix FROM {table.name}"  # noqa: S608  # a name of ours
        text = QueryText(title=f"{title} 24/7", sql=sql)
        queries.add(own_services.store, text, {}, author_id=1)
        update(watched, axe, lang, workbook(tmp_path / "newer.xlsx", price="tarif", is_clean=True))
        expect(page.locator(".review-table")).to_contain_text(text.title)
        press(page, page.locator("main form .button-primary"))
        expect(page.locator(".notice-bad")).to_have_count(1)  # she has not said that she knows
        tick(page, page.locator('[name="breaks"]'))
        press(page, page.locator("main form .button-primary"))
        page.wait_for_url(f"**/{lang}/datasets/{title.lower()}")
        told = [fault for fault in watched.faults() if "status of 400" not in fault]
        assert told == []
        for address in (f"{table.name}@1", table.name):
            assert page.request.get(f"{own_site}/data/{address}.csv").ok
    assert [each.n for each in versions.history(own_services.store, table.name)] == [2, 1]


def take_in(page: Page, file: Path, lang: str) -> None:
    page.locator("#file").set_input_files(file)
    press(page, page.get_by_role("button", name=WORDS[lang][0]))
    page.wait_for_url("**/columns")


def choose_types(watched: Watched, axe: str, lang: str) -> None:
    """Say of each column what it is, and what its numbers count."""
    page = watched.page
    for place, kind in enumerate(("boolean", "integer", "number", "date", "integer")):
        chosen = page.locator(f"#type-{place}")
        if not chosen.is_visible():  # those with doubtful cells are open
            page.locator(".column-form > summary").nth(place).focus()
            page.keyboard.press("Enter")
        chosen.select_option(kind)
    page.locator("#unit-2").fill("€")
    assert watched.barriers(axe) == []
    press(page, page.get_by_role("button", name=WORDS[lang][1]))


def mend(watched: Watched, axe: str, lang: str) -> None:
    """Leave one row out, take the hints for whole columns, and type over what is left."""
    page = watched.page
    expect(page.locator('[aria-current="step"]')).to_contain_text("2")
    assert watched.barriers(axe) == []
    tick(page, page.locator('.bad-rows input[name="drop"]').first)
    page.locator("#reason").fill("?")
    expect(page.locator('input[name="hint"]:checked')).not_to_have_count(0)
    press(page, page.get_by_role("button", name=WORDS[lang][2]))
    right = {" pl.": "", "1,5 €": "1.5", "31/02/2026": "2026-02-28", "abc": "7"}
    right["peut-être"] = "false"
    for _ in range(3):
        cells = page.locator('.bad-rows input[type="text"]')
        if not cells.count():
            break
        for cell in cells.all():
            text = cell.input_value()
            for wrong, instead in right.items():
                text = text.replace(wrong, instead)
            cell.focus()
            cell.fill(text)
        press(page, page.get_by_role("button", name=WORDS[lang][2]))
    expect(page.locator(".notice-bad")).to_have_count(0)
    press(page, page.locator(".publish-next a"))


def describe(watched: Watched, axe: str, lang: str, title: str) -> None:
    """Forget all but the title, be led to what is missing, and say it."""
    page = watched.page
    page.locator(f"#title-{lang}").fill(title)
    press(page, page.get_by_role("button", name=WORDS[lang][1]))
    faults = page.locator("#problems a")
    expect(faults).to_have_count(4)
    assert watched.barriers(axe) == []
    faults.first.focus()
    page.keyboard.press("Enter")
    page.locator(f"#description-{lang}").fill("Parkings")
    page.locator("#publisher").fill("Menen")
    for box in ('[value="cc-by-4.0"]', '[value="TRAN"]'):
        tick(page, page.locator(box))
    press(page, page.get_by_role("button", name=WORDS[lang][1]))
    page.wait_for_url("**/review")
    assert watched.barriers(axe) == []


def update(watched: Watched, axe: str, lang: str, file: Path) -> None:
    """Bring the next version from the page of the dataset as far as its review."""
    page = watched.page
    press(page, page.locator('a[href*="/publish?dataset="]').first)
    take_in(page, file, lang)
    expect(page.locator("#unit-0")).to_have_count(1)
    press(page, page.get_by_role("button", name=WORDS[lang][1]))
    page.wait_for_url("**/check")
    press(page, page.locator(".publish-next a"))
    press(page, page.get_by_role("button", name=WORDS[lang][1]))
    page.wait_for_url("**/review")
    assert watched.barriers(axe) == []


def test_the_steps_fit_a_narrow_screen_and_need_no_script(
    browser: Browser, own_site: str, tmp_path: Path
) -> None:
    with Watched(browser, own_site, lang="nl", width=360, has_script=False) as watched:
        page = watched.page
        page.set_default_timeout(120_000)
        watched.context.add_cookies([{"name": COOKIE, "value": "els", "url": own_site}])
        watched.open("/nl/publish")
        page.locator("#file").set_input_files(workbook(tmp_path / "parkings.xlsx"))
        page.get_by_role("button", name="Beginnen").click()
        page.wait_for_url("**/columns")
        for step in page.locator(".steps a").all():
            watched.open(str(step.get_attribute("href")))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
