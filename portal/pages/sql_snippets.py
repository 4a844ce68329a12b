"""The query at hand as code, for the languages that people use: its text and its values apart."""

import json
import shlex
from collections.abc import Iterable
from typing import Any

from portal.pages.snippets import Snippet
from portal.pages.sql_fields import Field


def values_of(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the values of the fields as JSON has them."""
    return {field.name: _value(field) for field in fields}


def sql_snippets(sql: str, values: dict[str, Any], root: str) -> list[Snippet]:
    """Return how a program sends a query and takes its answer."""
    address = f"{root}/api/v1/sql"
    return [
        Snippet(id="sql-curl", title="curl", code=_curl(sql, values, address)),
        Snippet(
            id="sql-pandas", title="Python (pandas)", code=_python("pandas", sql, values, address)
        ),
        Snippet(
            id="sql-polars", title="Python (polars)", code=_python("polars", sql, values, address)
        ),
        Snippet(id="sql-pyarrow", title="Python (pyarrow)", code=_pyarrow(sql, values, address)),
        Snippet(id="sql-r", title="R", code=_r(sql, values, address)),
        Snippet(id="sql-javascript", title="JavaScript", code=_javascript(sql, values, address)),
    ]


def _value(field: Field) -> Any:
    if field.kind == "integer" and field.value.strip().lstrip("+-").isdigit():
        return int(field.value)
    if field.kind is not None:
        return field.value
    try:
        return json.loads(field.value)
    except ValueError:
        return field.value


def _body(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"sql": sql, "params": values} if values else {"sql": sql}


def _curl(sql: str, values: dict[str, Any], address: str) -> str:
    body = shlex.quote(json.dumps(_body(sql, values), ensure_ascii=False))
    return (
        f"curl '{address}?format=csv' -o answer.csv \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d {body}"
    )


def _asked_in_python(sql: str, values: dict[str, Any], address: str, form: str) -> list[str]:
    text = f'"""{sql}"""' if _is_readable(sql) else repr(sql)
    body = f"{{'sql': sql, 'params': {values!r}}}" if values else "{'sql': sql}"
    return [
        f"sql = {text}",
        "request = urllib.request.Request(",
        f'    "{address}?format={form}",',
        f"    data=json.dumps({body}).encode(),",
        '    headers={"Content-Type": "application/json"},',
        ")",
    ]


def _is_readable(sql: str) -> bool:
    """Tell whether a text can stand between three quotation marks of Python as it is."""
    is_printable = all(char.isprintable() or char == "\n" for char in sql)
    return is_printable and '"""' not in sql and "\\" not in sql and not sql.endswith('"')


def _python(library: str, sql: str, values: dict[str, Any], address: str) -> str:
    name = {"pandas": "pd", "polars": "pl"}[library]
    return "\n".join(
        [
            "import io",
            "import json",
            "import urllib.request",
            "",
            f"import {library} as {name}",
            "",
            *_asked_in_python(sql, values, address, "parquet"),
            "with urllib.request.urlopen(request) as response:",
            f"    answer = {name}.read_parquet(io.BytesIO(response.read()))",
            "print(answer)",
        ]
    )


def _pyarrow(sql: str, values: dict[str, Any], address: str) -> str:
    return "\n".join(
        [
            "import json",
            "import urllib.request",
            "",
            "import pyarrow as pa",
            "",
            *_asked_in_python(sql, values, address, "arrow"),
            "with urllib.request.urlopen(request) as response:",
            "    answer = pa.ipc.open_stream(response).read_all()",
            "print(answer)",
        ]
    )


def _r(sql: str, values: dict[str, Any], address: str) -> str:
    text = f'r"---({sql})---"' if ')---"' not in sql else json.dumps(sql)
    pairs = ", ".join(f"`{name}` = {_r_value(value)}" for name, value in values.items())
    params = f", params = list({pairs})" if values else ""
    return "\n".join(
        [
            "library(httr2)",
            "library(arrow)",
            "",
            f"sql <- {text}",
            f'response <- request("{address}?format=parquet") |>',
            f"  req_body_json(list(sql = sql{params})) |>",
            "  req_perform()",
            "answer <- read_parquet(resp_body_raw(response))",
        ]
    )


def _r_value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "TRUE", False: "FALSE", None: "NULL"}[value]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _javascript(sql: str, values: dict[str, Any], address: str) -> str:
    body = json.dumps(_body(sql, values), ensure_ascii=False, indent=2).replace("</", "<\\/")
    return "\n".join(
        [
            f'const response = await fetch("{address}", {{',
            '  method: "POST",',
            '  headers: { "Content-Type": "application/json" },',
            f"  body: JSON.stringify({body}),",
            "});",
            "const answer = await response.json();",
            "console.log(answer.columns, answer.rows);",
        ]
    )
