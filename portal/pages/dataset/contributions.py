"""What each source gives to a harmonised table, and where two sources disagree."""

from typing import NamedTuple

from flask import Blueprint, Response, render_template, url_for

from catalogue.errors import NotFound
from catalogue.harmonised.declaration import OWN
from catalogue.harmonised.records import Contribution, LeftOut, Making, Origin, Row, making_of
from catalogue.records import Dataset, Version
from catalogue.store import datasets, versions
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.addresses import whole_number
from portal.pages.columns import described_columns
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.frame import Frame, frame_with_version
from portal.pages.twins import json_twin

SHOWN = 50

blueprint = Blueprint("dataset_contributions", __name__)


class Given(NamedTuple):
    """What one source gave: its dataset as it is now, or as it was where it has gone."""

    origin: Origin
    told: Contribution
    dataset: Dataset | None
    reasons: list[str]
    empty: dict[str, str]

    @property
    def licence(self) -> str | None:
        """Return the licence of the dataset."""
        return self.dataset.licence if self.dataset else self.origin.licence


class Said(NamedTuple):
    """What a source says of a thing, and the address of the row that says it."""

    value: str
    table: str
    address: str


class Differing(NamedTuple):
    """Something that two sources give differently."""

    label: str
    column: str
    metres: float
    left: Said
    right: Said


class Compared(NamedTuple):
    """A column in which sources were held against each other."""

    name: str
    label: str
    times: int


@blueprint.get("/datasets/<dataset_id>/contributions")
def show(dataset_id: str) -> str:
    """Show what each source gives; `?version=` names an older version."""
    frame, version, making = _asked(dataset_id)
    labels = {column.name: column.label or column.name for column in described_columns(version)}
    given = _given(making, labels)
    sides: dict[str, int] = {}
    for one in making.contributions:
        for side, count in one.sides.items():
            sides[side] = sides.get(side, 0) + count
    return render_template(
        "dataset_contributions.html",
        frame=frame,
        version=version,
        making=making,
        given=given,
        sides=sorted(sides.items(), key=lambda pair: (not pair[0], -pair[1])),
        publishers=len({one.publisher for one in making.inputs}),
        emptied=[(n, label) for n, label in labels.items() if any(n in g.empty for g in given)],
        elsewhere=sum(one.elsewhere for one in making.contributions),
        found_by_boundary=sum(one.found_by.get("boundary", 0) for one in making.contributions),
        found_by_repeat=sum(one.found_by.get("repeat", 0) for one in making.contributions),
        found_by_source=sum(one.found_by.get("source", 0) for one in making.contributions),
        compared=[
            Compared(name, labels.get(name, name), count)
            for name, count in making.differing.items()
        ],
        differing=_differing(making, labels)[:SHOWN],
    )


@blueprint.get("/datasets/<dataset_id>/contributions.json")
def show_json(dataset_id: str) -> Response:
    """Give the same as JSON."""
    frame, version, making = _asked(dataset_id)
    told = {"dataset": frame.entry.id, "table": version.table, "version": version.n}
    return json_twin({**told, "making": making})


def _asked(dataset_id: str) -> tuple[Frame, Version, Making]:
    frame, version = frame_with_version(dataset_id)
    if wanted := whole_number("version", default=0):
        version = versions.get(services().store, version.table, wanted)
    making = making_of(version.recipe)
    if making is None:
        raise NotFound("not-harmonised", dataset=dataset_id)
    return frame, version, making


def _given(making: Making, labels: dict[str, str]) -> list[Given]:
    ids = sorted({one.dataset for one in making.inputs})
    known = {entry.id: entry.dataset for entry in datasets.by_ids(services().store, ids)}
    return [
        Given(
            origin=origin,
            told=told,
            dataset=known.get(origin.dataset),
            reasons=[
                *(_reason("harmonised-left-out", each, labels) for each in told.left_out),
                *(_reason("harmonised-emptied", each, labels) for each in told.emptied),
            ],
            empty={
                name: percent
                for name in labels
                if name not in OWN
                and (percent := percent_of(told.empty.get(name, 0), told.taken + told.repeats))
                is not None
            },
        )
        for origin, told in zip(making.inputs, making.contributions, strict=True)
    ]


def _reason(code: str, one: LeftOut, labels: dict[str, str]) -> str:
    lang = reader_language()
    column = labels.get(one.column, one.column)
    why = sentence(f"harmonised-why-{one.why}", {"column": column}, lang)
    return sentence(code, {"count": one.rows, "why": why}, lang)


def _differing(making: Making, labels: dict[str, str]) -> list[Differing]:
    homes = {one.table: one.dataset for one in making.inputs}

    def said(row: Row) -> Said:
        address = url_for(
            "dataset_row.show", dataset_id=homes[row.table], number=row.row, version=row.version,
            table=row.table,
        )  # fmt: skip
        return Said(row.value, row.table, address)

    return [
        Differing(
            one.label, labels.get(one.column, one.column), one.metres, said(one.left),
            said(one.right),
        )
        for one in making.differences
    ]  # fmt: skip
