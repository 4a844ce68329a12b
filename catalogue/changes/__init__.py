"""What changed between two versions of a table: columns, and rows that came, went or hold something
else.

Rows are told apart by the primary key of the schema where it holds in both files, else by a column
that is unique in both, else whole, each as often as it occurs.
"""

from catalogue.changes.comparison import Comparison, Side
from catalogue.changes.difference import difference, key_digest
from catalogue.changes.fields import ColumnChange, Word, columns_between
from catalogue.changes.records import CellChange, ChangedRow, Changes, KeyOrigin, WholeRow
from catalogue.changes.verdict import Verdict, is_breaking, verdict_of
from catalogue.views import Engine


def changes_between(old: Side, new: Side, engine: Engine) -> Changes:
    """Compare the rows of two versions. Raises ViewError where it takes too long."""
    comparison = Comparison(old, new, engine)
    return comparison.keyed() if comparison.key else comparison.whole()


__all__ = [
    "CellChange",
    "ChangedRow",
    "Changes",
    "ColumnChange",
    "KeyOrigin",
    "Side",
    "Verdict",
    "WholeRow",
    "Word",
    "changes_between",
    "columns_between",
    "difference",
    "is_breaking",
    "key_digest",
    "verdict_of",
]
