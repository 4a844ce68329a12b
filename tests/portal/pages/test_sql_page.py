"""The SQL page without JavaScript, and what the script asks of it."""

import re

import pytest
from flask.testing import FlaskClient


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
