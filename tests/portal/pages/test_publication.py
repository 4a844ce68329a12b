"""What is not published yet is no dataset for readers, and no page says that something was."""

import re

from flask.testing import FlaskClient

DRAFT_ONLY = "parcs-jardins-b"


def test_file_that_never_passed_its_check_is_on_no_list(pages: FlaskClient) -> None:
    for path in ("/fr/", "/fr/datasets", "/fr/datasets?q=parcs"):
        assert f"/datasets/{DRAFT_ONLY}" not in pages.get(path).text
    assert "Tournai</a>" not in pages.get("/fr/datasets").text
    assert pages.get(f"/fr/datasets/{DRAFT_ONLY}").status_code == 200


def test_home_counts_what_is_published(pages: FlaskClient) -> None:
    figures = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", pages.get("/en/").text)
    assert dict(figures)["datasets"] == "4"
    assert dict(figures)["publishers"] == "3"


def test_waiting_file_says_truly_whether_something_was_published(pages: FlaskClient) -> None:
    never = pages.get(f"/nl/datasets/{DRAFT_ONLY}").text
    assert "Er is nog niets van gepubliceerd." in never
    assert "nieuwer bestand" not in never
    newer = pages.get("/nl/datasets/luchtkwaliteit-in-kortrijk").text
    assert "Er wacht een nieuwer bestand" in newer
    assert "Wat al gepubliceerd was, blijft zoals het is." in newer
