"""The columns of a table: what each holds, in the reader's words; a page and a JSON for each."""

from typing import Any, NamedTuple

import msgspec
from flask import Blueprint, Response, g, render_template

from catalogue.errors import NotFound
from catalogue.records import Column, Version
from catalogue.views import Profile
from portal.pages.columns import Described, described_columns, unit_of
from portal.pages.dataset.asked import column_of
from portal.pages.dataset.codes import codes_of
from portal.pages.dataset.column_facts import ColumnFacts, facts_of, texts_of
from portal.pages.dataset.filters import percent_of
from portal.pages.dataset.frame import Frame, frame_with_version
from portal.pages.dataset.links import Link, links_of
from portal.pages.dataset.spread import Box, boxes, parts_of, shown
from portal.pages.twins import json_twin
from portal.profiles import profiles_of

blueprint = Blueprint("dataset_columns", __name__)


class Listed(NamedTuple):
    """A column in the list: what it is, and its profile in short."""

    described: Described
    address: str
    profile: Profile | None
    missing_percent: str | None
    minimum: str
    maximum: str
    boxes: list[Box]
    refers_to: Link | None


@blueprint.get("/datasets/<dataset_id>/columns")
def listing(dataset_id: str) -> str:
    """List the columns of the version in force."""
    frame, version = frame_with_version(dataset_id)
    profiles = _profiles(version)
    described = described_columns(version)
    links = links_of(frame, version)
    return render_template(
        "dataset_columns.html",
        frame=frame,
        version=version,
        is_profile_pending=profiles is None,
        columns=[
            _listed(frame, column, words, (profiles or {}).get(column.name), links)
            for column, words in zip(version.columns, described, strict=True)
        ],
    )


@blueprint.get("/datasets/<dataset_id>/columns.json")
def listing_json(dataset_id: str) -> Response:
    """Give the same as JSON."""
    frame, version = frame_with_version(dataset_id)
    profiles = _profiles(version)
    links = links_of(frame, version)
    columns = [_as_json(column, profiles, links) for column in version.columns]
    return json_twin({**_of(frame, version, profiles), "columns": columns})


@blueprint.get("/datasets/<dataset_id>/columns/<path:name>")
def show(dataset_id: str, name: str) -> str | Response:
    """Show one column, or give it as JSON at `<name>.json`."""
    frame, version = frame_with_version(dataset_id)
    column = column_of(version, name)
    if column is None and name.endswith(".json"):
        return _show_json(frame, version, name.removesuffix(".json"))
    if column is None:
        raise NotFound("table-column-unknown", table=version.table, column=name)
    profiles = _profiles(version)
    described = next(one for one in described_columns(version) if one.name == name)
    facts: ColumnFacts = facts_of(frame, column, (profiles or {}).get(name))
    return render_template(
        "dataset_column.html",
        frame=frame,
        version=version,
        column=described,
        facts=facts,
        is_profile_pending=profiles is None,
    )


def _show_json(frame: Frame, version: Version, name: str) -> Response:
    column = column_of(version, name)
    if column is None:
        raise NotFound("table-column-unknown", table=version.table, column=name)
    profiles = _profiles(version)
    return json_twin(
        {**_of(frame, version, profiles), **_as_json(column, profiles, links_of(frame, version))}
    )


def _profiles(version: Version) -> dict[str, Profile] | None:
    profiles = profiles_of(version)
    if profiles is None:
        g.page_etag = None  # the next answer will say more
    return profiles


def _listed(
    frame: Frame, column: Column, words: Described, profile: Profile | None, links: dict[str, Link]
) -> Listed:
    counts = [part.row_count for part in parts_of(column, profile)]
    return Listed(
        described=words,
        address=frame.address("dataset_columns.show", name=column.name),
        profile=profile,
        missing_percent=percent_of(profile.missing, profile.row_count) if profile else None,
        minimum=shown(column, profile.minimum) if profile and profile.minimum is not None else "",
        maximum=shown(column, profile.maximum) if profile and profile.maximum is not None else "",
        boxes=boxes(counts, width=120, height=28),
        refers_to=links.get(column.name),
    )


def _of(frame: Frame, version: Version, profiles: dict[str, Profile] | None) -> dict[str, Any]:
    return {
        "dataset": frame.entry.id,
        "table": version.table,
        "version": version.n,
        "row_count": version.row_count,
        "is_profile_pending": profiles is None,
    }


def _as_json(
    column: Column, profiles: dict[str, Profile] | None, links: dict[str, Link]
) -> dict[str, Any]:
    profile = (profiles or {}).get(column.name)
    link = links.get(column.name)
    refers_to = {"table": link.table, "column": link.column} if link else None
    return {
        "name": column.name,
        "type": column.type,
        "texts": [msgspec.to_builtins(text._asdict()) for text in texts_of(column)],
        "unit": unit_of(column),
        "constraints": column.field.get("constraints") or {},
        "refers_to": refers_to,
        "codes": [code._asdict() for code in codes_of(column, profile)],
        "profile": profile,
    }
