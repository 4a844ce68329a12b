"""The page of a dataset: preview, columns, downloads, versions, drafts, languages."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.store import accounts
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.accounts.tokens import make_token
from portal.services import Services

PAGE = "/fr/datasets/stations-de-velos"
HASH = "of no password"


def test_title_in_another_language_is_marked(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets/luchtkwaliteit-in-kortrijk").text
    assert '<span lang="nl">Luchtkwaliteit in Kortrijk</span>' in text
    assert "néerlandais" in text
    assert (
        '<span lang="nl">Luchtkwaliteit'
        not in pages.get("/nl/datasets/luchtkwaliteit-in-kortrijk").text
    )


def test_text_of_a_publisher_is_never_markup(pages: FlaskClient) -> None:
    assert "Parcs &amp; jardins &lt;b&gt;" in pages.get("/fr/datasets/parcs-jardins-b").text
    assert "<i>3</i>" not in pages.get(PAGE).text


def test_preview_pages_and_sorts(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}?page=3").text
    assert "Lignes 201–250 sur 250" in text
    assert "00249" in text
    text = pages.get(f"{PAGE}?sort=docks&desc=1").text
    assert 'aria-sort="descending"' in text
    assert text.index("00249") < text.index("00248")


def test_codes_and_years_carry_no_thousands_separator(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    assert ">00007<" in text
    assert ">2007<" in text


def test_geometry_and_empty_cells_are_said_in_words(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    assert "POINT (3.001 50.6)" in text
    assert '<span class="visually-hidden">vide</span>' in text


def test_every_version_can_be_taken_away(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}/versions").text
    for number in (1, 2):
        assert f'href="/data/stations@{number}.parquet"' in text
        assert f'"stations@{number}"' in text.replace("&#34;", '"')
    assert 'href="/data/stations.csv?excel=fr"' in pages.get(PAGE).text


def test_many_versions_come_in_pages(pages: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pages.dataset.versions.VERSIONS_SHOWN", 1)
    first = pages.get(f"{PAGE}/versions").text
    assert "Versions 1–1 sur 2" in first
    assert "stations@2.parquet" in first
    assert "stations@1.parquet" not in first
    assert f'href="{PAGE}/versions?page=2"' in first
    second = pages.get(f"{PAGE}/versions?page=2").text
    assert "stations@1.parquet" in second
    assert '<span class="badge">' not in second.partition("<tbody>")[2]
    assert "Cette page n’existe pas" in pages.get(f"{PAGE}/versions?page=9").text


def test_column_has_its_label_and_rules_in_the_readers_language(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets/stations-de-velos/columns").text
    assert "<b>INSEE-code</b>" in text
    assert "verplicht" in text


def test_draft_says_what_is_wrong_in_plain_words(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets/parcs-jardins-b").text
    assert "1 fout houdt de publicatie tegen" in text
    assert "<code>docks</code>: <code>type-error</code>" in text
    report = pages.get("/nl/datasets/parcs-jardins-b/drafts/csv/report").text
    assert "<code>type-error</code>" in report
    assert "puntkomma" in report


def test_values_of_a_refused_file_are_for_stewards(
    sample_app: Flask, sample_services: Services
) -> None:
    """A file may have been refused because nobody should read what it holds."""
    store = sample_services.store
    paths = (
        "/en/datasets/parcs-jardins-b",
        "/en/datasets/parcs-jardins-b/drafts/csv/report",
        "/api/v1/datasets/parcs-jardins-b",
    )
    seen: dict[str | None, list[bool]] = {}
    for role in (None, Role.VIEWER, Role.DEVELOPER, Role.STEWARD, Role.ADMIN):
        reader = sample_app.test_client()
        if role is not None:
            user = accounts.add_user(store, name=f"d-{role}", role=role.value, password_hash=HASH)
            accounts.begin_session(store, user.id, sha256(f"d-{role}"), from_now(hours=1))
            reader.set_cookie(COOKIE, f"d-{role}")
        answers = [reader.get(path) for path in paths]
        seen[role] = ["many" in answer.text for answer in answers]
        assert all("type-error" in answer.text or role for answer in answers)
        if role is not None:
            assert all("public" not in answer.headers["Cache-Control"] for answer in answers)
    hidden, shown = [False] * 3, [True] * 3
    assert seen == {
        None: hidden,
        Role.VIEWER: hidden,
        Role.DEVELOPER: hidden,
        Role.STEWARD: shown,
        Role.ADMIN: shown,
    }


def test_a_token_sees_values_of_a_refused_file_only_for_publishing(
    pages: FlaskClient, sample_services: Services
) -> None:
    store = sample_services.store
    user = accounts.add_user(store, name="d-token", role="steward", password_hash=HASH)
    for scope, is_shown in (("read", False), ("publish", True)):
        secret, _ = make_token(
            store, user_id=user.id, role=Role.STEWARD, label=scope, scopes=[scope], days=1
        )
        headers = {"Authorization": f"Bearer {secret}"}
        answer = pages.get("/en/datasets/parcs-jardins-b/drafts/csv/report", headers=headers)
        assert ("many" in answer.text) is is_shown
        assert "public" not in answer.headers["Cache-Control"]


def test_missing_licence_is_said(pages: FlaskClient) -> None:
    assert "non précisée" in pages.get("/fr/datasets/parcs-jardins-b").text


def test_first_table_is_the_first_of_the_publisher(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets/horaires-des-bus").text
    assert text.index("?table=zones") < text.index("?table=arrets")
    assert "SELECT+*%0AFROM+zones" in text.replace("%20", "+").replace("%2A", "*")


def test_address_in_a_cell_is_a_link_and_nothing_else_is(pages: FlaskClient) -> None:
    text = pages.get("/fr/datasets/horaires-des-bus?table=arrets").text
    assert '<a href="https://example.org/a" rel="nofollow noopener">' in text
    assert 'href="javascript' not in text


def test_next_rows_lead_back_to_the_preview(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    assert f'rel="next" href="{PAGE}?page=2#rows"' in text


def test_date_of_the_data_is_the_publishers_and_is_said_once(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    assert "1er janvier 2016" in text
    assert "Description modifiée" not in text
    assert "Description modifiée" in pages.get("/fr/datasets/forum").text
    card = _card(pages.get("/fr/").text, "stations-de-velos")
    assert "Données du" in card
    assert "1er janvier 2016" in card
    assert "Reçues ici le" in _card(pages.get("/fr/").text, "luchtkwaliteit-in-kortrijk")


def test_sides_are_those_that_the_data_cover(pages: FlaskClient) -> None:
    card = _card(pages.get("/fr/datasets").text, "forum")
    assert "France" in card
    assert "Transfrontalier" not in card


def test_licence_and_date_stand_above_the_preview(pages: FlaskClient) -> None:
    text = pages.get(PAGE).text
    facts = text.index('class="card-tags"')
    assert facts < text.index("Données du") < text.index('id="rows"')


def _card(text: str, dataset_id: str) -> str:
    cards = text.split('<article class="card')[1:]
    return next(card for card in cards if f'/datasets/{dataset_id}"' in card)


def test_filter_is_told_in_a_sentence_and_carried_by_every_link(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}?docks__gte=245000&sort=docks&desc=1").text
    assert "4 lignes sur 250 où Docks est au moins 245000, par Docks décroissant" in text
    assert "00249" in text
    assert "00100" not in text
    for extension in ("csv", "xlsx", "json", "parquet"):
        assert (
            f'href="/data/stations.{extension}?docks__gte=245000&amp;sort=docks&amp;desc=1"' in text
        )
    assert "WHERE+%22docks%22+%3E%3D+245000" in text.replace("%20", "+")


def test_form_of_a_column_leads_to_the_view_that_it_asks_for(pages: FlaskClient) -> None:
    answer = pages.get(f"{PAGE}?insee__contains=1&on=docks&op=gte&value=20")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{PAGE}?insee__contains=1&docks__gte=20"


def test_bar_of_a_histogram_leads_to_the_rows_that_it_counts(pages: FlaskClient) -> None:
    text = pages.get(f"{PAGE}?on=docks").text
    bars = re.findall(r'<li><a href="([^"]*docks__gte[^"]*)"[^>]*>.*?facet-count">(\d+)', text)
    assert bars
    for address, count in bars:
        found = pages.get(html.unescape(address)).text
        assert f"{count} lignes sur 250" in found


def test_filter_that_fits_no_column_is_said_and_every_row_is_shown(pages: FlaskClient) -> None:
    answer = pages.get(f"{PAGE}?nowhere__eq=1")
    assert answer.status_code == 400
    assert "Il n’y a pas de colonne « nowhere »" in answer.text
    assert "00007" in answer.text


def test_number_of_a_row_leads_to_that_row_for_ever(pages: FlaskClient) -> None:
    assert f'{PAGE}/rows/8?version=2"' in pages.get(PAGE).text
    text = pages.get(f"{PAGE}/rows/8?version=1").text
    assert "00007" in text
    assert "version plus récente" in text


def test_snippets_ask_for_the_rows_that_are_shown(pages: FlaskClient) -> None:
    text = html.unescape(pages.get(f"{PAGE}?docks__gte=246000").text)
    assert "/api/v1/tables/stations/rows?docks__gte=246000" in text
    assert "/data/stations.parquet?docks__gte=246000" in text
    assert 'WHERE "docks" >= 246000' in text
