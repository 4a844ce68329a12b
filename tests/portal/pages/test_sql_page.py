"""The SQL page without JavaScript, and what the script asks of it."""

import ast
import json
import re
import shlex
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.pages.sql_snippets import sql_snippets
from portal.pages.sql_views import chart_of


def test_answer_stands_in_the_page(pages: FlaskClient) -> None:
    text = pages.get(
        "/nl/sql", query_string={"sql": "SELECT insee, docks FROM stations LIMIT 2"}
    ).text
    assert "2 rijen" in text
    assert ">00001<" in text
    assert "stations</code> → versie 2" in text


def test_posted_query_gets_an_address(pages: FlaskClient) -> None:
    response = pages.post("/fr/sql", data={"sql": "SELECT 1 AS un"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/fr/sql?sql=SELECT+1+AS+un"
    long = f"SELECT '{'x' * 6000}' AS long"
    assert pages.post("/fr/sql", data={"sql": long}).status_code == 200


def test_error_shows_line_and_word(pages: FlaskClient) -> None:
    response = pages.get("/fr/sql", query_string={"sql": "SELECT insee,\n  dokcs\nFROM stations"})
    assert response.status_code == 400
    assert "<mark>dokcs</mark>" in response.text
    assert "Ligne 2, colonne 3" in response.text


def test_error_shows_a_name_with_its_quotes(pages: FlaskClient) -> None:
    sql = 'FROM stations WHERE insee = "Place du Lion" AND true'
    text = pages.get("/en/sql", query_string={"sql": sql}).text
    assert "<mark>&#34;Place du Lion&#34;</mark> AND" in text
    assert "between single quotes" in text


def test_refused_statement_is_said_in_words(pages: FlaskClient) -> None:
    response = pages.get("/en/sql", query_string={"sql": "DROP TABLE stations"})
    assert response.status_code == 400
    assert "not allowed" in response.text


def test_cut_answer_says_so_and_links_to_the_whole(pages: FlaskClient) -> None:
    text = pages.get("/en/sql", query_string={"sql": "SELECT * FROM range(501)"}).text
    assert "The first 500 rows" in text
    whole = re.search(r'href="(/api/v1/sql[^"]+format=csv[^"]*)"', text.replace("&amp;", "&"))
    assert whole
    with pages.get(whole[1]) as response:
        assert response.data.count(b"\n") == 502


def test_script_gets_a_piece_of_the_page(pages: FlaskClient) -> None:
    response = pages.post("/fr/sql", data={"sql": "SELECT 1"}, headers={"X-Fragment": "result"})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'id="result"' in response.text


def test_cancel_of_what_does_not_run_is_no_fault(pages: FlaskClient) -> None:
    assert pages.post("/fr/sql/cancel", data={"query_id": "none"}).status_code == 204


def test_busy_sandbox_leaves_other_pages_alone(pages: FlaskClient) -> None:
    pages.get("/fr/sql", query_string={"sql": "SELECT count(*) FROM range(3000000)"})
    assert pages.get("/fr/datasets/stations-de-velos").status_code == 200


def test_cut_answer_does_not_promise_all_rows_as_json(pages: FlaskClient) -> None:
    text = pages.get("/en/sql", query_string={"sql": "SELECT * FROM range(501)"}).text
    assert "JSON ends at 10,000 rows" in text


def test_sum_is_a_number_by_name_and_by_place(pages: FlaskClient) -> None:
    text = pages.get("/fr/sql", query_string={"sql": "SELECT sum(docks) AS n FROM stations"}).text
    head = re.search(r"<th scope=\"col\"([^>]*)>.*?</th>", text, re.DOTALL)
    assert head
    assert "cell-number" in head[1]
    assert "hugeint" not in text
    assert "nombre entier" in head[0]


def test_tables_are_listed_by_name(pages: FlaskClient) -> None:
    names = re.findall(r"<summary><code>([^<]+)</code>", pages.get("/fr/sql").text)
    assert names == sorted(names)
    assert len(names) == 4


@pytest.mark.parametrize(
    "expression",
    ["1e22", "1e300", "99999999999999999999999::hugeint", "DATE '20000-01-01'", "'infinity'::DATE"],
)
def test_values_beyond_pythons_are_shown(pages: FlaskClient, expression: str) -> None:
    response = pages.get("/fr/sql", query_string={"sql": f"SELECT {expression} AS v"})
    assert response.status_code == 200
    assert "<td" in response.text


WITH_FIELDS = "SELECT count(*) AS n FROM stations WHERE insee = $insee AND docks >= $least::INTEGER"


def test_parameters_become_fields_of_their_type(pages: FlaskClient) -> None:
    response = pages.get("/nl/sql", query_string={"sql": WITH_FIELDS})
    assert response.status_code == 400
    assert "Er ontbreekt een waarde voor: insee, least." in response.text
    assert "Vul de velden" in response.text
    assert re.search(r'name="\$insee" type="text"', response.text)
    assert re.search(r'name="\$least" type="number" step="1"', response.text)


def test_fields_keep_their_values_and_go_into_links(pages: FlaskClient) -> None:
    asked = {"sql": WITH_FIELDS, "$insee": "00001", "$least": "1", "$old": "x"}
    posted = pages.post("/en/sql", data=asked)
    assert posted.status_code == 303
    text = pages.get(posted.headers["Location"]).text
    assert 'name="$insee" type="text" value="00001"' in text
    csv = re.search(r'href="(/api/v1/sql[^"]+format=csv[^"]*)"', text.replace("&amp;", "&"))
    assert csv
    with pages.get(csv[1]) as response:
        assert response.data == b"n\r\n1\r\n"


def test_wrong_value_is_told_in_the_fragment_with_its_field(pages: FlaskClient) -> None:
    asked = {"sql": WITH_FIELDS, "$insee": '"><script>', "$least": "veel"}
    text = pages.post("/nl/sql", data=asked, headers={"X-Fragment": "result"}).text
    assert "Parameter “least”: “veel” is geen geheel getal" in text
    assert "&#34;&gt;&lt;script&gt;" in text
    assert "<script" not in text
    assert "data-parameters" in text


def test_places_of_an_answer_are_drawn(pages: FlaskClient) -> None:
    sql = (
        "SELECT * FROM (VALUES ('a', 3.06, 50.6), ('b', 200, 0), ('c', NULL, 1)) t(name, lon, lat)"
    )
    text = pages.get("/nl/sql", query_string={"sql": sql}).text
    assert "1 rij van de pagina heeft een plaats." in text
    assert text.count('class="map-mark"') == 1
    shape = "SELECT ST_Point(3.06, 50.6) AS place, '<b>' AS name"
    assert 'class="map-mark"' in pages.get("/nl/sql", query_string={"sql": shape}).text
    assert "map-still" not in pages.get("/nl/sql", query_string={"sql": "SELECT 1 AS lon"}).text


@pytest.mark.parametrize(
    ("columns", "kind", "x", "y"),
    [
        ({"day": "DATE", "n": "BIGINT"}, "line", "day", "n"),
        ({"name": "VARCHAR", "docks": "DECIMAL(8,2)"}, "bar", "name", "docks"),
        ({"year": "BIGINT", "docks": "DOUBLE"}, "line", "year", "docks"),
        ({"width": "DOUBLE", "height": "DOUBLE"}, "dot", "width", "height"),
        ({"code": "BIGINT", "name": "VARCHAR"}, None, None, None),
        ({"n": "BIGINT"}, None, None, None),
        ({"name": "VARCHAR", "list": "BIGINT[]"}, None, None, None),
    ],
)
def test_a_chart_suits_the_columns(
    columns: dict[str, str], kind: str | None, x: str | None, y: str | None
) -> None:
    chart = chart_of([{"name": name, "type": type_} for name, type_ in columns.items()])
    assert (chart and (chart.kind.value, chart.x, chart.y)) == (x and (kind, x, y))


def test_the_chart_of_an_answer_is_a_picture(pages: FlaskClient) -> None:
    sql = "SELECT 'n' || range AS name, range AS docks FROM range(60) WHERE range >= $least"
    asked = {"sql": sql, "$least": "2"}
    text = unescape(pages.get("/nl/sql", query_string=asked).text)
    assert "De eerste 40 rijen zijn getekend." in text
    address = re.search(r'src="(/nl/sql/chart\.svg[^"]+)"', text)
    assert address
    picture = pages.get(address[1])
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert ">n2<" in picture.text
    assert ">n50<" not in picture.text
    assert pages.get("/nl/sql/chart.svg", query_string={"sql": "SELECT 1"}).status_code == 404
    assert pages.get("/nl/sql/chart.svg", query_string={"sql": "DROP TABLE x"}).status_code == 400


def test_columns_of_an_answer_are_summed_up(pages: FlaskClient) -> None:
    text = pages.get("/en/sql", query_string={"sql": "SELECT docks FROM stations"}).text
    address = re.search(r'href="(/en/sql\?sql=SUMMARIZE[^"]+)"', text)
    assert address
    assert "null_percentage" in pages.get(address[1].replace("&amp;", "&")).text


def test_the_page_says_how_many_rows_were_read(pages: FlaskClient) -> None:
    text = pages.get("/nl/sql", query_string={"sql": "SELECT count(*) AS n FROM stations"}).text
    assert re.search(r"uit tabellen van [\d.]+ rijen", text)
    assert "uit tabellen" not in pages.get("/nl/sql?sql=SELECT+1").text


def test_tables_beside_the_editor_speak_the_readers_language(pages: FlaskClient) -> None:
    text = pages.get("/nl/sql?tables=stations").text
    assert "bijvoorbeeld" in text
    assert re.search(r"<summary><code>stations</code> <span[^>]*>[\d.]+ rijen", text)


HOSTILE = [
    "SELECT 1 AS one",
    "SELECT 'it''s', \"a\"\nFROM t -- é",
    "SELECT '\"\"\"' || '\\n' || ')---\"' || '</script>' || '`${x}'",
    'SELECT "x"',
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_query_in_a_program_is_the_very_query(sql: str) -> None:
    values = {"since": "2026-01-01", "n": 3, "evil": "'; $(rm) \" `"}
    codes = {one.id: one.code for one in sql_snippets(sql, values, "https://example.org")}
    for name in ("sql-pandas", "sql-polars", "sql-pyarrow"):
        tree = ast.parse(codes[name])
        given = [
            ast.literal_eval(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "sql"
        ]
        assert given == [sql]
        assert repr("'; $(rm) \" `") in codes[name]
    body = re.search(r"JSON\.stringify\((.*)\),\n\}\);", codes["sql-javascript"], re.DOTALL)
    assert body
    assert json.loads(body[1].replace("<\\/", "</")) == {"sql": sql, "params": values}
    assert "</script" not in codes["sql-javascript"]
    words = shlex.split(codes["sql-curl"].replace("\\\n", " "))
    assert json.loads(words[-1]) == {"sql": sql, "params": values}


def test_snippets_carry_the_values_of_the_fields(pages: FlaskClient) -> None:
    asked = {"sql": WITH_FIELDS, "$insee": "00001", "$least": "1"}
    text = pages.get("/en/sql", query_string=asked).text
    assert "&#39;insee&#39;: &#39;00001&#39;, &#39;least&#39;: 1" in text
    assert "Python (polars)" in text
    assert "Python (polars)" not in pages.get("/en/sql?sql=SELEC").text
