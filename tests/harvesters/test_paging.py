"""Paging never loses and never repeats a record, or says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import FetchError
from harvesters.paging import Page, rows


class Server:
    """A list behind pages, which may change between one request and the next."""

    def __init__(self, ids: list[str], cap: int, *, has_total: bool = True) -> None:
        self.ids, self.cap, self.has_total = ids, cap, has_total
        self.events: dict[int, Any] = {}
        self.request_count = 0

    def read(self, offset: int) -> Page:
        if event := self.events.get(self.request_count):
            event(self.ids)
        self.request_count += 1
        page: list[Any] = [{"id": found} for found in self.ids[offset : offset + self.cap]]
        return Page(page, len(self.ids) if self.has_total else None)

    def harvest(self) -> list[str]:
        assert self.request_count < 500
        found = rows(self.read, lambda body, at: str(body["id"]), url="https://a.be")
        return [row.id for row in found if not row.is_repeat]


ids = st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True, max_size=40).map(sorted)


@given(ids, st.integers(1, 15), st.booleans())
def test_steady_list_is_read_whole_and_in_order(
    known: list[str], cap: int, has_total: bool
) -> None:
    server = Server(known, cap, has_total=has_total)
    assert server.harvest() == known
    assert server.request_count <= len(known) // cap + (1 if has_total else 2)


@given(ids, st.integers(1, 15), st.integers(0, 4), st.data())
def test_list_that_changes_once_is_read_whole(
    known: list[str], cap: int, when: int, data: st.DataObject
) -> None:
    """Whatever is there from beginning to end is found, whatever comes or goes meanwhile."""
    server = Server(list(known), cap)
    new = data.draw(st.text("abcdef", min_size=1, max_size=3))
    gone = data.draw(st.sampled_from([*known, ""]))

    def change(listed: list[str]) -> None:
        listed[:] = sorted((set(listed) - {gone}) | {new})

    server.events[when] = change
    try:
        found = server.harvest()
    except FetchError as error:
        # one goes and one comes between two pages: the total tells nothing, the rows may
        assert error.code in ("count-drift", "records-missing", "repeated-page")  # noqa: PT017
        return
    assert len(found) == len(set(found))
    is_silent_swap = gone in known and new not in known
    assert is_silent_swap or set(known) - {gone} <= set(found)


@given(ids.filter(bool), st.integers(1, 10), st.randoms())
def test_unstable_order_loses_nothing_or_fails(known: list[str], cap: int, random: Any) -> None:
    server = Server(list(known), cap)
    for when in range(400):
        server.events[when] = random.shuffle
    try:
        found = server.harvest()
    except FetchError:
        return
    assert len(found) == len(set(found))


def test_list_whose_order_slipped_once_is_read_again() -> None:
    """A repeated row under a right total hides a lost one."""
    server = Server(list("abcd"), 2)
    server.events[1] = lambda listed: listed.__setitem__(slice(None), list("acbd"))
    server.events[2] = lambda listed: listed.__setitem__(slice(None), list("abcd"))
    assert sorted(server.harvest()) == list("abcd")
    assert server.request_count > 2


@pytest.mark.parametrize("has_total", [True, False])
def test_server_that_ignores_the_offset_is_stopped(has_total: bool) -> None:
    total = 100 if has_total else None
    page = Page([{"id": "a"}, {"id": "b"}], total)
    with pytest.raises(FetchError) as caught:
        list(rows(lambda offset: page, lambda body, at: body["id"], url="https://a.be"))
    assert caught.value.code == "repeated-page"


def test_pages_that_go_round_are_stopped() -> None:
    def read(offset: int) -> Page:
        return Page([{"id": f"{offset // 2 % 3}-{n}"} for n in range(2)], None)

    with pytest.raises(FetchError) as caught:
        list(rows(read, lambda body, at: body["id"], url="https://a.be"))
    assert caught.value.code == "repeated-page"


def test_list_that_never_stands_still_fails() -> None:
    server = Server([f"{n:03}" for n in range(50)], 10)
    for when in range(100):
        server.events[when] = lambda listed: listed.append(f"z{len(listed)}")
    with pytest.raises(FetchError) as caught:
        server.harvest()
    assert caught.value.code == "count-drift"
    assert caught.value.params["received"] > 50


def test_pages_shorter_than_asked_are_no_end() -> None:
    server = Server([f"{n:03}" for n in range(30)], 7)
    assert server.harvest() == [f"{n:03}" for n in range(30)]
