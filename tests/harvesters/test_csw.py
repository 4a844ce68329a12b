"""CSW 2.0.2 as GeoNetwork and pycsw answer, and as an attacker would."""

from typing import Any

import pytest

from catalogue.errors import FetchError
from catalogue.fetch import Fetch
from harvesters import HARVESTERS, Parsed
from harvesters.detect import detect
from tests.harvesters.csw_portal import csw_portal
from tests.harvesters.portals import Answer, published


def harvest(portal: Any, fetch: Fetch, **changes: Any) -> list[Parsed]:
    source = portal.source(**changes)
    harvester = HARVESTERS["csw"]
    return [harvester.parse(raw, source) for raw in harvester.records(source, fetch)]


def test_server_that_cannot_sort_is_read_as_it_comes(fetch: Fetch) -> None:
    with csw_portal([published(f"d{n:03}") for n in range(120)]) as portal:
        portal.sorts = False
        assert len(harvest(portal, fetch)) == 120
        assert [bool(r.get("SORTBY")) for r in portal.requests] == [True, False, False]


def test_error_with_status_200_fails_the_run_with_its_words(fetch: Fetch) -> None:
    with csw_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: portal.error("Index is being built")
        with pytest.raises(FetchError) as caught:
            harvest(portal, fetch)
    assert (caught.value.code, caught.value.params["message"]) == (
        "portal-error", "Index is being built",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "unsafe-xml"),
     (b"<csw", "not-xml"), (b"<feed/>", "unexpected-answer")],
)  # fmt: skip
def test_what_is_hostile_or_something_else_fails_the_run(
    content: bytes, code: str, fetch: Fetch
) -> None:
    with csw_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: Answer(content, 200, "application/xml")
        with pytest.raises(FetchError) as caught:
            harvest(portal, fetch)
    assert caught.value.code == code


def test_link_is_listed_once_and_services_by_their_layers(fetch: Fetch) -> None:
    wms = "https://a.be/wms?SERVICE=WMS"
    links = "".join(
        f'<dc:URI protocol="OGC:WMS" name="{name}" description="{name}">{wms}</dc:URI>'
        for name in ("routes", "ponts")
    ).replace("&", "&amp;")
    with csw_portal([published("a", changes={"x": links})]) as portal:
        (parsed,) = harvest(portal, fetch)
    assert parsed.dataset is not None
    assert [d.format for d in parsed.dataset.distributions] == ["csv", "wms", "wms"]
    assert len({d.remote_id for d in parsed.dataset.distributions}) == 3


def test_service_is_no_dataset_and_a_person_is_not_named(fetch: Fetch) -> None:
    kinds = {"x": "<dc:creator>Jeanne Dupont</dc:creator>"}
    with csw_portal([published("a", changes=kinds)]) as portal:
        (parsed,) = harvest(portal, fetch)
        portal.mischief = lambda request, answer: Answer(
            answer.body.replace(b">dataset<", b">service<"), 200, "application/xml"
        )
        (service,) = harvest(portal, fetch)
    assert "Dupont" not in str(parsed.dataset)
    assert (service.dataset, service.issues[0].code) == (None, "not-a-dataset")


def test_record_of_a_geonetwork_has_its_page(fetch: Fetch) -> None:
    with csw_portal([published("a")]) as portal:
        (parsed,) = harvest(portal, fetch)
        assert parsed.dataset is not None
        assert parsed.dataset.landing_page == f"{portal.url}/geonetwork/srv/api/records/a"
        found = detect(portal.url, fetch)
        assert (found.protocol, found.url) == ("csw", portal.source().url)


def test_kind_of_restriction_is_no_licence(fetch: Fetch) -> None:
    """pycsw 2.6 puts the code list of ISO 19115 there, and leaves out what it points to."""
    with csw_portal([published("a")]) as portal:
        portal.mischief = lambda request, answer: Answer(
            answer.body.replace(b">CC BY 4.0<", b">otherRestrictions<"), 200, "application/xml"
        )
        (parsed,) = harvest(portal, fetch)
        (known,) = harvest(portal, fetch, licence="etalab-2.0")
    assert parsed.issues == []
    assert (parsed.dataset and parsed.dataset.licence) is None
    assert (known.dataset and known.dataset.licence) == "etalab-2.0"
