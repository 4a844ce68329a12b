"""The whole difference of two versions as one table: a line for each row that came or went, two for
each that changed.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from catalogue.changes.comparison import DEADLINE_S, Comparison, Side
from catalogue.views import Engine
from catalogue.views.literals import identifier, quoted


@contextmanager
def difference(old: Side, new: Side, engine: Engine) -> Iterator[pa.RecordBatchReader]:
    """Give the difference batch by batch, always in the same order.

    `change` is `removed`, `added`, or `before` and `after` on neighbouring lines; then follow
    `changed_columns` and the columns of both versions, cells of those whose type changed as text.
    """
    comparison = Comparison(old, new, engine)
    text = _keyed(comparison) if comparison.key else _whole(comparison)
    with engine.stream(text, deadline_s=DEADLINE_S) as batches:
        yield batches


def key_digest(old: Side, new: Side) -> str:
    """Return what tells the difference of two versions from others, as long as files last."""
    facts = [old.version.sha256, new.version.sha256, new.version.schema.get("primaryKey")]
    facts += [column.name for column in new.version.columns if column.field.get("constraints")]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _keyed(comparison: Comparison) -> str:
    rest = [name for name in comparison.columns if name not in comparison.key]
    changed = ", ".join(
        f"CASE WHEN {comparison.differs(name)} THEN {quoted(name)} END" for name in rest
    )
    listed = f"concat_ws(', ', {changed})" if rest else "NULL"
    either = "".join(
        f", CASE sides.side WHEN 0 THEN {_cell(comparison, 'o', name)}"
        f" ELSE {_cell(comparison, 'n', name)} END"
        for name in comparison.names
    )
    parts = [
        f"SELECT 0 AS kind, o.file_row_number AS place, 0 AS side, NULL AS changed"
        f"{_cells(comparison, 'o')} FROM {comparison.old} o ANTI JOIN {comparison.new} n"
        f" {comparison.on()}",
        f"SELECT 1, n.file_row_number, 0, NULL{_cells(comparison, 'n')}"
        f" FROM {comparison.new} n ANTI JOIN {comparison.old} o {comparison.on()}",
        f"SELECT 2, n.file_row_number, sides.side, {listed}{either} FROM {comparison.joined()},"
        f" (VALUES (0), (1)) sides(side) WHERE {comparison.differ(rest)}",
    ]
    return _told(comparison, " UNION ALL ".join(parts))


def _whole(comparison: Comparison) -> str:
    if not comparison.columns:
        parts = (
            f"SELECT {kind} AS kind, {alias}.file_row_number AS place, 0 AS side, NULL AS changed"
            f"{_cells(comparison, alias)} FROM {file} {alias}"
            for kind, alias, file in ((0, "o", comparison.old), (1, "n", comparison.new))
        )
        return _told(comparison, " UNION ALL ".join(parts))
    # Only the columns that both have tell rows apart; a column of one file stays empty here.
    places = {name: place for place, name in enumerate(comparison.columns)}
    cells = "".join(
        f", {f'c{places[name]}' if name in places else 'NULL'} AS x{index}"
        for index, name in enumerate(comparison.names)
    )
    rows = (
        f"SELECT CASE WHEN more > 0 THEN 1 ELSE 0 END AS kind, row AS place,"
        f" unnest(range(abs(more))) AS side, NULL AS changed{cells}"
        f" FROM ({comparison.multiset()})"
    )
    return _told(comparison, rows)


def _told(comparison: Comparison, rows: str) -> str:
    cells = "".join(
        f", d.x{index} AS {identifier(name)}" for index, name in enumerate(comparison.names)
    )
    return (
        "SELECT CASE d.kind WHEN 0 THEN 'removed' WHEN 1 THEN 'added' ELSE"
        " CASE d.side WHEN 0 THEN 'before' ELSE 'after' END END AS change,"
        f" d.changed::VARCHAR AS changed_columns{cells} FROM ({rows}) d"
        " ORDER BY d.kind, d.place, d.side"
    )


def _cells(comparison: Comparison, alias: str) -> str:
    return "".join(
        f", {_cell(comparison, alias, name)} AS x{index}"
        for index, name in enumerate(comparison.names)
    )


def _cell(comparison: Comparison, alias: str, name: str) -> str:
    return comparison.comparable(alias, name) if comparison.has(alias, name) else "NULL"
