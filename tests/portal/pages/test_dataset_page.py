"""The page of a dataset: preview, columns, downloads, versions, drafts, languages."""

from flask.testing import FlaskClient

PAGE = "/fr/datasets/stations-de-velos"


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
    text = pages.get(PAGE).text
    for number in (1, 2):
        assert f'href="/data/stations@{number}.parquet"' in text
        assert f'"stations@{number}"' in text.replace("&#34;", '"')
    assert 'href="/data/stations.csv?excel=fr"' in text


def test_column_has_its_label_and_rules_in_the_readers_language(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets/stations-de-velos").text
    assert "<b>INSEE-code</b>" in text
    assert "verplicht" in text


def test_draft_says_what_is_wrong_in_plain_words(pages: FlaskClient) -> None:
    text = pages.get("/nl/datasets/parcs-jardins-b").text
    assert "1 fout houdt de publicatie tegen" in text
    report = pages.get("/nl/datasets/parcs-jardins-b/drafts/csv/report").text
    assert "&lt;b&gt;many&lt;/b&gt;" in report
    assert "puntkomma" in report


def test_missing_licence_is_said(pages: FlaskClient) -> None:
    assert "non précisée" in pages.get("/fr/datasets/parcs-jardins-b").text
