"""Looks at a version: filtered, sorted, counted, profiled; without a word of anybody's SQL.

What is asked comes as names of columns, operators and values, is read by the types of the version,
and is run by a DuckDB of our own on the one Parquet file. Row numbers count from 1 in the order of
the file and mean the same for ever.
"""

from catalogue.views.engine import Engine, Found
from catalogue.views.errors import ViewError
from catalogue.views.literals import identifier
from catalogue.views.profile import Bin, Profile, Value
from catalogue.views.rows import batches, rows
from catalogue.views.statement import conditions, statement
from catalogue.views.view import (
    Bounds,
    Filter,
    Operator,
    View,
    is_sortable,
    operators_of,
    read,
)

__all__ = [
    "Bin",
    "Bounds",
    "Engine",
    "Filter",
    "Found",
    "Operator",
    "Profile",
    "Value",
    "View",
    "ViewError",
    "batches",
    "conditions",
    "identifier",
    "is_sortable",
    "operators_of",
    "read",
    "rows",
    "statement",
]
