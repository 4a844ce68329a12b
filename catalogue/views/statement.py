"""A view as SQL: what the engine runs, and what a reader may take over into the sandbox."""

from collections.abc import Sequence

from catalogue.records import Column
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.literals import identifier, is_day, literal, quoted
from catalogue.views.places import place_columns
from catalogue.views.view import Bounds, Filter, Operator, View

_SIGNS = {
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.GREATER: ">",
    Operator.AT_LEAST: ">=",
}


def statement(view: View, columns: Sequence[Column], table: str) -> str:
    """Return the SQL that gives the rows of a view of a table of the sandbox."""
    parts = ["SELECT *", f"FROM {table if table.isidentifier() else identifier(table)}"]
    if (where := conditions(view, columns)) is not None:
        parts.append(f"WHERE {where}")
    if (order := order_of(view, columns)) is not None:
        parts.append(f"ORDER BY {order}")
    return "\n".join(parts)


def conditions(view: View, columns: Sequence[Column]) -> str | None:
    """Return what stands after WHERE, or None where every row is meant."""
    by_name = {column.name: column for column in columns}
    found = [_condition(by_name[one.column], one) for one in view.filters]
    if view.bounds is not None:
        found.append(_within(view.bounds, columns))
    return "\n  AND ".join(found) or None


def order_of(view: View, columns: Sequence[Column]) -> str | None:
    """Return what stands after ORDER BY, or None where rows come as they lie; empty ones last."""
    if view.sort is None:
        return None
    column = next(one for one in columns if one.name == view.sort)
    return f"{sort_key(column)} {'DESC' if view.is_descending else 'ASC'} NULLS LAST"


def sort_key(column: Column) -> str:
    """Return what rows are sorted by: texts as people look for them, É beside e."""
    name = identifier(column.name)
    return f"lower(strip_accents({name}))" if kind_of(column.type) is Kind.TEXT else name


def _condition(column: Column, one: Filter) -> str:
    name = identifier(column.name)
    some = [_comparison(column, name, one.operator, value) for value in one.values]
    if len(some) == 1:
        return some[0]
    if one.operator in (Operator.EQUAL, Operator.UNEQUAL) and not _has_days(column, one.values):
        listed = ", ".join(literal(column, value) for value in one.values)
        sign = "IN" if one.operator is Operator.EQUAL else "NOT IN"
        return f"{name} {sign} ({listed})"
    joined = (" AND " if one.operator is Operator.UNEQUAL else " OR ").join(some)
    return f"({joined})"


def _has_days(column: Column, values: Sequence[str]) -> bool:
    is_moment = kind_of(column.type) in (Kind.MOMENT, Kind.LOCAL_MOMENT)
    return is_moment and any(is_day(value) for value in values)


def _comparison(column: Column, name: str, operator: Operator, value: str) -> str:
    if operator is Operator.EMPTY:
        return f"{name} IS NULL" if value == "1" else f"{name} IS NOT NULL"
    if operator in (Operator.CONTAINS, Operator.STARTS):
        function = "contains" if operator is Operator.CONTAINS else "starts_with"
        plain = f"lower(strip_accents({quoted(value)}))"
        return f"{function}(lower(strip_accents({name})), {plain})"
    if _has_days(column, (value,)):
        return _on_days(column, name, operator, value)
    written = literal(column, value)
    if operator is Operator.EQUAL:
        return f"{name} = {written}"
    if operator is Operator.UNEQUAL:
        return f"{name} <> {written}"
    return f"{name} {_SIGNS[operator]} {written}"


def _on_days(column: Column, name: str, operator: Operator, value: str) -> str:
    """Compare moments with a whole day: up to the 31st takes in the evening of the 31st."""
    start = literal(column, value)
    end = f"{start} + INTERVAL 1 DAY"
    if operator is Operator.EQUAL:
        return f"({name} >= {start} AND {name} < {end})"
    if operator is Operator.UNEQUAL:
        return f"({name} < {start} OR {name} >= {end})"
    if operator is Operator.AT_MOST:
        return f"{name} < {end}"
    if operator is Operator.GREATER:
        return f"{name} >= {end}"
    return f"{name} {_SIGNS[operator]} {start}"


def _within(area: Bounds, columns: Sequence[Column]) -> str:
    place = place_columns(columns)
    if place is None:
        raise LookupError("a view with bounds is read from columns with a place")
    west, south, east, north = (repr(s) for s in (area.west, area.south, area.east, area.north))
    if place.geometry is not None:
        name = identifier(place.geometry)
        return f"ST_Intersects_Extent({name}, ST_MakeEnvelope({west}, {south}, {east}, {north}))"
    lon, lat = place.pair_in_sql()
    return f"{lon} BETWEEN {west} AND {east} AND {lat} BETWEEN {south} AND {north}"
