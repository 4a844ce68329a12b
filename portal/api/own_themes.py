"""The Eurometropolis' own themes as data: what each side has, knows and lacks."""

import msgspec
from flask import Blueprint, Response

from catalogue.errors import NotFound
from catalogue.languages import nearest
from catalogue.own_themes import KnownSource, OwnTheme, SideOfTheme, own_themes, sides_of
from catalogue.records import Text
from portal.api.answers import json_answer
from portal.api.csv_answers import csv_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.api.shapes import DatasetBrief, dataset_brief
from portal.context import language, services

COLUMNS = ("side", "kind", "title", "publisher", "url", "licence", "note", "source_url")

blueprint = Blueprint("api_own_themes", __name__, url_prefix="/themes")
install(blueprint)


class ThemeOnASide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Datasets of a side, sources known elsewhere, and what is missing; `count` is of datasets."""

    count: int
    datasets: list[DatasetBrief]
    sources: list[KnownSource]
    missing: list[Text]


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme of the Eurometropolis on the three sides of the border."""

    id: str
    title: Text
    sides: dict[str, ThemeOnASide]


@blueprint.get("/<theme_id>.json")
def show(theme_id: str) -> Response:
    """Read what each side has for a theme of the Eurometropolis, and what is missing."""
    Parameters()
    theme = _theme(theme_id)
    return json_answer(
        Theme(
            id=theme.id,
            title=theme.title,
            sides={found.side.value: _on_a_side(found) for found in _sides(theme)},
        )
    )


@blueprint.get("/<theme_id>.csv")
def show_as_csv(theme_id: str) -> Response:
    """Read a theme as CSV: a row for each dataset, known source and gap of each side."""
    Parameters()
    rows = [row for side in _sides(_theme(theme_id)) for row in _rows(side)]
    return csv_answer(COLUMNS, rows, theme_id)


def _theme(theme_id: str) -> OwnTheme:
    found = own_themes().get(theme_id)
    if found is None:
        raise NotFound("theme-unknown", theme=theme_id, known=list(own_themes()))
    return found


def _sides(theme: OwnTheme) -> list[SideOfTheme]:
    return sides_of(services().store, services().search, theme)


def _on_a_side(found: SideOfTheme) -> ThemeOnASide:
    lang = language()
    return ThemeOnASide(
        count=found.count,
        datasets=[dataset_brief(entry, lang) for entry in found.entries],
        sources=found.sources,
        missing=found.missing,
    )


def _rows(found: SideOfTheme) -> list[list[object]]:
    lang = language()
    rows: list[list[object]] = []
    for entry in found.entries:
        dataset = entry.dataset
        title, publisher = (
            nearest(text, lang)[0] for text in (dataset.title, dataset.publisher.title)
        )
        url = f"/datasets/{entry.id}"
        rows.append([found.side, "dataset", title, publisher, url, dataset.licence, None, url])
    rows += [
        [found.side, "source", s.title, s.publisher, s.url, s.licence, s.note, s.source_url]
        for s in found.sources
    ]
    rows += [
        [found.side, "missing", nearest(gap, lang)[0], None, None, None, None, None]
        for gap in found.missing
    ]
    return rows
