"""Pieces of code that read a table, for the languages that people use."""

import json
import shlex
from urllib.parse import quote, urlencode

import msgspec

from catalogue.views import View


class Snippet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Code to copy; `id` names it within the page."""

    id: str
    title: str
    code: str


def snippets_for(table: str, root: str, view: View, sql: str) -> list[Snippet]:
    """Return how to read a view of a table with curl, Python, DuckDB, R and JavaScript, and the
    `sql` that gives it in the sandbox, there and over HTTP.
    """
    query = urlencode(view.pairs(), quote_via=quote)
    mark = f"?{query}" if query else ""
    parquet = f"{root}/data/{table}.parquet{mark}"
    csv = f"{root}/data/{table}.csv{mark}"
    pandas = [
        "import pandas as pd",
        "",
        f'{table} = pd.read_parquet("{parquet}")',
        f"print({table}.head())",
    ]
    python_duckdb = [
        "import duckdb",
        "",
        f'{table} = duckdb.read_parquet("{parquet}")',
        f"print({table}.limit(10))",
    ]
    duckdb = [
        "INSTALL httpfs;",
        "LOAD httpfs;",
        "",
        f"SELECT *\nFROM read_parquet('{parquet}')\nLIMIT 10;",
    ]
    r = [
        "library(arrow)",
        "",
        'file <- tempfile(fileext = ".parquet")',
        f'download.file("{parquet}", file, mode = "wb")',
        f"{table} <- read_parquet(file)",
    ]
    javascript = [
        f'let address = "{root}/api/v1/tables/{table}/rows{mark}";',
        "const rows = [];",
        "while (address) {",
        "  const page = await (await fetch(address)).json();",
        "  rows.push(...page.rows);",
        f'  address = page.next && new URL(page.next, "{root}");',
        "}",
        "console.log(rows.length);",
    ]
    return [
        Snippet(id="curl", title="curl", code=f"curl -o {table}.csv '{csv}'"),
        Snippet(id="pandas", title="Python (pandas)", code="\n".join(pandas)),
        Snippet(id="duckdb-python", title="Python (DuckDB)", code="\n".join(python_duckdb)),
        Snippet(id="duckdb", title="DuckDB", code="\n".join(duckdb)),
        Snippet(id="r", title="R", code="\n".join(r)),
        Snippet(id="javascript", title="JavaScript", code="\n".join(javascript)),
        Snippet(id="sql", title="SQL", code=sql),
        Snippet(id="sql-curl", title="SQL (curl)", code=_sql_by_curl(root, sql)),
    ]


def _sql_by_curl(root: str, sql: str) -> str:
    body = shlex.quote(json.dumps({"sql": sql}, ensure_ascii=False))
    kind = "-H 'Content-Type: application/json'"
    return f"curl '{root}/api/v1/sql?format=csv' {kind} \\\n  -d {body}"
