"""Plain functions that make records and files for tests."""

from typing import Any

from catalogue.records import Dataset, Distribution, Publisher, Side

LILLE = Publisher(id="lille", title={"fr": "Ville de Lille", "nl": "Stad Rijsel"}, side=Side.FRANCE)


def dataset(**changes: Any) -> Dataset:
    """Make a dataset record; name what matters to the test."""
    values: dict[str, Any] = {
        "source_id": "test",
        "remote_id": "velos",
        "title": {"fr": "Stations de vélos", "nl": "Fietsstations"},
        "publisher": LILLE,
        "licence": "etalab-2.0",
        "distributions": [distribution()],
    }
    return Dataset(**{**values, **changes})


def distribution(**changes: Any) -> Distribution:
    """Make a distribution record; name what matters to the test."""
    values: dict[str, Any] = {"remote_id": "csv", "url": "https://example.org/velos.csv"}
    return Distribution(**{**values, **changes})
