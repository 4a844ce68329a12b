"""The list of sources: read whole, or refused with the place and the reason."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from catalogue.errors import SettingsError
from catalogue.records import Expect, Publisher, Side
from harvesters import HARVESTERS, sources

REAL = Path(os.environ.get("EUROMETROPOLIS_REAL", Path(__file__).parents[3] / "shared/real"))
GOOD = """
[[sources]]
id = "kortrijk"
protocol = "ckan"
url = "https://data.example.be?fq=organization:kortrijk"
publisher = { id = "kortrijk", title = { nl = "Stad Kortrijk" }, side = "VLG" }
languages = ["nl"]
licence = "Modellicentie gratis hergebruik"
every_hours = 12
expect = { min = 5, max = 50 }
trusted_network = true
"""


def load(tmp_path: Path, text: str) -> Any:
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return sources.load(file)


def test_committed_list_is_good_and_begins_with_the_starter() -> None:
    found = sources.load()
    assert (found[0].id, found[0].url) == ("starter", "starter:")
    assert {source.protocol for source in found} <= set(HARVESTERS)
    assert not any(source.trusted_network for source in found)
    for source in found[1:]:
        assert source.every_hours, source.id
        assert source.languages, source.id
        assert source.expect.min >= 1, source.id
        assert source.expect.max is not None, source.id
    # who publishes what many publish there, each record says
    assert {source.id for source in found[1:] if source.publisher is None} == {
        "odwb", "gouv-hauts-de-france", "transport-gouv", "geo2france-catalogue",
        "vlaanderen-catalogue",
    }  # fmt: skip


def test_every_bike_and_car_system_of_the_territory_is_in_the_list() -> None:
    if not (REAL / "gbfs_systems/systems.csv").is_file():
        pytest.skip("the list of systems of MobilityData is not here")
    places = ("Lille", "Roubaix", "Tourcoing", "Kortrijk", "Kortrijk & Leiedal", "Westhoek")
    with (REAL / "gbfs_systems/systems.csv").open(encoding="utf-8", newline="") as opened:
        wanted = {
            row["Auto-Discovery URL"] for row in csv.DictReader(opened)
            if row["Location"] in places or row["Name"] == "Blue-bike"
        }  # fmt: skip
    assert len(wanted) == 11
    assert wanted <= {source.url for source in sources.load() if source.protocol == "gbfs"}


def test_every_key_is_read(tmp_path: Path) -> None:
    (found,) = load(tmp_path, GOOD)
    assert found.publisher == Publisher(
        id="kortrijk", title={"nl": "Stad Kortrijk"}, side=Side.FLANDERS
    )
    assert (found.licence, found.every_hours, found.trusted_network) == (
        "modellicentie-gratis-hergebruik-1.0", 12, True,
    )  # fmt: skip
    assert found.expect == Expect(min=5, max=50)


def test_folder_beside_the_list_is_found(tmp_path: Path) -> None:
    text = '[[sources]]\nid = "own"\nprotocol = "datapackage"\nurl = "file:onze data"'
    (found,) = load(tmp_path, text)
    assert found.url == f"file://{tmp_path}/onze%20data"


def test_list_without_sources_is_empty(tmp_path: Path) -> None:
    assert load(tmp_path, "") == []


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        (("every_hours", "evry_hours"), "unknown-key", "sources[0].evry_hours"),
        (("max = 50", "maxx = 50"), "unknown-key", "sources[0].expect.maxx"),
        (("[[sources]]", "[[source]]"), "unknown-key", "source"),
        (('id = "kortrijk"\nproto', 'proto'), "missing-key", "sources[0].id"),
        (('id = "kortrijk"\nproto', 'id = "Kort rijk"\nproto'), "bad-id", "sources[0].id"),
        (('"ckan"', '"ckam"'), "unknown-protocol", "sources[0].protocol"),
        (("https://data", "ftp://data"), "bad-url-scheme", "sources[0].url"),
        (("https://data.example.be", "https://"), "bad-url", "sources[0].url"),
        (("https://", "https://me:geheim@"), "secret-in-url", "sources[0].url"),
        (("?fq", "?apikey"), "unknown-url-parameter", "sources[0].url"),
        (("= 12", '= "daily"'), "bad-value", "sources[0].every_hours"),
        (("= 12", "= 0"), "bad-interval", "sources[0].every_hours"),
        (("min = 5", "min = 500"), "bad-range", "sources[0].expect"),
        (("min = 5", "min = 5.5"), "bad-value", "sources[0].expect.min"),
        (('["nl"]', '["Dutch"]'), "bad-language", "sources[0].languages"),
        (("gratis", "gratuit"), "unknown-licence", "sources[0].licence"),
        (("= true", "= 1"), "bad-value", "sources[0].trusted_network"),
    ],
)  # fmt: skip
def test_mistake_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], code: str, at: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, GOOD.replace(*change, 1))
    assert (caught.value.code, caught.value.params["at"]) == (code, at)
    assert caught.value.params["file"] == "sources.toml"
    assert "geheim" not in str(caught.value)


def test_misspelt_key_is_answered_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, GOOD.replace("trusted_network", "trusted_netwerk"))
    assert caught.value.params["meant"] == "trusted_network"


def test_unknown_protocol_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, GOOD.replace('"ckan"', '"gopher"'))
    assert caught.value.params["known"] == sorted(HARVESTERS)


def test_same_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, GOOD + GOOD)
    assert caught.value.code == "duplicate-id"


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file-missing"), (b"[[sources", "not-toml"), (b"\xff\xfe", "file-unreadable")],
)
def test_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "sources.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        sources.load(file)
    assert caught.value.code == code
