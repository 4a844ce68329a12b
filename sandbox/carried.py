"""Types of DuckDB whose values Arrow would not hold: they travel as texts.

Observed with DuckDB 1.5.5: a UHUGEINT becomes a signed number (its largest is -1), the digits of a
BIT and of a BIGNUM become DuckDB's own bytes, a TIMETZ loses its offset, and a VARIANT or a TYPE
makes the whole answer fail. A cast to VARCHAR keeps each as DuckDB itself would print it.
"""

from typing import Any

TEXT = "VARCHAR"
AS_TEXT = frozenset({"uhugeint", "bit", "bignum", "time with time zone", "variant", "type"})


def carried_as(kind: Any) -> str | None:
    """Give the type to cast a column of this DuckDBPyType to, or None where it stays as it is."""
    name = kind.id
    if name in AS_TEXT or str(kind).lower() in AS_TEXT:
        return TEXT
    if name not in ("list", "array", "struct", "map", "union"):
        return None
    children = [(key, child) for key, child in kind.children if isinstance(child, type(kind))]
    casts = [carried_as(child) for _, child in children]
    if not any(casts):
        return None
    texts = [cast or str(child) for cast, (_, child) in zip(casts, children, strict=True)]
    if name == "list":
        return f"{texts[0]}[]"
    if name == "array":
        return f"{texts[0]}[{dict(kind.children)['size']}]"
    if name == "map":
        return f"MAP({texts[0]}, {texts[1]})"
    if name == "struct" and all(key for key, _ in children):
        fields = (f"{_quoted(key)} {text}" for (key, _), text in zip(children, texts, strict=True))
        return f"STRUCT({', '.join(fields)})"
    return TEXT  # a UNION, or a ROW whose fields have no names


def wrapped(sql: str, casts: list[str | None]) -> str:
    """Write a statement around another that casts its columns; `c0`, `c1` … are its names."""
    names = [f"c{index}" for index in range(len(casts))]
    columns = (
        name if cast is None else f"CAST({name} AS {cast}) AS {name}"
        for name, cast in zip(names, casts, strict=True)
    )
    # what is in brackets has been judged, or was written by DuckDB from a tree that was
    return f"SELECT {', '.join(columns)} FROM ({sql}) AS answer({', '.join(names)})"  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
