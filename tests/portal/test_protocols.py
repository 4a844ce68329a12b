"""Every protocol, the whole way: from its portal on loopback to the page of a dataset."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.fetch import FetchSettings
from catalogue.store import datasets, versions
from portal.app import create_app
from portal.harvesting import run_source
from portal.services import Services
from tests.harvesters.conftest import MAKERS
from tests.harvesters.portals import published
from tests.portal.pages.sample import services_of

QUICK = FetchSettings(min_interval_s=0, retry_count=0, read_timeout_s=5, page_deadline_s=10)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services_of(tmp_path_factory.mktemp("protocols") / "data") as found:
        yield found


@pytest.mark.parametrize("protocol", sorted(MAKERS))
def test_dataset_of_each_protocol_has_its_table_and_its_page(
    services: Services, protocol: str, tmp_path: Path
) -> None:
    source_id = protocol.replace(" ", "-").replace(".", "-")
    rows = published("velos", "nom;places\nGare;12\nPort;8\n", title=f"Vélos par {protocol}")
    with MAKERS[protocol]([rows]) as portal:
        source = portal.source(id=source_id)
        first = run_source(services.store, source, fetch_settings=QUICK)
        again = run_source(services.store, source, fetch_settings=QUICK)
    assert (first.status, first.counts["added"], first.counts["failed"]) == ("done", 1, 0), first
    assert (again.status, again.counts["unchanged"]) == ("done", 1), again
    (known,) = datasets.of_source(services.store, source_id)
    entry = datasets.get(services.store, known.id)
    version = versions.get(services.store, entry.tables[0].name)
    names = [column.name for column in version.columns]
    assert (version.row_count, version.n) == (2, 1)
    assert {"nom", "places"} <= set(names)
    page = create_app(services).test_client().get(f"/fr/datasets/{known.id}")
    assert page.status_code == 200
    assert f"Vélos par {protocol}" in page.text
