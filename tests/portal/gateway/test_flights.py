"""Of many who ask the same at once, one has it made; nobody is given what is another's."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from threading import Event, Lock
from typing import Any

import pytest
from flask import Flask, g

from catalogue.store import datasets
from portal.gateway import Gateway
from portal.gateway.flights import Ending, Flights
from portal.gateway.kept_front import KeptFront
from portal.kept import forget
from portal.services import Services
from tests.factories import dataset
from tests.portal.gateway.asking import Answered, asked, loop_beside

PAGE = "/fr/datasets/stations-de-velos"
ROWS = "/api/v1/tables?limit=5"
MANY = 12
SOON_S = 0.3


class Held:
    """An application that answers when it is let, and tells what it was asked."""

    def __init__(self, app: Flask) -> None:
        self.asked: list[str] = []
        self.may_answer = Event()
        self.first_fails = False
        self._usual = app.wsgi_app
        self._lock = Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self._lock:
            self.asked.append(environ["PATH_INFO"])
            is_first = len(self.asked) == 1
        assert self.may_answer.wait(20)
        if self.first_fails and is_first:
            raise OSError("the disk went away")
        return self._usual(environ, start_response)


AskMany = Callable[..., list[Answered]]


@pytest.fixture
def held(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Held:
    forget(own_app)
    application = Held(own_app)
    monkeypatch.setattr(own_app, "wsgi_app", application)
    return application


@pytest.fixture
def ask_many(own_app: Flask, held: Held) -> Iterator[AskMany]:
    """Ask all at once; the application answers when everybody has asked."""
    gateway = Gateway(own_app, threads=MANY, front=KeptFront(own_app))

    async def all_of(requests: list[tuple[str, dict[str, str]]]) -> list[Any]:
        asking = [
            asyncio.ensure_future(asked(gateway, address, headers.pop("method", "GET"), headers))
            for address, headers in requests
        ]
        await asyncio.sleep(SOON_S)
        held.may_answer.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    with loop_beside() as run:
        yield lambda *requests: run(all_of([(a, dict(h)) for a, h in requests]))


@pytest.mark.parametrize("address", [PAGE, ROWS, "/healthz", "/api/v1/datasets?q=velo"])
def test_what_many_ask_at_once_is_made_once(ask_many: AskMany, held: Held, address: str) -> None:
    answers = ask_many(*[(address, {})] * MANY)
    assert len(held.asked) == 1
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_every_waiting_reader_counts_as_a_use(
    ask_many: AskMany, own_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []
    monkeypatch.setattr(own_services.usage, "count", lambda *what: counted.append(what))
    ask_many(*[(PAGE, {})] * 3, (PAGE, {"User_Agent": "Googlebot/2.1"}))
    assert len(counted) == 3


def test_an_answer_that_is_not_kept_is_shared_by_those_who_wait(
    own_app: Flask, ask_many: AskMany, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = own_app.view_functions["dataset.show"]

    def incomplete(**names: str) -> Any:
        answer = usual(**names)
        g.page_etag = None  # as where a profile is still being made
        return answer

    monkeypatch.setitem(own_app.view_functions, "dataset.show", incomplete)
    ask_many(*[(PAGE, {})] * MANY)
    assert len(held.asked) == 1
    ask_many((PAGE, {}))
    assert len(held.asked) == 2


def test_what_may_be_for_one_reader_is_made_for_each(ask_many: AskMany, held: Held) -> None:
    apart = [
        {"Cookie": "session=x"},
        {"Cookie": "session=x"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer x"},
        {"Range": "bytes=0-9"},
        {"Host": "another.example"},
        {"Accept_Encoding": "gzip"},
    ]
    answers = ask_many((PAGE, {}), *[(PAGE, headers) for headers in apart])
    assert len(held.asked) == 1 + len(apart)
    assert [b"another.example" in answer.body for answer in answers].count(True) == 1


def test_languages_are_not_mixed(ask_many: AskMany, held: Held) -> None:
    answers = ask_many(*[(ROWS, {"Accept_Language": lang}) for lang in ("fr", "nl") * 3])
    assert len(held.asked) == 2
    assert [answer.headers.get("content-language") for answer in answers[:2]] == [
        answer.headers.get("content-language") for answer in answers[2:4]
    ]


@pytest.mark.parametrize("address", ["/fr/datasets/nothing-here", "/fr/sql", "/api/v1/tables/no"])
def test_errors_and_pages_that_are_never_kept_are_made_for_each(
    ask_many: AskMany, held: Held, address: str
) -> None:
    answers = ask_many(*[(address, {})] * 4)
    assert len(held.asked) == 4
    assert len({answer.status for answer in answers}) == 1


def test_a_failure_of_the_first_is_nobody_elses(ask_many: AskMany, held: Held) -> None:
    held.first_fails = True
    answers = ask_many(*[(PAGE, {})] * MANY)
    assert len(held.asked) == 2
    failed = [answer for answer in answers if isinstance(answer, OSError)]
    assert len(failed) == 1
    assert [a.status for a in answers if a not in failed] == [200] * (MANY - 1)


def test_who_holds_an_answer_already_leaves_the_making_to_another(
    own_app: Flask, ask_many: AskMany, held: Held
) -> None:
    (first,) = ask_many((PAGE, {}))
    forget(own_app)
    etag = first.headers["etag"]
    answers = ask_many((PAGE, {"If_None_Match": etag}), *[(PAGE, {})] * 3)
    assert [answer.status for answer in answers] == [304, 200, 200, 200]
    assert len(held.asked) == 3


def test_a_head_waits_and_makes_nothing_for_others(ask_many: AskMany, held: Held) -> None:
    whole, head = ask_many((PAGE, {}), (PAGE, {"method": "HEAD"}))
    assert len(held.asked) == 1
    assert (head.headers, head.body) == (whole.headers, b"")


def test_the_first_who_leaves_takes_nobody_along(own_app: Flask, held: Held) -> None:
    gateway = Gateway(own_app, threads=2, front=KeptFront(own_app))

    async def leave() -> Answered:
        first = asyncio.ensure_future(asked(gateway, PAGE, "GET", {}))
        await asyncio.sleep(SOON_S / 3)
        second = asyncio.ensure_future(asked(gateway, PAGE, "GET", {}))
        await asyncio.sleep(SOON_S / 3)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        held.may_answer.set()
        return await second

    with loop_beside() as run:
        assert run(leave()).status == 200


def test_who_asks_after_a_change_is_not_given_what_was_begun_before_it(
    own_app: Flask, own_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(own_app)
    has_begun, may_end = Event(), Event()
    name = next(rule.endpoint for rule in own_app.url_map.iter_rules() if rule.rule == "/healthz")
    usual = own_app.view_functions[name]

    def slow() -> Any:
        answer = usual()
        has_begun.set()
        assert may_end.wait(20)
        return answer

    monkeypatch.setitem(own_app.view_functions, name, slow)
    front = KeptFront(own_app)
    gateway = Gateway(own_app, threads=4, front=front)

    async def both() -> tuple[Answered, list[Answered]]:
        early = asyncio.ensure_future(asked(gateway, "/healthz", "GET", {}))
        await asyncio.to_thread(has_begun.wait, 20)
        await asyncio.to_thread(
            datasets.save, own_services.store, dataset(remote_id="mid", title={"fr": "Entre"})
        )
        front.has_changed()
        late = [asyncio.ensure_future(asked(gateway, "/healthz", "GET", {})) for _ in range(3)]
        await asyncio.sleep(SOON_S)
        may_end.set()
        return await early, await asyncio.gather(*late)

    with loop_beside() as run:
        early, late = run(both())
    assert len({answer.body for answer in late}) == 1
    assert late[0].body != early.body


def test_a_flight_that_takes_too_long_is_waited_for_no_longer() -> None:
    async def fly() -> None:
        flights = Flights(within_s=0.05)
        first = flights.begin(("a",))
        assert flights.under_way(("a",)) is first
        assert flights.under_way(("b",)) is None
        await asyncio.sleep(0.1)
        assert flights.under_way(("a",)) is None
        second = flights.begin(("a",))
        flights.end(first, Ending.ALONE)
        assert flights.under_way(("a",)) is second
        flights.end(second, Ending.AGAIN)
        flights.end(second, Ending.ALONE)
        assert flights.under_way(("a",)) is None
        assert second.landed.result() is Ending.AGAIN

    with loop_beside() as run:
        run(fly())
