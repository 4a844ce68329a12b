"""How the datasets of a publisher stand is written down each day; its report tells the trend."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_hex

import pytest
from flask.testing import FlaskClient

from catalogue.store import accounts, publisher_days, questions
from catalogue.store.publisher_days import DayOf
from catalogue.store.questions import Kind, Status
from portal import publisher_days as daily
from portal.accounts.moments import from_now
from portal.accounts.sign_in import COOKIE, sha256
from portal.app import create_app
from portal.publisher_days import PublisherDays
from portal.services import Services
from portal.usage import today
from tests.portal.pages.sample import services_of


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("days") / "data") as made:
        yield made


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services).test_client()


def day(moment: str, in_order: int) -> DayOf:
    return DayOf(
        day=moment, dataset_count=4, in_order_count=in_order, overdue_count=4 - in_order,
        error_count=0, draft_count=0, problem_count=0, incomplete_count=1,
    )  # fmt: skip


def test_each_publisher_is_written_down_once_a_day_some_at_a_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "AT_ONCE", 1)
    days, moment = PublisherDays(services), today().isoformat()
    counts = []
    for _ in range(20):
        days.sweep()
        counts.append(len(publisher_days.kept_on(services.store, moment)))
    assert counts[:3] == [1, 2, 3]
    assert counts[-1] == counts[-2]
    (found,) = publisher_days.of(services.store, "lille", since=moment)
    assert found.dataset_count >= found.in_order_count
    assert found.dataset_count > 0


def test_the_report_tells_the_trend_in_words_and_as_data(
    services: Services, client: FlaskClient
) -> None:
    publisher_days.keep(services.store, "kortrijk", day("2001-01-01", 1))  # long past: dropped
    for in_order, ago in ((1, 30), (3, 0)):
        moment = (today() - timedelta(days=ago)).isoformat()
        publisher_days.keep(services.store, "kortrijk", day(moment, in_order))
    trend = client.get("/en/publishers/kortrijk.json").get_json()["trend"]
    assert [each["in_order_count"] for each in trend] == [1, 3]
    assert len(publisher_days.of(services.store, "kortrijk", since="2000-01-01")) == 2
    text = client.get("/en/publishers/kortrijk").text
    assert "Share of the datasets in order: 1 of 4 on" in text


def test_the_report_names_questions_without_an_answer_and_to_stewards_those_that_wait(
    services: Services, client: FlaskClient
) -> None:
    store = services.store
    for text, status in (("Where is the new bench?", Status.OPEN), ("Who counts?", None)):
        number = questions.add(
            store, "luchtkwaliteit-in-kortrijk", kind=Kind.QUESTION, text=text, language="en"
        )
        if status:
            questions.decide(store, number, status, by="s", answer=None)
    text = client.get("/en/publishers/kortrijk").text
    assert "Where is the new bench?" in text
    assert "Who counts?" not in text
    made = accounts.add_user(store, name=token_hex(4), role="steward", password_hash="x")  # noqa: S106  # never compared
    accounts.begin_session(store, made.id, sha256(made.name), from_now(hours=1))
    client.set_cookie(COOKIE, made.name)
    assert "Who counts?" in client.get("/en/publishers/kortrijk").text
    assert "Who counts?" not in client.get("/en/publishers/kortrijk.json").text
    assert "Who counts?" not in client.get("/en/publishers/lille").text
