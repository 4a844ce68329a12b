"""The privacy gate: what is held, who decides, what is kept of it, and what nobody sees."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from flask.testing import FlaskClient

import tablecheck
from catalogue.resources import folder
from catalogue.search import SearchIndex
from catalogue.store import Store, accounts, datasets, open_store, privacy, versions
from catalogue.store.versions import Slot
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.publishing import Publication, publish_file
from portal.services import Services
from portal.settings import Settings
from tablecheck.privacy import suspicions

NISS = "85.07.30-033.28"
PEOPLE = f"club,numero_registre_national\nA,{NISS}\nB,85073003328\n"
SLOT = Slot(dataset_id="clubs", distribution_id="file", part="")
DECIDE = "/nl/datasets/clubs/drafts/file/privacy"


@pytest.mark.parametrize(("name", "values", "kind"), [
    ("rijksregisternummer", [NISS, ""], "niss"),
    ("x", [NISS, "00012556777", "85073003328"], "niss"),
    ("numero", ["00000000001", "12345678901", "98765432109"], None),
    ("nir", ["295109912611193"], "nir"),
    ("rekening", ["BE68 5390 0754 7034", "FR14 2004 1010 0505 0001 3M02 606"], "iban"),
    ("mail", ["jan.peeters@gmail.com", "an@telenet.be", "info@kortrijk.be"], "email"),
    ("mail", ["info@kortrijk.be", "mairie@ville-roubaix.fr", "secretariat.mairie@orange.fr",
              "contact@gmail.com", "bibliotheek@kortrijk.be"], None),
    ("mail", ["jeanne.dupont@ville.fr", "marc.leroy@ville.fr"], "email"),
    ("gsm", ["0470 12 34 56", "+32 470 12 34 56", "06 12 34 56 78"], "phone"),
    ("telephone", ["03 20 49 50 00", "056 27 70 00"], None),
    ("telephone", ["06 12 34 56 78"], None),
    ("siret", ["73282932000074", "35600000000048"], None),
    ("kbo", ["0403019261", "0403.019.261"], None),
])  # fmt: skip
def test_column_is_flagged_by_what_it_holds(name: str, values: list[str], kind: str | None) -> None:
    found = suspicions(pa.table({name: values}))
    assert [each.kind for each in found] == ([kind] if kind else [])


def test_birth_dates_are_flagged_beside_names_only() -> None:
    dates = pa.array(["01/02/1980"])
    people = pa.table({"Nom": ["a"], "Prénom": ["b"], "Date de naissance": dates})
    assert [each.column for each in suspicions(people)] == ["Date de naissance"]
    people = pa.table({"achternaam": ["a"], "voornaam": ["b"], "geboortedatum": dates})
    assert [each.kind for each in suspicions(people)] == ["person"]
    assert not suspicions(pa.table({"Prénom": ["b"], "année de naissance": ["1980"]}))


def test_starter_data_are_left_alone() -> None:
    for file in folder("starter").rglob("*.csv"):
        for extract in tablecheck.read(file):
            assert extract.table is not None
            assert not suspicions(extract.table), file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store, sample_services: Services) -> Iterator[FlaskClient]:
    search = SearchIndex()
    services = Services(Settings(data=store.folder), store, search, sample_services.sandbox)
    yield create_app(services).test_client()
    search.close()


def publish(store: Store, tmp_path: Path, text: str) -> None:
    file = tmp_path / "clubs.csv"
    file.write_text(text)
    publish_file(store, file, Publication(title="Clubs", language="nl"))


def sign_in(client: FlaskClient, store: Store, role: Role) -> None:
    account = accounts.add_user(store, name=f"the-{role}", role=role.value, password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, account.id, sha256(role.value), from_now(hours=1))
    client.set_cookie(COOKIE, role.value)


def test_file_waits_until_a_steward_publishes_it_and_is_asked_about_once(
    client: FlaskClient, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    publish(store, tmp_path, PEOPLE)
    report = "/nl/datasets/clubs/drafts/file/report"
    assert client.post(DECIDE, data={"verdict": "publish", "reason": "x"}).status_code in (401, 403)
    assert NISS not in client.get(report).text
    sign_in(client, store, Role.STEWARD)
    page = client.get(report).text
    assert "Toch publiceren" in page
    assert "rijksregisternummers" in page
    assert NISS not in page
    assert client.post(DECIDE, data={"verdict": "publish"}).status_code == 400
    assert client.post(DECIDE, data={"verdict": "keep", "reason": "x"}).status_code == 400
    assert not versions.history(store, "clubs")
    answer = client.post(DECIDE, data={"verdict": "publish", "reason": "Openbaar register"})
    assert answer.status_code == 303
    assert [version.n for version in versions.history(store, "clubs")] == [1]
    assert not datasets.get(store, "clubs").drafts
    (decision,) = privacy.decisions(store, SLOT)
    assert (decision.reason, decision.decided_by) == ("Openbaar register", "the-steward")
    assert decision.flags == ["numero_registre_national (niss)"]
    publish(store, tmp_path, PEOPLE + "C,\n")
    assert len(versions.history(store, "clubs")) == 2
    publish(store, tmp_path, "club,numero_registre_national,iban\nA,,BE68539007547034\n")
    assert len(versions.history(store, "clubs")) == 2
    assert len(datasets.get(store, "clubs").drafts) == 1
    assert "privacy-decided" in caplog.text
    assert "85073003328" not in caplog.text
    assert NISS not in caplog.text


def test_withdrawn_file_stays_away_and_published_data_stay(
    client: FlaskClient, store: Store, tmp_path: Path
) -> None:
    publish(store, tmp_path, "club\nA\n")
    publish(store, tmp_path, PEOPLE)
    sign_in(client, store, Role.STEWARD)
    assert client.post(DECIDE, data={"verdict": "withdraw"}).status_code == 303
    assert not datasets.get(store, "clubs").drafts
    publish(store, tmp_path, PEOPLE + "C,\n")
    assert not datasets.get(store, "clubs").drafts, "decided before: nobody is asked again"
    assert [version.row_count for version in versions.history(store, "clubs")] == [1]
    publish(store, tmp_path, "club\nA\nB\n")
    assert len(versions.history(store, "clubs")) == 2


def test_draft_with_other_errors_cannot_be_published_so(
    client: FlaskClient, store: Store, tmp_path: Path
) -> None:
    publish(store, tmp_path, "a,b\n1,2,3\n")
    sign_in(client, store, Role.STEWARD)
    path = DECIDE.replace("clubs", datasets.of_source(store, "published")[0].id)
    assert client.post(path, data={"verdict": "publish", "reason": "x"}).status_code == 409
