"""What every protocol must do, whatever its portal does: one suite for all."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed, Raw
from harvesters.files import download
from tests.harvesters import portals
from tests.harvesters.portals import Answer, Portal, Request, published

Make = Callable[..., Any]
TINY = {"max_page_bytes": 200, "max_file_bytes": 200}
HASTY = {"page_deadline_s": 0.3, "file_deadline_s": 0.3}


def harvest(portal: Portal, fetch: Fetch) -> list[tuple[Raw, Parsed]]:
    source = portal.source()
    harvester = HARVESTERS[source.protocol]
    return [(raw, harvester.parse(raw, source)) for raw in harvester.records(source, fetch)]


def only(portal: Portal, fetch: Fetch) -> Parsed:
    return harvest(portal, fetch)[0][1]


def test_every_protocol_is_in_this_suite() -> None:
    from tests.harvesters.conftest import MAKERS

    assert {name.partition(" ")[0] for name in MAKERS} == set(HARVESTERS)


def test_good_portal_gives_complete_records(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("velos", title="Stations de vélos")]) as portal:
        parsed = only(portal, fetch)
    dataset = parsed.dataset
    assert dataset is not None
    assert parsed.issues == []
    assert next(iter(dataset.title.values())) == "Stations de vélos"
    assert next(iter(dataset.publisher.title.values())) == "Ville de Tournai"
    assert dataset.licence == "cc-by-4.0"
    assert dataset.data_modified == ("2026-03-01T08:00:00Z" if portal.tells_moment else None)
    assert dataset.distributions[0].format == portal.format


def test_files_come_as_they_are_and_are_not_fetched_twice(
    make_portal: Make, fetch: Fetch, tmp_path: Path
) -> None:
    with make_portal([published("velos", "nom;places\nGare;12\n")]) as portal:
        source = portal.source()
        dataset = only(portal, fetch).dataset
        assert dataset is not None
        first = download(source, dataset.distributions[0], fetch, tmp_path)
        again = download(
            source, dataset.distributions[0], fetch, tmp_path, validators=first.validators
        )
        portal.datasets[0].csv = b"nom;places\nGare;13\n"
        changed = download(
            source, dataset.distributions[0], fetch, tmp_path, validators=first.validators
        )
    assert first.path is not None
    assert first.path.read_bytes() == portal.delivered(published("x", "nom;places\nGare;12\n"))
    assert first.file_name.endswith(portal.ending)
    assert (again.is_unchanged, again.path, again.sha256) == (True, None, first.sha256)
    assert (changed.is_unchanged, changed.sha256 == first.sha256) == (False, False)


def test_second_run_of_an_unchanged_portal_gives_the_same_records(
    make_portal: Make, fetch: Fetch
) -> None:
    with make_portal([published("a"), published("b")]) as portal:
        assert harvest(portal, fetch) == harvest(portal, fetch)


def test_empty_catalogue_is_empty_and_no_error(make_paged_portal: Make, fetch: Fetch) -> None:
    with make_paged_portal([]) as portal:
        assert harvest(portal, fetch) == []


def test_all_pages_are_read_and_no_more(make_paged_portal: Make, fetch: Fetch) -> None:
    with make_paged_portal([published(f"d{n:03}") for n in range(250)]) as portal:
        found = harvest(portal, fetch)
        assert [raw.remote_id for raw, _ in found] == [portal.id_of(f"d{n:03}") for n in range(250)]
        assert len(portal.requests) == 3


def test_unknown_key_is_signalled(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a", changes={"nieuwe_sleutel": "x"})]) as portal:
        if not portal.has_record:
            pytest.skip("a file at an address says nothing of itself")
        parsed = only(portal, fetch)
    assert parsed.dataset is not None
    assert [(i.code, i.severity, i.params) for i in parsed.issues] == [
        ("unknown-keys", "info", {"keys": [portal.unknown_key]})
    ]


@pytest.mark.parametrize("junk", [None, 7, [], {}, "x", [None], {"a": [{}]}, True])
def test_no_value_makes_parse_raise(make_portal: Make, fetch: Fetch, junk: Any) -> None:
    """A bad record is data: whatever stands in the place of a value, parse returns."""
    with make_portal([published("a")]) as portal:
        source = portal.source()
        harvester = HARVESTERS[source.protocol]
        raw = next(iter(harvester.records(source, fetch)))
    for key in raw.body:
        body = {**raw.body, key: junk}
        parsed = harvester.parse(Raw(remote_id="a", body=body, origin=raw.origin), source)
        assert parsed.dataset is not None or parsed.issues
        for inner in raw.body[key] if isinstance(raw.body[key], dict) else ():
            body = {**raw.body, key: {**raw.body[key], inner: junk}}
            harvester.parse(Raw(remote_id="a", body=body, origin=raw.origin), source)
        if isinstance(raw.body[key], list) and raw.body[key]:
            body = {**raw.body, key: [junk, *raw.body[key]]}
            harvester.parse(Raw(remote_id="a", body=body, origin=raw.origin), source)


def fails(portal: Portal, fetch: Fetch) -> FetchError:
    with pytest.raises(FetchError) as caught:
        harvest(portal, fetch)
    return caught.value


def test_portal_that_dies_midway_fails_the_run(make_paged_portal: Make, fetch: Fetch) -> None:
    with make_paged_portal([published(f"d{n:03}") for n in range(250)]) as portal:
        portal.fail_after(2)
        assert fails(portal, fetch).code == "connect-failed"


def test_html_page_with_status_200_is_no_answer(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a")]) as portal:
        portal.mischief = portals.html_page
        assert fails(portal, fetch).code == "html-instead-of-data"


def test_cut_answer_is_noticed(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a")]) as portal:
        portal.mischief = portals.cut_short
        error = fails(portal, fetch)
        assert error.code == "truncated"
        assert error.params["received_bytes"] < error.params["expected_bytes"]


def test_answer_too_large_is_refused(make_portal: Make) -> None:
    rows = "code;nom\n" + "57081;Tournai\n" * 40
    with make_portal([published("a", rows)]) as portal, portals.fetch(**TINY) as fetch:
        assert fails(portal, fetch).code == "too-large"


def test_slow_portal_ends_at_the_deadline(make_portal: Make) -> None:
    """A byte now and then satisfies every time-out of a socket, but not the deadline."""

    def trickle(request: Request, answer: Answer) -> Answer:
        pieces = (b" " for _ in itertools.takewhile(lambda _: not stop, slowly()))
        return Answer(b"{", pieces=pieces)

    def slowly() -> Any:
        while True:
            clock.wait(0.02)
            yield None

    import threading

    clock, stop = threading.Event(), []
    with make_portal([published("a")]) as portal, portals.fetch(**HASTY) as fetch:
        portal.mischief = trickle
        error = fails(portal, fetch)
        stop.append(True)
    assert (error.code, error.params["phase"]) == ("timeout", "deadline")


def test_busy_portal_is_asked_again(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a")]) as portal:
        portal.mischief = portals.busy_at_first(2)
        assert len(harvest(portal, fetch)) == 1
        assert len(portal.requests) == 2 + portal.run_requests


def test_portal_that_stays_busy_fails_with_its_words(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a")]) as portal:
        portal.mischief = portals.busy_at_first(99)
        error = fails(portal, fetch)
    assert (error.code, error.params["status"]) == ("http-status", 429)
    assert error.params["message"] == "Too many requests on the domain."


def test_source_outside_trusted_networks_never_reaches_loopback(make_portal: Make) -> None:
    with make_portal([published("a")]) as portal:
        with portals.fetch(trusted_network=False) as fetch:
            assert fails(portal, fetch).code == "address-refused"
        assert portal.requests == []


def test_error_in_the_middle_of_a_file_is_no_data(
    make_portal: Make, fetch: Fetch, tmp_path: Path
) -> None:
    with make_portal([published("a", "nom;places\nGare;12\nPort;8\n")]) as portal:
        dataset = only(portal, fetch).dataset
        assert dataset is not None
        portal.mischief = portals.stream_error
        with pytest.raises(FetchError) as caught, portals.fetch() as another:
            download(portal.source(), dataset.distributions[0], another, tmp_path)
    assert caught.value.code == "error-in-stream"
    assert "Query timed out" in caught.value.params["message"]
    assert list(tmp_path.iterdir()) == []


def test_record_listed_twice_is_harvested_once_and_signalled(
    make_listing_portal: Make, fetch: Fetch
) -> None:
    with make_listing_portal([published("a"), published("b"), published("b")]) as portal:
        found = harvest(portal, fetch)
    assert [raw.remote_id for raw, parsed in found if parsed.dataset] == ["a", "b"]
    assert [issue.code for _, parsed in found for issue in parsed.issues] == ["duplicate-id"]


def test_portal_that_repeats_a_page_is_stopped(make_paged_portal: Make, fetch: Fetch) -> None:
    with make_paged_portal([published(f"d{n:03}") for n in range(250)]) as portal:
        kept: list[Answer] = []

        def repeat(request: Request, answer: Answer) -> Answer:
            kept.append(answer)
            return kept[0]

        portal.mischief = repeat
        assert fails(portal, fetch).code == "repeated-page"
        assert len(portal.requests) == 2


def test_total_larger_than_what_comes_fails_the_run(make_paged_portal: Make, fetch: Fetch) -> None:
    def boast(request: Request, answer: Answer) -> Answer:
        return Answer(portal.boast(answer.body))

    with make_paged_portal([published("a"), published("b")]) as portal:
        portal.mischief = boast
        error = fails(portal, fetch)
    assert (error.code, error.params["expected"], error.params["received"]) == (
        "records-missing", 3, 2,
    )  # fmt: skip


def test_record_added_while_reading_is_found(make_paged_portal: Make, fetch: Fetch) -> None:
    """A new record before the page boundary shifts the others: the list is read again."""
    with make_paged_portal([published(f"d{n:03}") for n in range(150)]) as portal:

        def grow(request: Request, answer: Answer) -> Answer:
            if len(portal.requests) == 1:
                portal.datasets.insert(0, published("a-first"))
            return answer

        portal.mischief = grow
        found = [raw.remote_id for raw, _ in harvest(portal, fetch)]
    assert sorted(found) == [
        portal.id_of(f) for f in ["a-first", *(f"d{n:03}" for n in range(150))]
    ]


def test_no_secret_and_no_credential_in_an_error(make_portal: Make, fetch: Fetch) -> None:
    with make_portal([published("a")]) as portal:
        source = portal.source()
        host = source.url.removeprefix("http://")
        portal.mischief = portals.html_page
        with pytest.raises(FetchError) as caught:
            fetch.get_json(f"http://steward:geheim@{host}", {"apikey": "s3cret"})
    assert "geheim" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
