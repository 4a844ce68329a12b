"""The pages of sources and runs: names, reasons, outcomes of single records."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from catalogue.records import (
    Change,
    Dataset,
    Distribution,
    Foreseen,
    Publisher,
    RecordOutcome,
    Run,
    RunRecord,
    Source,
)
from catalogue.store import Store, datasets, runs, sources
from catalogue.store import schema as db
from portal.accounts.roles import Role
from portal.accounts.sign_in import add_user
from portal.harvesting.likenesses import recognise
from portal.services import Services
from portal.source_states import Health, state_of

PASSWORD = "vier kleine paarden"  # noqa: S105


def test_failed_run_gives_its_reason_instead_of_zeros(pages: FlaskClient) -> None:
    row = _row(pages.get("/nl/sources").text, "Essai")
    assert "mislukt" in row
    assert re.search('<p class="reason">[^<]{10,}</p>', row)
    assert "<b>0</b>" not in row


@pytest.mark.parametrize(
    ("lang", "name"), [("fr", "Données de départ"), ("nl", "Startgegevens"), ("en", "Starter data")]
)
def test_source_without_a_title_has_a_readable_name(
    pages: FlaskClient, lang: str, name: str
) -> None:
    text = pages.get(f"/{lang}/sources").text
    assert f">{name}</a>" in text
    assert ">odwb.be</a>" in text
    assert f'<h1 class="page-title">{name}</h1>' in pages.get(f"/{lang}/sources/starter").text


def test_one_record_is_not_many(pages: FlaskClient) -> None:
    text = pages.get("/fr/sources/test/runs/1").text
    assert "<td>ajoutée</td>" in text
    assert "ajoutées" in text


def _row(text: str, name: str) -> str:
    rows: list[str] = re.findall(r"<tr.*?</tr>", text, re.DOTALL)
    return next(row for row in rows if name in row)


def test_dry_run_tells_each_field_and_table_in_words(
    own_pages: FlaskClient, own_services: Services
) -> None:
    store = own_services.store
    record = RunRecord(
        remote_id="velos",
        outcome=RecordOutcome.CHANGED,
        title={"fr": "Vélos"},
        changes=[Change(field="title.fr", before="<b>Velos</b>", after="Vélos")],
        files=[Foreseen(file="velos.csv", outcome="version", row_count=1)],
    )
    run = runs.finish(store, runs.begin(store, "test"), status="dry-run", records=[record])
    text = own_pages.get(f"/fr/sources/test/runs/{run.id}").text
    assert "serait modifiée" in text
    assert "rien n’a été changé" in text
    assert "<del>&lt;b&gt;Velos&lt;/b&gt;</del>" in text
    assert "une nouvelle version, 1 ligne" in text
    told = own_pages.get(f"/api/v1/runs/{run.id}").get_json()["records"][0]
    assert told["changes"] == [{"field": "title.fr", "before": "<b>Velos</b>", "after": "Vélos"}]
    assert told["files"][0]["outcome"] == "version"


def test_sources_have_a_state_a_strip_and_a_next_run(pages: FlaskClient) -> None:
    text = pages.get("/nl/sources").text
    row = _row(text, "Essai")
    assert "mislukt" in row
    assert 'aria-label="De laatste oogsten: 1 geslaagd, 1 mislukt"' in row
    assert len(re.findall(r"<rect", row)) == 2
    assert "nog niet geoogst" in _row(text, "odwb.be")
    told = {each["source"]["id"]: each for each in pages.get("/api/v1/sources").json["results"]}
    assert told["test"]["health"] == "failing"
    assert (told["odwb"]["health"], told["odwb"]["next_run_at"]) == ("never", None)
    assert told["starter"]["next_run_at"] in text or told["starter"]["next_run_at"][:10] in text


@pytest.mark.parametrize(
    ("hours_ago", "health"), [(1, Health.FINE), (48, Health.FINE), (50, Health.LATE)]
)
def test_source_that_missed_a_turn_is_late(
    own_services: Services, hours_ago: int, health: Health
) -> None:
    store = own_services.store
    source = Source(id="daily", protocol="ckan", url="https://example.org", every_hours=24)
    sources.save_all(store, [source])
    run = runs.finish(store, runs.begin(store, "daily"), status="done", records=[])
    _put_back(own_services, run, timedelta(hours=hours_ago))
    assert state_of(store, source).health is health


def test_feed_tells_what_runs_changed_and_leaves_out_those_that_changed_nothing(
    own_pages: FlaskClient, own_services: Services
) -> None:
    store = own_services.store
    runs.finish(store, runs.begin(store, "test"), status="done", records=[])
    feed = own_pages.get("/fr/sources/test.atom")
    assert feed.mimetype == "application/atom+xml"
    assert feed.text.count("<entry>") == 1
    assert "Stations de vélos" in feed.text
    assert "/fr/sources/test/runs/1<" in feed.text
    assert own_pages.get("/fr/sources.atom").text.count("<entry>") == 1
    assert own_pages.get("/nl/sources/starter.atom").text.count("<entry>") == 0
    assert own_pages.get("/nl/sources/none.atom").status_code == 404


def test_only_a_steward_sees_and_presses_the_buttons(
    own_app: Flask, own_services: Services
) -> None:
    for name, role in (("eva", Role.STEWARD), ("wim", Role.VIEWER)):
        add_user(own_services.store, name=name, role=role, password=PASSWORD)
    for name, seen, status in (("eva", True, 503), ("wim", False, 403), (None, False, 401)):
        client = own_app.test_client()
        if name:
            client.post("/fr/sign-in", data={"name": name, "password": PASSWORD})
        assert ("Moissonner maintenant" in client.get("/fr/sources/test").text) is seen
        answer = client.post("/fr/sources/test", data={"run": "dry-run"})
        assert answer.status_code == status
        if name == "eva":  # there is no worker on this folder, and the page says so
            assert 'role="alert"' in answer.text
            assert client.post("/fr/sources/test", data={"run": "all"}).status_code == 400


def _put_back(services: Services, run: Run, by: timedelta) -> None:
    moment = (datetime.now(UTC) - by).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with services.store.write() as connection:
        connection.execute(sa.update(db.run).where(db.run.c.id == run.id).values(started_at=moment))


def test_a_steward_splits_and_joins_what_came_through_two_portals(
    own_app: Flask, own_services: Services
) -> None:
    store = own_services.store
    ids = [_put(store, source) for source in ("test", "odwb")]
    for source in ("test", "odwb"):
        recognise(store, source)
    add_user(store, name="nora", role=Role.STEWARD, password=PASSWORD)
    client = own_app.test_client()
    form = {"first": min(ids), "second": max(ids), "verdict": "different"}
    assert client.post("/nl/duplicates", data=form).status_code == 401
    seen = client.get("/nl/duplicates").text
    assert "de adressen van hun bestanden" in seen
    assert "<button" not in _row(seen, ids[0])
    told = client.get("/api/v1/duplicates").json
    assert [(each["reason"], each["verdict"]) for each in told["recognised"]] == [("files", None)]
    second = client.get(f"/api/v1/datasets/{ids[1]}").json
    assert second["same_as"] == ids[0]
    assert 'rel="canonical"' in client.get(f"/fr/datasets/{ids[1]}").text
    assert "odwb.be</a>" in client.get(f"/fr/datasets/{ids[0]}").text
    client.post("/nl/sign-in", data={"name": "nora", "password": PASSWORD})
    assert client.post("/nl/duplicates", data={**form, "verdict": "?"}).status_code == 400
    assert client.post("/nl/duplicates", data={**form, "first": "?"}).status_code == 404
    assert client.post("/nl/duplicates", data=form).status_code == 303
    assert client.get(f"/api/v1/datasets/{ids[1]}").json["same_as"] is None
    assert ">nora," in client.get("/nl/duplicates").text


def _put(store: Store, source: str) -> str:
    file = Distribution(remote_id="1", url="https://example.org/trees.csv", format="csv")
    record = Dataset(
        source_id=source,
        remote_id="trees",
        title={"en": f"Trees of {source}"},
        publisher=Publisher(id=source, title={"fr": source}),
        distributions=[file],
    )
    return datasets.save(store, record)[0]
