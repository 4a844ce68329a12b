"""Pieces of code that read a table, for the languages that people use."""

import msgspec


class Snippet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Code to copy; `id` names it within the page."""

    id: str
    title: str
    code: str


def snippets_for(table: str, host_url: str) -> list[Snippet]:
    """Return how to read a table with curl, Python, DuckDB and R."""
    parquet = f"{host_url}data/{table}.parquet"
    csv = f"{host_url}data/{table}.csv"
    return [
        Snippet(id="curl", title="curl", code=f"curl -O {csv}"),
        Snippet(
            id="pandas",
            title="Python (pandas)",
            code=f'import pandas as pd\n\n{table} = pd.read_parquet("{parquet}")\nprint({table}.head())',
        ),
        Snippet(
            id="duckdb",
            title="DuckDB",
            code=f"INSTALL httpfs;\nLOAD httpfs;\n\nSELECT *\nFROM read_parquet('{parquet}')\nLIMIT 10;",
        ),
        Snippet(
            id="r",
            title="R",
            code=f'library(arrow)\n\nfile <- tempfile(fileext = ".parquet")\n'
            f'download.file("{parquet}", file, mode = "wb")\n{table} <- read_parquet(file)',
        ),
    ]
