"""What stands around every tab of a dataset: its head, the choice of a table, the tabs."""

from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext

from catalogue.errors import NotFound
from catalogue.harmonised.records import Making, making_of
from catalogue.records import Entry, Table, Version
from catalogue.store import datasets, likeness, versions
from catalogue.views import Engine
from catalogue.views.places import place_columns
from portal.context import services
from portal.pages.dataset.asked import view_pairs
from portal.pages.findings import Summary, summary_of


class Tab(NamedTuple):
    """A tab, and where it leads."""

    label: str
    icon: str
    address: str
    is_here: bool


class Frame(NamedTuple):
    """A dataset with the table that the page is about; None where it has none."""

    entry: Entry
    tables: list[Table]
    table: Table | None

    @property
    def version(self) -> Version | None:
        """Return the version in force of the table."""
        return self.table.current if self.table else None

    @property
    def shown(self) -> Entry | None:
        """Return the dataset as which this one is shown; None where it is shown itself."""
        found = datasets.by_ids(services().store, [self.entry.same_as or ""])
        return found[0] if found else None

    @property
    def twins(self) -> list[Entry]:
        """Return the datasets of other portals that are shown as this one."""
        store = services().store
        return datasets.by_ids(store, likeness.others(store, self.entry.id))

    @property
    def check(self) -> Summary | None:
        """Return what the check of that version found, in short."""
        return summary_of(self.version.report) if self.version else None

    @property
    def making(self) -> Making | None:
        """Return how that version was made of others; None where it came from a source."""
        return making_of(self.version.recipe) if self.version else None

    def address(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page about this table; the first table goes without saying."""
        named = None
        if self.table is not None and self.table.name != self.tables[0].name:
            named = self.table.name
        return url_for(endpoint, dataset_id=self.entry.id, table=named, **values)

    @property
    def tabs(self) -> list[Tab]:
        """Return the tabs; those that show rows keep the filter."""
        if self.version is None:
            return []
        kept: dict[str, list[str]] = {}
        for key, value in view_pairs():
            kept.setdefault(key, []).append(value)
        return [
            self._tab("dataset.show", gettext("Data"), "table-2", kept),
            self._tab("dataset_columns.listing", gettext("Columns"), "columns-3", {}),
            *self._map_tab(kept),
            self._tab("dataset_chart.show", gettext("Chart"), "chart-column", kept),
            *self._sources_tab(),
            self._tab("dataset_versions.show", gettext("Versions"), "history", {}),
            self._tab("dataset_quality.show", gettext("Quality"), "circle-check", {}),
            self._tab("dataset_questions.show", gettext("Questions"), "quote", {}),
        ]

    def _map_tab(self, kept: dict[str, list[str]]) -> list[Tab]:
        """Return the tab of the map, where rows have a place."""
        if self.version is None or place_columns(self.version.columns) is None:
            return []
        return [self._tab("dataset_map.show", gettext("Map"), "map", kept)]

    def _sources_tab(self) -> list[Tab]:
        """Return the tab of what each source gives, for a table that was made here."""
        if self.making is None:
            return []
        return [self._tab("dataset_contributions.show", gettext("Sources"), "layers", {})]

    def _tab(self, endpoint: str, label: str, icon: str, kept: dict[str, list[str]]) -> Tab:
        is_here = request.blueprint == endpoint.partition(".")[0]
        return Tab(label, icon, self.address(endpoint, **kept), is_here)


def frame_of(dataset_id: str) -> Frame:
    """Return the frame of a dataset, with the table that `?table=` names, or its first."""
    return _frame(dataset_id, request.args.get("table"))


def frame_of_table(name: str) -> tuple[Frame, Version]:
    """Return the frame of a table by its name, with its version in force. Raises NotFound."""
    frame = _frame(versions.dataset_of(services().store, name), name)
    if frame.version is None:
        raise NotFound("dataset-without-table", dataset=frame.entry.id)
    return frame, frame.version


def _frame(dataset_id: str, wanted: str | None) -> Frame:
    entry = datasets.get(services().store, dataset_id)
    tables = _in_order(entry)
    for table in tables:
        if wanted in (None, table.name):
            return Frame(entry, tables, table)
    if wanted is not None:
        raise NotFound("table-unknown", table=wanted)
    return Frame(entry, tables, None)


def frame_with_version(dataset_id: str) -> tuple[Frame, Version]:
    """Return the frame and the version in force. Raises NotFound where there is none yet."""
    frame = frame_of(dataset_id)
    if frame.version is None:
        raise NotFound("dataset-without-table", dataset=dataset_id)
    return frame, frame.version


def engine() -> Engine:
    """Return the engine that looks at versions."""
    return services().views


def _in_order(entry: Entry) -> list[Table]:
    """Return the tables in the order in which the publisher lists their files."""
    listed = [file.remote_id for file in entry.dataset.distributions]
    places = {remote_id: place for place, remote_id in enumerate(listed)}
    return sorted(entry.tables, key=lambda table: places.get(table.distribution_id, len(listed)))
