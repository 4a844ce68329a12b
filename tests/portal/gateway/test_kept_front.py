"""What is kept is given by the event loop: the same answer, to those whom it is for, while it is
true.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from catalogue.store import datasets
from portal.gateway import Gateway
from portal.gateway.kept_front import KeptFront, RecentState
from portal.kept import forget
from portal.services import Services
from tests.factories import dataset
from tests.portal.gateway.asking import Answered, asked, loop_beside

PAGE = "/fr/datasets/stations-de-velos"
TABLES = "/api/v1/tables?limit=5"


Ask = Callable[..., Answered]


@pytest.fixture
def made(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses whose answers the application makes from now on."""
    seen: list[str] = []
    usual = own_app.wsgi_app

    def spy(environ: Any, start_response: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        return usual(environ, start_response)

    forget(own_app)
    monkeypatch.setattr(own_app, "wsgi_app", spy)
    return seen


@pytest.fixture
def ask(own_app: Flask) -> Iterator[Ask]:
    """Ask the gateway, as the server does."""
    with loop_beside() as run:
        gateway = Gateway(own_app, threads=1, front=KeptFront(own_app))

        def get(address: str, method: str = "GET", **headers: str) -> Answered:
            return run(asked(gateway, address, method, headers))

        yield get


@pytest.mark.parametrize("address", [PAGE, TABLES, "/api/v1/datasets?q=velo", "/healthz"])
def test_an_answer_is_made_once_and_given_the_same(ask: Ask, made: list[str], address: str) -> None:
    first, second = ask(address), ask(address)
    assert first.status == 200
    assert first == second
    assert len(made) == 1


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (PAGE, {"Cookie": "session=x"}),
        (PAGE, {"Authorization": "Bearer x"}),
        (PAGE, {"Host": "evil.example"}),
        (PAGE, {"X_Forwarded_Host": "evil.example"}),
        (PAGE, {"Accept_Encoding": "gzip"}),
        (PAGE, {"If_Modified_Since": "Wed, 25 Nov 2026 00:00:00 GMT"}),
        (TABLES, {"Cookie": "lang=nl"}),
        (TABLES, {"Accept_Language": "nl"}),
        (TABLES, {"Range": "bytes=0-9"}),
    ],
)
def test_what_may_be_another_answer_is_made(
    ask: Ask, made: list[str], address: str, headers: dict[str, str]
) -> None:
    ask(address, Accept_Language="en")
    ask(address, **{"Accept_Language": "en", **headers})
    assert len(made) == 2
    assert b"evil.example" not in ask(address, Accept_Language="en").body


def test_the_language_of_a_page_is_that_of_its_address(ask: Ask, made: list[str]) -> None:
    ask(PAGE)
    ask(PAGE, Accept_Language="nl", Cookie="lang=en")
    assert len(made) == 1


@pytest.mark.parametrize("address", [PAGE, TABLES])
def test_who_holds_it_is_told_that_it_is_unchanged(ask: Ask, made: list[str], address: str) -> None:
    etag = ask(address).headers["etag"]
    again = ask(address, If_None_Match=f'"other", {etag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["content-security-policy"]
    assert "content-length" not in again.headers
    assert ask(address, If_None_Match='W/"other"').status == 200
    assert len(made) == 1


def test_a_head_says_how_long_the_answer_is(ask: Ask, made: list[str]) -> None:
    whole, head = ask(PAGE), ask(PAGE, method="HEAD")
    assert (head.headers, head.body) == (whole.headers, b"")
    assert len(made) == 1


def test_uses_count_as_ever_but_for_robots(
    ask: Ask, made: list[str], own_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []
    monkeypatch.setattr(own_services.usage, "count", lambda *what: counted.append(what))
    etag = ask(PAGE).headers["etag"]
    ask(PAGE)
    for headers in (
        {"User_Agent": "Googlebot/2.1"},
        {"Sec_Purpose": "prefetch"},
        {"If_None_Match": etag},
    ):
        ask(PAGE, **headers)
    assert len(made) == 1
    assert len(counted) == 2
    assert counted[0] == counted[1]


def test_a_change_is_seen_within_two_seconds(
    ask: Ask, made: list[str], own_services: Services
) -> None:
    ask(TABLES)
    ask(TABLES)
    datasets.save(own_services.store, dataset(remote_id="newer", title={"fr": "Plus récent"}))
    ends_at = time.monotonic() + 2
    while len(made) == 1 and time.monotonic() < ends_at:
        ask(TABLES)
        time.sleep(0.02)
    assert len(made) == 2


def test_who_writes_reads_what_was_written(
    ask: Ask, made: list[str], own_services: Services
) -> None:
    ask("/healthz")
    ask("/healthz")
    datasets.save(own_services.store, dataset(remote_id="newest", title={"fr": "Dernier"}))
    ask("/nowhere", method="POST")
    ask("/healthz")
    assert made == ["/healthz", "/nowhere", "/healthz"]


def test_a_state_that_was_read_before_a_change_is_not_taken_for_the_one_after() -> None:
    states = iter("ab")

    def read() -> str:
        state = next(states)
        time.sleep(0.05)
        return state

    async def both() -> tuple[object, object]:
        recent = RecentState(read)
        earlier = asyncio.ensure_future(recent.now())
        await asyncio.sleep(0.01)
        recent.forget()
        return await recent.now(), await earlier

    with loop_beside() as run:
        assert run(both()) == ("b", "a")
