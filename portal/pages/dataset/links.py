"""Which column of which table the values of a column name: the foreign keys of a file's tables."""

from typing import Any, NamedTuple

from flask import url_for

from catalogue.records import Version
from portal.pages.dataset.frame import Frame


class Link(NamedTuple):
    """A column that another refers to, with the address of its page."""

    table: str
    column: str
    address: str


def links_of(frame: Frame, version: Version) -> dict[str, Link]:
    """Return by column what it refers to; keys of several columns are left out.

    A schema names the other table by its own name, or by its place in the file of both.
    """
    found: dict[str, Link] = {}
    for key in version.schema.get("foreignKeys") or []:
        reference = key.get("reference") if isinstance(key, dict) else None
        if not isinstance(reference, dict):
            continue
        column, target = _one(key.get("fields")), _one(reference.get("fields"))
        table = _named(frame, reference.get("resource"))
        if column and target and table:
            found[column] = Link(table, target, _address(frame, table, target))
    return found


def _one(fields: Any) -> str | None:
    if isinstance(fields, list):
        fields = fields[0] if len(fields) == 1 else None
    return fields if isinstance(fields, str) else None


def _named(frame: Frame, resource: Any) -> str | None:
    own = frame.table
    if own is None or not isinstance(resource, str):
        return None
    if resource == "":
        return own.name
    for table in frame.tables:
        is_beside = table.distribution_id == own.distribution_id
        if table.name == resource or (is_beside and table.part.rpartition("/")[2] == resource):
            return table.name
    return None


def _address(frame: Frame, table: str, column: str) -> str:
    named = None if table == frame.tables[0].name else table
    return url_for("dataset_columns.show", dataset_id=frame.entry.id, name=column, table=named)
